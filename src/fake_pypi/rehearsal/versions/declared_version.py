"""Change the version that a project declares in a file; only in the copy of the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fake_pypi.rehearsal.versions.version_tools import ProjectFiles

ASSIGNMENT = r"(?im)^(?:__version__|VERSION)(?:\s*:\s*[\w.\[\]]+)?\s*=\s*(['\"])v?(?P<version>.+?)\1"
"""A module's version, as hatchling, flit and pdm-backend find it."""


@dataclass(frozen=True)
class Declaration:
    """A version in a file: `start` and `end` are offsets of its characters in the file's text."""

    file: Path
    version: str
    start: int
    end: int

    @classmethod
    def find(cls, file: Path, pattern: str, *, start: int = 0, end: int | None = None) -> Declaration | None:
        """Return the first match of a pattern with a group `version` in a part of a file; None if there is none."""
        try:
            text = file.read_bytes().decode("utf-8")
            match = re.compile(pattern).search(text, start, len(text) if end is None else end)
        except (OSError, UnicodeDecodeError, re.error):
            return None
        if match is None or not match.groupdict().get("version"):
            return None
        return cls(file, match["version"], match.start("version"), match.end("version"))

    @property
    def line(self) -> int:
        """The number of its line."""
        return self.file.read_bytes().decode("utf-8").count("\n", 0, self.start) + 1

    def change(self, version: str) -> None:
        """Write another version into the file."""
        text = self.file.read_bytes().decode("utf-8")
        self.file.write_bytes(f"{text[: self.start]}{version}{text[self.end :]}".encode())


def declaration_of(project: ProjectFiles) -> Declaration | None:
    """Return the place where a project declares its version; None if it is computed or declared elsewhere."""
    return next(_declarations(project), None)


def _declarations(project: ProjectFiles) -> Iterator[Declaration]:
    table: dict[str, Any] = project.table
    pyproject = project.root / "pyproject.toml"
    if "version" in table.get("project", {}):
        yield from _in_section(pyproject, "project")
        return
    if isinstance(project.tool("poetry", "version"), str) and "project" not in table:
        yield from _in_section(pyproject, "tool.poetry")
        return
    for file, pattern in _dynamic(project):
        if declaration := Declaration.find(file, pattern):
            yield declaration
    if project.backend.startswith("maturin"):
        manifest = project.tool("maturin", "manifest-path") or "Cargo.toml"
        yield from _in_section(project.root / str(manifest), "package")
    if project.setup_cfg("metadata", "version"):
        yield from _in_setup_cfg(project)
    if re.findall(r"\bversion\s*=", project.text("setup.py")) == ["version="]:
        pattern = r"\bversion=\s*(['\"])(?P<version>[^'\"{}%]+)\1"
        if declaration := Declaration.find(project.root / "setup.py", pattern):
            yield declaration


def _in_section(file: Path, section: str) -> Iterator[Declaration]:
    """Yield the key `version` of a table of a TOML file."""
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    header = re.search(rf"(?m)^\[{re.escape(section)}\]", text)
    if header is None:
        return
    following = re.compile(r"(?m)^\[").search(text, header.end())
    pattern = r"(?m)^version\s*=\s*(['\"])(?P<version>[^'\"]+)\1"
    end = following.start() if following else None
    if declaration := Declaration.find(file, pattern, start=header.end(), end=end):
        yield declaration


def _dynamic(project: ProjectFiles) -> Iterator[tuple[Path, str]]:
    """Yield the files, and the patterns, from which build backends read a version that is `dynamic`."""
    root = project.root
    hatch = project.tool("hatch", "version")
    if hatch.get("path"):
        yield root / str(hatch["path"]), _as_pattern(hatch.get("pattern")) or ASSIGNMENT
    if project.tool("pdm", "version", "path"):
        yield root / str(project.tool("pdm", "version", "path")), ASSIGNMENT
    dynamic = project.tool("setuptools", "dynamic", "version")
    if dynamic.get("attr"):
        yield from _attribute(root, str(dynamic["attr"]))
    if dynamic.get("file"):
        files = dynamic["file"] if isinstance(dynamic["file"], list) else [dynamic["file"]]
        yield from ((root / str(file), r"\A\s*(?P<version>\S+)\s*\Z") for file in files[:1])
    if project.backend.startswith("flit"):
        name = project.tool("flit", "module", "name") or project.tool("flit", "metadata", "module")
        name = str(name or project.table.get("project", {}).get("name", "")).replace("-", "_")
        yield from ((file, ASSIGNMENT) for file in _module_files(root, name))


def _as_pattern(pattern: object) -> str:
    """Return the `pattern` of hatchling's setting; "" if none is set, or the default (true)."""
    return f"(?m){pattern}" if isinstance(pattern, str) else ""


def _attribute(root: Path, attribute: str) -> Iterator[tuple[Path, str]]:
    module, _, name = attribute.rpartition(".")
    pattern = rf"(?m)^{re.escape(name)}(?:\s*:\s*[\w.\[\]]+)?\s*=\s*(['\"])(?P<version>.+?)\1"
    yield from ((file, pattern) for file in _module_files(root, module))


def _module_files(root: Path, module: str) -> Iterator[Path]:
    """Yield the files that a module may be in."""
    parts = [part for part in module.split(".") if part]
    if parts:
        for folder in (root / "src", root):
            yield folder.joinpath(*parts, "__init__.py")
            yield folder.joinpath(*parts[:-1], f"{parts[-1]}.py")


def _in_setup_cfg(project: ProjectFiles) -> Iterator[Declaration]:
    value = project.setup_cfg("metadata", "version")
    if value.startswith("attr:"):
        for file, pattern in _attribute(project.root, value.removeprefix("attr:").strip()):
            if declaration := Declaration.find(file, pattern):
                yield declaration
    elif value.startswith("file:"):
        file = project.root / value.removeprefix("file:").strip()
        if declaration := Declaration.find(file, r"\A\s*(?P<version>\S+)\s*\Z"):
            yield declaration
    elif declaration := Declaration.find(project.root / "setup.cfg", r"(?m)^version\s*=\s*(?P<version>\S+)"):
        yield declaration
