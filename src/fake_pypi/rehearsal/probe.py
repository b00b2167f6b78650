"""Run inside a fresh environment: list what a distribution installed, and import every top-level module.

    python probe.py NAME ANSWER.json

The answer is written before each import, so that it names the module that ended the interpreter.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from importlib import machinery, metadata
from pathlib import Path

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


def main(name: str, answer: str) -> None:
    """Import one module after another, and keep on disk what is known so far."""
    distribution = metadata.distribution(name)
    scripts = [entry.name for entry in distribution.entry_points if entry.group == "console_scripts"]
    said: dict[str, str | None] = {}
    for module in modules_of(distribution):
        keep(answer, scripts=scripts, modules=said, importing=module)
        try:
            importlib.import_module(module)
            said[module] = None
        except BaseException:  # noqa: BLE001 - a module may also try to exit
            said[module] = traceback.format_exc()
    keep(answer, scripts=scripts, modules=said, importing=None)
    os._exit(0)  # threads and exit handlers of what was imported shall not keep us


def keep(answer: str, **facts: object) -> None:
    """Write down what is known."""
    Path(answer).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
