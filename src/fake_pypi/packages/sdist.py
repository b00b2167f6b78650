"""Generated source distributions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from fake_pypi.packages.build_backend import Member, tar_gz_bytes
from fake_pypi.packages.corruptions import find_corruption
from fake_pypi.packages.package import Package
from fake_pypi.packages.recipe import Recipe, as_bytes
from fake_pypi.packages.wheel import wheel_file

PYPROJECT = b"""\
[build-system]
requires = []
build-backend = "build_backend"
backend-path = ["_build"]
"""


def sdist(
    recipe: Recipe | str,
    version: str = "1.0",
    *,
    broken: str | None = None,
    checked: bool = True,
    **fields: Any,
) -> Package:
    """Make an sdist in memory; the same recipe always gives the same bytes. It can be built without an index.

    >>> sdist("Demo.Tool", "1.0.0", dependencies=["rich"]).filename
    'demo_tool-1.0.0.tar.gz'

    The wheel that is built from it equals `wheel(recipe)`, byte for byte, if the recipe's tag is `py3-none-any`:
    the build backend of the sdist makes no wheel with another tag.
    `fields` are those of `Recipe`. `broken` is the name of a corruption (see `corruptions.CORRUPTIONS`).
    Raises `NotFound`, which lists the possible names, if `broken` is unknown. Raises `UsageError` if the name or
    the version is invalid, unless `checked` is false or a `Recipe` is given.
    Source: the source distribution format of PEP 625 and PEP 643.
    """
    if isinstance(recipe, str):
        recipe = Recipe(recipe, version, **fields)
        if checked:
            recipe.check()
    corruption = find_corruption(broken, "sdist")
    members = [("PKG-INFO", corruption.metadata(recipe.metadata())), *_tree(recipe)]
    in_folder = [(f"{recipe.stem}/{path}", content) for path, content in members]
    return Package(
        f"{recipe.stem}.tar.gz", corruption.archive(tar_gz_bytes(corruption.members(in_folder, recipe.stem)))
    )


def _tree(recipe: Recipe) -> list[Member]:
    """Return the members below the top folder except PKG-INFO; the user's files replace generated ones."""
    skeleton = f"_build/{recipe.stem}.dist-info"
    entry_points = recipe.entry_points_txt()
    tree: dict[str, bytes] = {
        "pyproject.toml": PYPROJECT,
        "_build/build_backend.py": _backend_source(),
        f"{skeleton}/WHEEL": wheel_file("py3-none-any"),
        **({f"{skeleton}/entry_points.txt": entry_points} if entry_points else {}),
        **{f"src/{path}": content for path, content in recipe.members()},
        **{path: as_bytes(text) for path, text in recipe.license_files.items()},
        **{path: as_bytes(text) for path, text in recipe.sdist_files.items()},
    }
    return sorted(tree.items())


@cache
def _backend_source() -> bytes:
    return files("fake_pypi.packages").joinpath("build_backend.py").read_bytes()
