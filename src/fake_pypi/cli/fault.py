"""Let requests to running indexes fail: `fake-pypi fault add "503 when times=1"`, `fault list`, `fault clear`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`. A fault is one line: KIND, its parameters, and
after `when` its conditions. Both indexes have it; with the condition `index=testpypi` or with `--index` only one.
"""

from __future__ import annotations

import argparse
import json
import shlex

from fake_pypi.cli.index_choice import add_index_choice, index_choice
from fake_pypi.errors import UsageError

INDEXES = ("pypi", "testpypi")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi fault`."""
    parser.add_argument("verb", choices=("add", "list", "clear"))
    parser.add_argument("fault", nargs="*", help="the fault to add, in quotes or as several words")
    parser.add_argument("--index", choices=INDEXES, help="the index (default: both)")
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Add, list or clear faults."""
    from fake_pypi.cli.running_indexes import send_command

    choice = index_choice(options)
    indexes = INDEXES if options.index is None else (options.index,)
    if options.verb == "add":
        line = _checked_line(options.fault)
        for index in indexes:
            send_command("fault-add", choice, index=index, fault=line)
        print(f"fault added on {' and '.join(indexes)}: {line}")
        return 0
    if options.fault:
        raise UsageError(f"fault {options.verb} has no argument {options.fault[0]!r}", "leave it out")
    for index in indexes:
        if options.verb == "clear":
            send_command("fault-clear", choice, index=index)
            print(f"faults cleared on {index}")
            continue
        for fault, used in json.loads(send_command("fault-list", choice, index=index)).items():
            print(f"{index}: {fault}, used {used} {'time' if used == 1 else 'times'}")
    return 0


def _checked_line(words: list[str]) -> str:
    """Return the fault in its canonical form. Raises `UsageError` for one that cannot be read."""
    from fake_pypi.web.faults.active import read_fault

    return str(read_fault(words[0] if len(words) == 1 else shlex.join(words)))
