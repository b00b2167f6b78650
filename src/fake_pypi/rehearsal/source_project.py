"""The project under rehearsal: its folder, and the declarations in its files before it is built."""

from __future__ import annotations

import ast
import configparser
import sys
from contextlib import suppress
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
        project = cls(files[0], read_pyproject(files[0]) if files[0].suffix == ".toml" else {})
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
        return bool(tables or self.has_setup_file or self._tool("poetry"))

    @property
    def name(self) -> str | None:
        """The normalized name if a file declares it; None if it is known only after the build, as with setup.py."""
        from packaging.utils import canonicalize_name

        declared = (
            self.table.get("project", {}).get("name")
            or self._tool("poetry").get("name")
            or self._tool("flit").get("metadata", {}).get("dist-name")
            or self._tool("flit").get("metadata", {}).get("module")
            or self.setup_cfg.get("metadata", "name", fallback=None)
            or self.setup_arguments.get("name")
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

    @property
    def has_setup_file(self) -> bool:
        """Whether there is a setup.py, or a setup.cfg that describes a project and not only tools."""
        setup_cfg = self.setup_cfg
        in_setup_cfg = setup_cfg.has_section("metadata") or setup_cfg.has_section("options")
        return (self.root / "setup.py").is_file() or in_setup_cfg

    @property
    def setup_cfg(self) -> configparser.RawConfigParser:
        """The content of setup.cfg; empty if there is none, or one that cannot be read."""
        parser = configparser.RawConfigParser()
        try:
            parser.read(self.root / "setup.cfg", encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            return configparser.RawConfigParser()
        return parser

    @property
    def setup_arguments(self) -> dict[str, Any]:
        """The arguments of `setup()` in setup.py that are literals."""
        try:
            tree = ast.parse((self.root / "setup.py").read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError):
            return {}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        arguments: dict[str, Any] = {}
        for call in calls:
            if getattr(call.func, "attr", getattr(call.func, "id", "")) == "setup":
                for keyword in call.keywords:
                    with suppress(ValueError):
                        arguments[keyword.arg or ""] = ast.literal_eval(keyword.value)
        return arguments


def read_pyproject(file: Path) -> dict[str, Any]:
    """Return the content of a pyproject.toml; raise a `UsageError` if it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{str(file)!r} is not valid TOML: {error}", "correct the file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} cannot be read: {error}", "correct the file") from None
