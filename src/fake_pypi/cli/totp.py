"""Print the code that a user's authentication application shows now: `fake-pypi totp alice`.

It prints the code and nothing else. Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import TotpDocument
from fake_pypi.cli.json_output import add_json, print_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi totp`."""
    parser.add_argument("user", metavar="USER", help="whose code it is")
    add_site_choice(parser)
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one code."""
    from fake_pypi.cli.running_indexes import find_indexes

    indexes = find_indexes(index_choice(options))
    site = indexes.chosen_sites(options.index)[0]
    code = indexes.call("GET", site, "users", options.user, "totp")["code"]
    if options.json:
        print_json(TotpDocument(site, options.user, code))
    else:
        print(code)
    return 0
