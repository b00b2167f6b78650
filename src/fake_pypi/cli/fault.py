"""Let requests to running indexes fail: `fake-pypi fault add "503 when times=1"`, `fault list`, `fault clear`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`. A fault is one line: KIND, its parameters, and
after `when` its conditions. Both indexes have it; with the condition `index=testpypi` or with `--index` only one.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator

from fake_pypi.cli.index_choice import RunningIndexes, add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import FaultDocument, ListedFault
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi fault`."""
    parser.add_argument("action", choices=("add", "list", "clear"))
    parser.add_argument("fault", nargs="*", help="the fault to add, in quotes or as several words", metavar="FAULT")
    add_site_choice(parser, "both, or the server that `--site` chose")
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Add, list or clear faults."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.action != "add" and options.fault:
        raise UsageError(f"fault {options.action} has no argument {options.fault[0]!r}", "leave it out")
    line = _checked_line(options.fault) if options.action == "add" else ""
    running = find_indexes(index_choice(options))
    indexes = running.chosen_sites(options.index)
    for index in indexes:
        if options.action == "add":
            running.call("POST", index, "faults", fault=line)
        elif options.action == "clear":
            running.call("DELETE", index, "faults")
    if options.json:
        print_json(FaultDocument(options.action, tuple(_faults(running, indexes))))
    elif options.action == "add":
        print(f"fault added on {' and '.join(indexes)}: {line}")
    elif options.action == "clear":
        print("\n".join(f"faults cleared on {index}" for index in indexes))
    else:
        for fault in _faults(running, indexes):
            print(f"{fault.index}: {fault.fault}, used {fault.used} {'time' if fault.used == 1 else 'times'}")
    return 0


def _faults(running: RunningIndexes, indexes: list[str]) -> Iterator[ListedFault]:
    for index in indexes:
        for fault in running.call("GET", index, "faults"):
            yield ListedFault(index, fault["fault"], fault["used"])


def _checked_line(words: list[str]) -> str:
    """Return the fault in its canonical form. Raises `UsageError` for one that cannot be read."""
    from fake_pypi.web.faults.active import read_fault

    return str(read_fault(words[0] if len(words) == 1 else shlex.join(words)))
