"""Print the code that a user's authentication application shows now: `fake-pypi totp alice`.

It prints the code and nothing else. Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi totp`."""
    parser.add_argument("user", help="whose code it is")
    add_site_choice(parser)
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Print one code."""
    from fake_pypi.cli.running_indexes import find_indexes

    indexes = find_indexes(index_choice(options))
    print(indexes.call("GET", indexes.chosen_sites(options.index)[0], "users", options.user, "totp")["code"])
    return 0
