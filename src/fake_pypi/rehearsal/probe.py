"""Run inside a fresh environment: import what a distribution installed, and load its entry points.

    python probe.py QUESTION.json ANSWER.json

QUESTION holds `name` and `skipped` (patterns of modules to leave alone). ANSWER holds `attempts`, a list of what
was tried and the traceback of each failure (null: none), and `current`, what is being tried: it names what ended
the interpreter. Attempts that ANSWER has already are not repeated.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from fnmatch import fnmatchcase
from importlib import machinery, metadata
from pathlib import Path
from typing import Any

NOT_OURS = {"__editable__", "_virtualenv"}


def modules_of(distribution: metadata.Distribution) -> list[str]:
    """The shallowest importable names: packages with an __init__, and modules; namespaces are looked into."""
    found = set()
    packages = set()
    for file in distribution.files or ():
        name = module_name(file.name)
        parts = [*file.parts[:-1], name or ""]
        if name is None or not all(part.isidentifier() for part in parts):
            continue
        if name == "__init__":
            packages.add(".".join(file.parts[:-1]))
        else:
            found.add(".".join(parts))
    found |= packages - {""}
    return sorted(name for name in found if not inside(name, packages) and name not in NOT_OURS)


def module_name(filename: str) -> str | None:
    """The module that a file holds: hello for hello.py and for hello.cpython-311-x86_64-linux-gnu.so."""
    for suffix in (".py", *machinery.EXTENSION_SUFFIXES):
        if filename.endswith(suffix):
            return filename[: -len(suffix)]
    return None


def inside(name: str, packages: set[str]) -> bool:
    """Whether a module belongs to a package that is imported already as a whole."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in packages for length in range(1, len(parts)))


def is_skipped(module: str, patterns: list[str]) -> bool:
    """Whether a module, or a package that it is in, matches a pattern."""
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


class Answer:
    """The attempts so far, kept on disk because an attempt may end the interpreter."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.attempts: list[dict[str, Any]] = []
        if file.exists():
            self.attempts = json.loads(file.read_text(encoding="utf-8"))["attempts"]

    def attempt(self, subject: dict[str, Any], action: Callable[[], object]) -> None:
        """Carry out one action, unless an earlier run did, and record its failure."""
        if any(subject.items() <= each.items() for each in self.attempts):
            return
        self.write(subject)
        error = missing = None
        try:
            action()
        except BaseException as failure:  # noqa: BLE001 - a module may also try to exit
            error = traceback.format_exc()
            missing = getattr(failure, "name", None) if isinstance(failure, ModuleNotFoundError) else None
        self.attempts.append({**subject, "error": error, "missing": missing})

    def write(self, current: dict[str, Any] | None) -> None:
        """Write down what is known."""
        self._file.write_text(json.dumps({"attempts": self.attempts, "current": current}), encoding="utf-8")


def main(question_file: str, answer_file: str) -> None:
    """Import one module after another, then load one entry point after another."""
    question = json.loads(Path(question_file).read_text(encoding="utf-8"))
    answer = Answer(Path(answer_file))
    distribution = metadata.distribution(question["name"])
    for module in modules_of(distribution):
        if not is_skipped(module, question["skipped"]):
            answer.attempt({"module": module}, lambda name=module: importlib.import_module(name))  # type: ignore[misc]
    for entry in distribution.entry_points:
        subject = {"group": entry.group, "name": entry.name, "value": entry.value}
        if not is_skipped(entry.value.partition(":")[0].strip(), question["skipped"]):
            answer.attempt(subject, entry.load)
    answer.write(None)
    sys.stdout.flush()
    os._exit(0)  # threads and exit handlers of what was imported shall not keep us


if __name__ == "__main__":
    main(*sys.argv[1:])
