"""Workflow commands: what a step tells the runner with lines of its output, as `::error file=a.py::message`.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_COMMAND = re.compile(r"::(?P<name>[A-Za-z-]+)(?:\s+(?P<properties>[^:]*(?::(?!:)[^:]*)*))?::(?P<value>.*)")
_VALUE_ESCAPES = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_PROPERTY_ESCAPES = {"%3A": ":", "%2C": ",", **_VALUE_ESCAPES}
ANNOTATIONS = ("error", "warning", "notice")
REMOVED = {"set-env": "GITHUB_ENV", "add-path": "GITHUB_PATH"}
DEPRECATED = {"set-output": "GITHUB_OUTPUT", "save-state": "GITHUB_STATE"}


@dataclass(frozen=True)
class LogCommand:
    """One workflow command: its name, its properties (`file`, `line`, `name` …) and the text behind it."""

    name: str
    properties: dict[str, str]
    value: str


@dataclass(frozen=True)
class Annotation:
    """An annotation of a run: `level` is "error", "warning" or "notice", `place` the file and line, if any."""

    level: str
    message: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.level}: {f'{self.place}: ' if self.place else ''}{self.message}"


@dataclass
class StepLog:
    r"""What the lines of a step's output mean: the text to show, annotations, masks, outputs, and problems.

    >>> log = StepLog()
    >>> log.read("building\n::warning::old\n::set-output name=a::1\n")
    >>> log.lines, log.outputs
    (['building', 'warning: old'], {'a': '1'})
    """

    lines: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    masks: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _stopped_by: str | None = None

    def read(self, output: str) -> None:
        """Read the output of a command."""
        for line in output.splitlines():
            self._read_line(line)

    def _read_line(self, line: str) -> None:
        if self._stopped_by is not None:
            if line.strip() == f"::{self._stopped_by}::":
                self._stopped_by = None
            else:
                self.lines.append(line)
            return
        command = parse_command(line)
        if command is None:
            self.lines.append(line)
        else:
            self._apply(command)

    def _apply(self, command: LogCommand) -> None:
        name, value, properties = command.name, command.value, command.properties
        if name in ANNOTATIONS:
            annotation = Annotation(name, _message(properties, value), _place(properties))
            self.annotations.append(annotation)
            self.lines.append(str(annotation))
        elif name == "add-mask":
            self.masks.append(value)
        elif name == "group":
            self.lines.append(f"[{value}]")
        elif name == "stop-commands":
            self._stopped_by = value
        elif name in DEPRECATED:
            target = self.outputs if name == "set-output" else self.state
            target[properties.get("name", "")] = value
            self.warnings.append(f"`::{name}::` is deprecated: write NAME=VALUE to the file ${DEPRECATED[name]}")
        elif name in REMOVED:
            self.errors.append(f"GitHub rejects `::{name}::`: write to the file ${REMOVED[name]} instead")


def parse_command(line: str) -> LogCommand | None:
    """Return the workflow command of a line, None for any other line.

    >>> parse_command("::error file=a.py,line=3::not 100%25")
    LogCommand(name='error', properties={'file': 'a.py', 'line': '3'}, value='not 100%')
    """
    match = _COMMAND.fullmatch(line.strip())
    if match is None or match["name"].lower() not in KNOWN:
        return None
    properties = {}
    for pair in filter(None, (match["properties"] or "").split(",")):
        key, _, value = pair.partition("=")
        properties[key.strip()] = _unescaped(value.strip(), _PROPERTY_ESCAPES)
    return LogCommand(match["name"].lower(), properties, _unescaped(match["value"], _VALUE_ESCAPES))


KNOWN = {*ANNOTATIONS, *REMOVED, *DEPRECATED, "add-mask", "group", "endgroup", "stop-commands", "debug", "echo"}
"""The commands of the runner; `debug`, `endgroup` and `echo` have no effect that a rehearsal shows."""


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    return re.sub("|".join(escapes), lambda match: escapes[match[0]], text)


def _message(properties: dict[str, str], value: str) -> str:
    return f"{properties['title']}: {value}" if properties.get("title") else value


def _place(properties: dict[str, str]) -> str:
    file, line = properties.get("file", ""), properties.get("line", "")
    return f"{file}:{line}" if file and line else file
