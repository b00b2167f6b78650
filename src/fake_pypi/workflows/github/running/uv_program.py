"""The program `uv` of a job: the installed uv, with the job's interpreter in the place of one that is not usable here.

Packages come from the environment that rehearses, and compiled ones fit its version of Python alone. This file is run
by path, with the arguments: the path of uv, "any" or "same" (which interpreters are usable), and those of the command.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PREFERENCES = ("--managed-python", "--no-managed-python", "--python-preference")
"""Options about interpreters that uv would download."""
PYTHON_OPTIONS = ("--python", "-p")


def main(arguments: Sequence[str]) -> int:
    """Run one command of uv."""
    program, usable, *rest = arguments
    if rest[:2] == ["python", "install"]:
        print("note: uv installs no interpreter in a rehearsal", file=sys.stderr)  # noqa: T201 - a program
        return 0
    python = shutil.which("python") or sys.executable
    adapted, environment, replaced = adapt(rest, os.environ, python, is_any_usable=usable == "any")
    for version in replaced:
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        print(f"note: Python {running} is used instead of {version}", file=sys.stderr)  # noqa: T201 - a program
    if os.name != "nt":
        os.execve(program, [program, *adapted], environment)  # noqa: S606 - uv takes the place of this process
    return subprocess.run([program, *adapted], env=environment, check=False).returncode


def adapt(
    arguments: Sequence[str], variables: Mapping[str, str], python: str, *, is_any_usable: bool
) -> tuple[list[str], dict[str, str], list[str]]:
    """Return the arguments and variables with usable interpreters, and the versions that were replaced by `python`."""
    adapted: list[str] = []
    replaced: list[str] = []
    pending = list(arguments)
    while pending:
        word = pending.pop(0)
        name, equals, value = word.partition("=")
        if word == "--":
            adapted += [word, *pending]
            break
        if name in PREFERENCES:
            if name == "--python-preference" and not equals and pending:
                pending.pop(0)
            continue
        if name not in PYTHON_OPTIONS or not (equals or pending):
            adapted.append(word)
            continue
        version = value if equals else pending.pop(0)
        is_replaced = _is_other(version) and not (is_any_usable and shutil.which(f"python{_minor_of(version)}"))
        adapted += ["--python", python if is_replaced else version]
        replaced += [version] if is_replaced else []
    environment = dict(variables)
    pin = Path(".python-version")
    pinned = pin.read_text(encoding="utf-8").strip() if pin.is_file() else ""
    if "--python" not in adapted and "UV_PYTHON" not in environment and _is_other(pinned) and not is_any_usable:
        environment["UV_PYTHON"] = python
        replaced.append(pinned)
    return adapted, environment, replaced


def _minor_of(version: str) -> str:
    match = re.match(r"(?:(?:c?python|cp)?[-@]?)(3\.\d+)", version)
    return match[1] if match else ""


def _is_other(version: str) -> bool:
    """Return whether a version is one of Python 3 and not that of the running interpreter."""
    minor = _minor_of(version)
    return bool(minor) and minor != f"{sys.version_info[0]}.{sys.version_info[1]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
