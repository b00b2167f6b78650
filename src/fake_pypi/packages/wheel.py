"""Generated wheels."""

from __future__ import annotations

from itertools import product
from typing import Any

from fake_pypi.packages.build_backend import Member, with_record, zip_bytes
from fake_pypi.packages.corruptions import find_corruption
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe, as_bytes


def wheel(
    recipe: Recipe | str,
    version: str = "1.0",
    *,
    broken: str | None = None,
    checked: bool = True,
    **fields: Any,
) -> Package:
    """Make a wheel in memory; the same recipe always gives the same bytes.

    >>> wheel("demo", "1.0", dependencies=["rich"], requires_python=">=3.10").filename
    'demo-1.0-py3-none-any.whl'
    >>> wheel("demo", "1.0", tag="cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64").filename
    'demo-1.0-cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'

    `fields` are those of `Recipe`. `broken` is the name of a corruption (see `corruptions.CORRUPTIONS`).
    Raises `NotFound`, which lists the possible names, if `broken` is unknown. Raises `UsageError` if the name or
    the version is invalid, unless `checked` is false or a `Recipe` is given.
    Source: the binary distribution format, version 1.0.
    """
    if isinstance(recipe, str):
        recipe = Recipe(recipe, version, **fields)
        if checked:
            recipe.check()
    corruption = find_corruption(broken, "wheel")
    dist_info = f"{recipe.stem}.dist-info"
    members = [*recipe.members(), *_dist_info_members(recipe, dist_info, corruption.metadata(recipe.metadata()))]
    members = corruption.members(with_record(members, dist_info), dist_info)
    return Package(wheel_filename(recipe), corruption.archive(zip_bytes(members)))


def wheel_filename(recipe: Recipe) -> str:
    """Return the wheel's file name: `demo-1.0-py3-none-any.whl`."""
    return "-".join(part for part in (recipe.stem, recipe.build_tag, recipe.tag) if part) + ".whl"


def wheel_file(tag: str, build_tag: str = "") -> bytes:
    """Return the content of the file WHEEL for a tag; a compressed tag set becomes one line for each tag."""
    tags = ["-".join(parts) for parts in product(*(part.split(".") for part in tag.split("-")))]
    lines = [
        "Wheel-Version: 1.0",
        "Generator: pytest-fake-pypi",
        f"Root-Is-Purelib: {str(tag.endswith('-none-any')).lower()}",
        *(f"Tag: {single_tag}" for single_tag in tags),
        *([f"Build: {build_tag}"] if build_tag else []),
    ]
    return ("\n".join(lines) + "\n").encode()


def _dist_info_members(recipe: Recipe, dist_info: str, metadata: bytes) -> list[Member]:
    """Return the members of the dist-info folder except RECORD, in the order of the build backend."""
    entry_points = recipe.entry_points_txt()
    return [
        (f"{dist_info}/METADATA", metadata),
        (f"{dist_info}/WHEEL", wheel_file(recipe.tag, recipe.build_tag)),
        *([(f"{dist_info}/entry_points.txt", entry_points)] if entry_points else []),
        *((f"{dist_info}/licenses/{path}", as_bytes(text)) for path, text in recipe.license_files.items()),
    ]
