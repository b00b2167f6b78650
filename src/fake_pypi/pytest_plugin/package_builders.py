"""The builders of packages and projects that the fixture `fake_pypi_packages` returns."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel


class PackageBuilders:
    """Builders of packages in memory, and of projects in the folder of the test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wheel(self, name: str, version: str = "1.0", **recipe: Any) -> Package:
        """Build a wheel: `.wheel("hello", "1.0", dependencies=["rich"], broken="no-record")`."""
        return wheel(name, version, **recipe)

    def sdist(self, name: str, version: str = "1.0", **recipe: Any) -> Package:
        """Build an sdist, which installs without any build requirement."""
        return sdist(name, version, **recipe)

    def project(self, name: str, version: str = "1.0", *, backend: str = "hatchling") -> Path:
        """Write a small project that `python -m build` can build, and return its folder."""
        folder = self._folder / name
        module = re.sub(r"[-.]+", "_", name).lower()
        (folder / "src" / module).mkdir(parents=True)
        (folder / "src" / module / "__init__.py").write_text(f'__version__ = "{version}"\n', encoding="utf-8")
        (folder / "README.md").write_text(f"# {name}\n\nA project made for a test.\n", encoding="utf-8")
        (folder / "pyproject.toml").write_text(_pyproject(name, version, module, backend), encoding="utf-8")
        return folder


def as_package(package: Package | str | Path) -> Package | str | Path:
    """Return a package or path unchanged; a text such as "hello==1.0" becomes a wheel of that name and version."""
    if isinstance(package, str) and not Path(package).exists():
        name, _, version = package.partition("==")
        return wheel(name, version or "1.0")
    return package


def _pyproject(name: str, version: str, module: str, backend: str) -> str:
    requirement, build, extra = {
        "hatchling": (
            "hatchling",
            "hatchling.build",
            f'[tool.hatch.build.targets.wheel]\npackages = ["src/{module}"]\n',
        ),
        "setuptools": ("setuptools", "setuptools.build_meta", ""),
        "flit": ("flit_core", "flit_core.buildapi", f'[tool.flit.module]\nname = "{module}"\n'),
    }[backend]
    return (
        f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{build}"\n\n'
        f'[project]\nname = "{name}"\nversion = "{version}"\ndescription = "A project made for a test"\n'
        f'readme = "README.md"\nrequires-python = ">=3.8"\n\n{extra}'
    )
