"""Add, list or remove users: `fake-pypi user list`, `fake-pypi user add alice`, `fake-pypi user remove alice`.

Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from fake_pypi.cli.index_choice import add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import UserAccount, UserDocument
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError
from fake_pypi.index.emails import EmailState


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi user`."""
    parser.add_argument("action", choices=("add", "list", "remove"))
    parser.add_argument("name", metavar="USER", nargs="?", help="the user to add or remove")
    parser.add_argument("--email", choices=get_args(EmailState), help="the state of the address (default: verified)")
    parser.add_argument("--no-two-factor", action="store_true", help="add the user without a second factor")
    add_site_choice(parser)
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Add, list or remove users."""
    from fake_pypi.cli.running_indexes import find_indexes

    if (options.action == "list") is (options.name is not None):
        raise UsageError("user add and user remove need a name, user list needs none", "see `fake-pypi user --help`")
    indexes = find_indexes(index_choice(options))
    site = indexes.chosen_sites(options.index)[0]
    users: tuple[UserAccount, ...] = ()
    if options.action == "add":
        members = {"name": options.name, "email": options.email, "two_factor": not options.no_two_factor}
        users = (_account(indexes.call("POST", site, "users", **members)),)
        lines = [f"user {options.name} added on {site}"]
    elif options.action == "list":
        users = tuple(map(_account, indexes.call("GET", site, "users")))
        lines = [_line(user) for user in users]
    else:
        indexes.call("DELETE", site, "users", options.name)
        lines = [f"user {options.name} removed on {site}"]
    if options.json:
        print_json(UserDocument(options.action, site, users))
    else:
        print("\n".join(lines))
    return 0


def _account(answer: Mapping[str, Any]) -> UserAccount:
    return UserAccount(
        user=answer["name"],
        full_name=answer["full_name"],
        email=answer["email"],
        two_factor=answer["two_factor"],
        state=answer["state"],
        created=datetime.fromisoformat(answer["created"]),
        last_login=datetime.fromisoformat(answer["last_login"]) if answer["last_login"] else None,
    )


def _line(user: UserAccount) -> str:
    second_factor = "two-factor authentication" if user.two_factor else "no second factor"
    return f"{user.user}: {user.state}, {user.email} address, {second_factor}"
