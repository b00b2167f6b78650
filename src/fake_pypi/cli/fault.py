"""Let requests to running indexes fail: `fake-pypi fault add "503 when times=1"`, `fault list`, `fault clear`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`. A fault is one line: KIND, its parameters, and
after `when` its conditions. Both indexes have it; with the condition `index=testpypi` or with `--index` only one.
"""

from __future__ import annotations

import argparse
import shlex

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi fault`."""
    parser.add_argument("verb", choices=("add", "list", "clear"))
    parser.add_argument("fault", nargs="*", help="the fault to add, in quotes or as several words")
    add_site_choice(parser, "both, or the server that `--site` chose")
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Add, list or clear faults."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.verb == "add":
        line = _checked_line(options.fault)
        running = find_indexes(index_choice(options))
        indexes = running.chosen_sites(options.index)
        for index in indexes:
            running.call("POST", index, "faults", fault=line)
        print(f"fault added on {' and '.join(indexes)}: {line}")
        return 0
    if options.fault:
        raise UsageError(f"fault {options.verb} has no argument {options.fault[0]!r}", "leave it out")
    running = find_indexes(index_choice(options))
    for index in running.chosen_sites(options.index):
        if options.verb == "clear":
            running.call("DELETE", index, "faults")
            print(f"faults cleared on {index}")
            continue
        for each in running.call("GET", index, "faults"):
            print(f"{index}: {each['fault']}, used {each['used']} {'time' if each['used'] == 1 else 'times'}")
    return 0


def _checked_line(words: list[str]) -> str:
    """Return the fault in its canonical form. Raises `UsageError` for one that cannot be read."""
    from fake_pypi.web.faults.active import read_fault

    return str(read_fault(words[0] if len(words) == 1 else shlex.join(words)))
