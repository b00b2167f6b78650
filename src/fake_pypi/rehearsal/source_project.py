"""The project under rehearsal: its folder, and the declarations in its files before it is built."""

from __future__ import annotations

import configparser
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = ("pyproject.toml", "setup.py")
"""Files of a project; the first one that exists is in the ids of its steps."""


@dataclass(frozen=True)
class SourceProject:
    """A folder that `python -m build` could build.

    >>> SourceProject.at(Path("examples/hatchling")).name        # doctest: +SKIP
    'paper-folds'

    `file` is its pyproject.toml (or setup.py), `table` the content of pyproject.toml.
    """

    file: Path
    table: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def at(cls, path: str | Path) -> SourceProject:
        """Return the project in a folder, or of a pyproject.toml; raise a `UsageError` if there is none."""
        folder = Path(path).absolute()
        if folder.name in FILES and folder.is_file():
            folder = folder.parent
        if not folder.is_dir():
            raise UsageError(f"there is no folder {str(path)!r}", "give the folder of a project")
        files = [folder / name for name in FILES if (folder / name).is_file()]
        if not files:
            raise UsageError(f"{str(folder)!r} has neither pyproject.toml nor setup.py", "give the folder of a project")
        project = cls(files[0], _read(files[0]) if files[0].suffix == ".toml" else {})
        if not project.can_be_built:
            raise UsageError(
                f"{str(project.file)!r} describes no project: there is no [project], [build-system] or setup.py",
                "give the folder of a project",
            )
        return project

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.file.parent

    @property
    def can_be_built(self) -> bool:
        """Whether there is something to build; a pyproject.toml may only configure tools."""
        tables = {"project", "build-system"} & self.table.keys()
        return bool(tables or self._setup_files() or self._tool("poetry"))

    @property
    def name(self) -> str | None:
        """The normalized name if a file declares it; None if it is known only after the build, as with setup.py."""
        from packaging.utils import canonicalize_name

        declared = (
            self.table.get("project", {}).get("name")
            or self._tool("poetry").get("name")
            or self._tool("flit").get("metadata", {}).get("dist-name")
            or self._tool("flit").get("metadata", {}).get("module")
            or self._setup_cfg_name()
        )
        return canonicalize_name(declared) if isinstance(declared, str) else None

    @property
    def build_requires(self) -> list[str]:
        """The build requirements that pyproject.toml declares; the build backend may add more."""
        listed = self.table.get("build-system", {}).get("requires", ["setuptools"])
        return [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []

    def _tool(self, name: str) -> dict[str, Any]:
        table = self.table.get("tool", {}).get(name, {})
        return table if isinstance(table, dict) else {}

    def _setup_files(self) -> bool:
        return any((self.root / name).is_file() for name in ("setup.py", "setup.cfg"))

    def _setup_cfg_name(self) -> str | None:
        parser = configparser.RawConfigParser()
        try:
            parser.read(self.root / "setup.cfg", encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            return None
        return parser.get("metadata", "name", fallback=None)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{str(file)!r} is not valid TOML: {error}", "correct the file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} cannot be read: {error}", "correct the file") from None
