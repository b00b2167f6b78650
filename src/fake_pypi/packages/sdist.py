"""Source distributions out of thin air."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from fake_pypi.packages.build_backend import Member, tar_gz_bytes
from fake_pypi.packages.defects import defect
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
    """An sdist in memory, always the same bytes for the same recipe; installers build it without any index.

    >>> sdist("Demo.Tool", "1.0.0", dependencies=["rich"]).filename
    'demo_tool-1.0.0.tar.gz'

    The wheel that is built from it is `wheel(recipe)`, byte for byte, as long as the recipe's tag is
    `py3-none-any`: nothing is compiled, so that is what it always builds.
    `fields` are those of `Recipe`. `broken` names a way to be broken (`defects.DEFECTS` lists them);
    `NotFound`, listing the known ones, for any other name.
    A name or version that no project can have is a `UsageError`, unless `checked=False` (or a `Recipe`) says that
    it is meant, as where PyPI's rejection is to be seen.
    Source: the source distribution format of PEP 625 and PEP 643.
    """
    if isinstance(recipe, str):
        recipe = Recipe(recipe, version, **fields)
        if checked:
            recipe.check()
    harm = defect(broken, "sdist")
    members = [("PKG-INFO", harm.metadata(recipe.metadata())), *_tree(recipe)]
    inside = [(f"{recipe.stem}/{path}", content) for path, content in members]
    return Package(f"{recipe.stem}.tar.gz", harm.archive(tar_gz_bytes(harm.members(inside, recipe.stem))))


def _tree(recipe: Recipe) -> list[Member]:
    """Everything under the top folder but PKG-INFO; a path that the user gave replaces ours."""
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
