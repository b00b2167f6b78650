"""Evidence in a project's files for the tool that builds or publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Evidence:
    """A line of a file that speaks for a tool.

    >>> str(Evidence("uv", "uv publish", "Makefile", 12))
    '`uv publish` in Makefile:12'

    `file` is relative to the project's folder. `line` is 0 if the existence of the file is the evidence.
    `also_builds` is true for a command that builds and publishes.
    """

    tool: str
    text: str
    file: str
    line: int = 0
    also_builds: bool = False

    def __str__(self) -> str:
        return f"`{self.text}` in {self.file}:{self.line}" if self.line else f"there is {self.file}"


def folders_up_to_checkout(project: Path) -> list[Path]:
    """Return the project's folder and its parents up to the top of the git checkout, if it is part of one."""
    folders = [project, *project.parents]
    for index, folder in enumerate(folders):
        if (folder / ".git").exists():
            return folders[: index + 1]
    return folders[:1]


def relative_name(file: Path, project: Path) -> str:
    """Return the name of a file as seen from the project's folder, with slashes.

    >>> relative_name(Path("/a/.github/ci.yml"), Path("/a/packages/one"))
    '../../.github/ci.yml'
    """
    for steps, parent in enumerate((project, *project.parents)):
        if file.is_relative_to(parent):
            return "../" * steps + file.relative_to(parent).as_posix()
    return str(file)
