"""Create or revoke API tokens: `fake-pypi token create --project hello`, `fake-pypi token revoke TOKEN`.

`create` prints the token and nothing else. Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi token`."""
    parser.add_argument("verb", choices=("create", "revoke"))
    parser.add_argument("token", nargs="?", help="the token to revoke, or its id")
    parser.add_argument("--project", action="append", help="limit the token to this project; may be given again")
    parser.add_argument("--user", help="the owner of the token (default: the default user)")
    add_site_choice(parser)
    add_index_choice(parser)


def run(options: argparse.Namespace) -> int:
    """Create or revoke one token."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.verb == "revoke" and not options.token:
        raise UsageError("there is no token to revoke", "give the token, or its id")
    indexes = find_indexes(index_choice(options))
    site = indexes.chosen_sites(options.index)[0]
    if options.verb == "create":
        members = {"user": options.user, "projects": options.project}
        print(indexes.call("POST", site, "tokens", **members)["secret"])
        return 0
    indexes.call("POST", site, "tokens", "revoke", token=options.token)
    print(f"token revoked on {site}")
    return 0
