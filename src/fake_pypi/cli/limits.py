"""Show or change the limits of running indexes: `fake-pypi limits`, `fake-pypi limits --new-projects-per-day 4`.

Sizes are in bytes. Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import IndexLimits, LimitsDocument
from fake_pypi.cli.json_output import add_json, print_json

LIMITS = {
    "file_size": ("BYTES", "the largest file"),
    "project_size": ("BYTES", "the largest size of all files of a project"),
    "new_projects_per_day": ("NUMBER", "the most new projects of a user or an address in 24 hours"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi limits`."""
    for name, (metavar, text) in LIMITS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, type=int, help=f"change it: {text}")
    add_site_choice(parser, "both, or the server that `--site` chose")
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Change the limits that are given, and print all."""
    from fake_pypi.cli.running_indexes import find_indexes

    running = find_indexes(index_choice(options))
    changes = {name: getattr(options, name) for name in LIMITS if getattr(options, name) is not None}
    limits = []
    for index in running.chosen_sites(options.index):
        answer = running.call("PATCH" if changes else "GET", index, "limits", **changes)
        limits.append(IndexLimits(index=index, **answer))
    if options.json:
        print_json(LimitsDocument(tuple(limits)))
    else:
        print("\n".join(map(_line, limits)))
    return 0


def _line(limits: IndexLimits) -> str:
    new_projects = "no limit on" if limits.new_projects_per_day is None else f"{limits.new_projects_per_day}"
    sizes = f"files of {limits.file_size:,} bytes, projects of {limits.project_size:,} bytes"
    return f"{limits.index}: {sizes}, {new_projects} new projects in 24 hours"
