"""The files to which a step writes outputs, variables, folders for PATH, a summary and state.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAMES = ("ENV", "OUTPUT", "PATH", "STEP_SUMMARY", "STATE")
_HEREDOC = re.compile(r"(?P<name>[^=]*?)<<(?P<delimiter>.+)")
BLOCKED_VARIABLES = ("NODE_OPTIONS",)
"""Variables that $GITHUB_ENV may not set."""


class InvalidCommandFile(ValueError):
    """A line that GitHub does not accept in one of the files; the text is what is wrong."""


@dataclass(frozen=True)
class CommandFiles:
    """The files of one step, in a folder of its own.

    >>> files = CommandFiles(tmp_path / "step")
    >>> files.variables["GITHUB_OUTPUT"]                             # doctest: +SKIP
    '/tmp/…/step/output'
    """

    folder: Path

    def create(self) -> None:
        """Make the folder with empty files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            self._file(name).touch()

    @property
    def variables(self) -> dict[str, str]:
        """The variables that name the files."""
        return {f"GITHUB_{name}": str(self._file(name)) for name in NAMES}

    def values(self, name: str) -> dict[str, str]:
        """Return what a step wrote to "ENV", "OUTPUT" or "STATE". Raises `InvalidCommandFile`."""
        values = parse_values(self._text(name), f"GITHUB_{name}")
        for blocked in BLOCKED_VARIABLES if name == "ENV" else ():
            if blocked in values:
                raise InvalidCommandFile(f"GitHub does not let $GITHUB_ENV set {blocked}")
        return values

    @property
    def path(self) -> list[str]:
        """The folders that a step wrote to $GITHUB_PATH, the first one first."""
        return [line.strip() for line in self._text("PATH").splitlines() if line.strip()]

    @property
    def summary(self) -> str:
        """The Markdown that a step wrote to $GITHUB_STEP_SUMMARY."""
        return self._text("STEP_SUMMARY")

    def _file(self, name: str) -> Path:
        return self.folder / name.lower()

    def _text(self, name: str) -> str:
        # A step of PowerShell may write a byte order mark.
        return self._file(name).read_text(encoding="utf-8-sig", errors="replace")


def parse_values(text: str, file: str) -> dict[str, str]:
    r"""Return the values in a file: `NAME=VALUE` on one line, or lines between `NAME<<END` and `END`.

    Raises `InvalidCommandFile`.

    >>> parse_values("a=1\nb<<END\nx\ny\nEND\n", "GITHUB_OUTPUT")
    {'a': '1', 'b': 'x\ny'}
    """
    values: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip():
            continue
        heredoc = _HEREDOC.fullmatch(line)
        if heredoc:
            values[_name(heredoc["name"], line, file)] = "\n".join(_until(heredoc["delimiter"], lines, file))
        elif "=" in line:
            name, _, value = line.partition("=")
            values[_name(name, line, file)] = value
        else:
            raise InvalidCommandFile(f"${file} has the line {line!r}, which is neither NAME=VALUE nor NAME<<END")
    return values


def _name(name: str, line: str, file: str) -> str:
    if not name:
        raise InvalidCommandFile(f"${file} has the line {line!r} without a name before it")
    return name


def _until(delimiter: str, lines: Iterator[str], file: str) -> list[str]:
    block: list[str] = []
    for line in lines:
        if line == delimiter:
            return block
        block.append(line)
    raise InvalidCommandFile(f"${file} has no line {delimiter!r} that ends a value which begins with <<{delimiter}")
