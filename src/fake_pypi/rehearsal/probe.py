"""Import the modules of an installed distribution and load its entry points; runs in a fresh environment.

    python probe.py INPUT.json RESULT.json

INPUT has `name` and `skipped` (patterns of modules not to import). RESULT has `attempts`, the list of imports and
loads with the traceback of each failure (null: none), and `current`, the attempt in progress: the one that ended the
interpreter, if it ended. Attempts that RESULT already has are not repeated.
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

IGNORED_MODULES = {"__editable__", "_virtualenv"}


def modules_of(distribution: metadata.Distribution) -> list[str]:
    """Return the top-level modules and packages of a distribution; for a namespace package, those inside it."""
    modules = set()
    packages = set()
    for file in distribution.files or ():
        name = module_name(file.name)
        parts = [*file.parts[:-1], name or ""]
        if name is None or not all(part.isidentifier() for part in parts):
            continue
        if name == "__init__":
            packages.add(".".join(file.parts[:-1]))
        else:
            modules.add(".".join(parts))
    modules |= packages - {""}
    return sorted(name for name in modules if not inside(name, packages) and name not in IGNORED_MODULES)


def module_name(filename: str) -> str | None:
    """Return the name of the module in a file: hello for hello.py and for hello.cpython-311-x86_64-linux-gnu.so."""
    for suffix in (".py", *machinery.EXTENSION_SUFFIXES):
        if filename.endswith(suffix):
            return filename[: -len(suffix)]
    return None


def inside(name: str, packages: set[str]) -> bool:
    """Return whether a module is inside one of the packages."""
    parts = name.split(".")
    return any(".".join(parts[:length]) in packages for length in range(1, len(parts)))


def is_skipped(module: str, patterns: list[str]) -> bool:
    """Return whether a module, or a package that contains it, matches a pattern."""
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


class ProbeResult:
    """The attempts so far, written to a file because an attempt may end the interpreter."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.attempts: list[dict[str, Any]] = []
        if file.exists():
            self.attempts = json.loads(file.read_text(encoding="utf-8"))["attempts"]

    def attempt(self, subject: dict[str, Any], action: Callable[[], object]) -> None:
        """Run one action, unless an earlier run did, and record its failure."""
        if any(subject.items() <= attempt.items() for attempt in self.attempts):
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
        """Write the attempts, and the one that is in progress."""
        self._file.write_text(json.dumps({"attempts": self.attempts, "current": current}), encoding="utf-8")


def main(input_file: str, result_file: str) -> None:
    """Import the modules of the distribution, then load its entry points."""
    inputs = json.loads(Path(input_file).read_text(encoding="utf-8"))
    result = ProbeResult(Path(result_file))
    distribution = metadata.distribution(inputs["name"])
    for module in modules_of(distribution):
        if not is_skipped(module, inputs["skipped"]):
            result.attempt({"module": module}, lambda name=module: importlib.import_module(name))  # type: ignore[misc]
    for entry in distribution.entry_points:
        subject = {"group": entry.group, "name": entry.name, "value": entry.value}
        if not is_skipped(entry.value.partition(":")[0].strip(), inputs["skipped"]):
            result.attempt(subject, entry.load)
    result.write(None)
    sys.stdout.flush()
    os._exit(0)  # without waiting for threads and exit handlers of the imported modules


if __name__ == "__main__":
    main(*sys.argv[1:])
