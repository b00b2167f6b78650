"""Create, list or revoke API tokens: `fake-pypi token create --project hello`, `token list`, `token revoke TOKEN`.

`create` prints the token and nothing else; `list` prints the ids of a user's tokens with their scopes, without secrets.
Works inside `fake-pypi run` and against a running `fake-pypi serve`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fake_pypi.cli.index_choice import RunningIndexes, add_index_choice, add_site_choice, index_choice
from fake_pypi.cli.index_documents import ApiToken, TokenDocument
from fake_pypi.cli.json_output import add_json, print_json
from fake_pypi.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi token`."""
    parser.add_argument("action", choices=("create", "list", "revoke"))
    parser.add_argument("token", metavar="TOKEN", nargs="?", help="the token to revoke, or its id")
    parser.add_argument(
        "--project", metavar="PROJECT", action="append", help="limit the token to this project; may be given again"
    )
    parser.add_argument("--user", metavar="USER", help="the owner of the token (default: the default user)")
    add_site_choice(parser)
    add_index_choice(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Create, list or revoke tokens."""
    from fake_pypi.cli.running_indexes import find_indexes

    if options.action == "revoke" and not options.token:
        raise UsageError("there is no token to revoke", "give the token, or its id")
    indexes = find_indexes(index_choice(options))
    site = indexes.chosen_sites(options.index)[0]
    tokens: tuple[ApiToken, ...] = ()
    if options.action == "create":
        members = {"user": options.user, "projects": options.project}
        tokens = (_api_token(indexes.call("POST", site, "tokens", **members)),)
        lines = [str(tokens[0].secret)]
    elif options.action == "list":
        tokens = _tokens_of(indexes, site, options.user)
        lines = [f"{token.id}  {token.user}  {_scope(token)}  {token.description}".rstrip() for token in tokens]
    else:
        indexes.call("POST", site, "tokens", "revoke", token=options.token)
        lines = [f"token revoked on {site}"]
    if options.json:
        print_json(TokenDocument(options.action, site, tokens))
    elif lines:
        print("\n".join(lines))
    return 0


def _tokens_of(indexes: RunningIndexes, site: str, user: str | None) -> tuple[ApiToken, ...]:
    """Return the tokens of one user, or of all users."""
    users = [user] if user else [account["name"] for account in indexes.call("GET", site, "users")]
    tokens = (token for name in users for token in indexes.call("GET", site, "users", name, "tokens"))
    return tuple(map(_api_token, tokens))


def _api_token(answer: Mapping[str, Any]) -> ApiToken:
    projects = answer["projects"]
    created, last_used = answer.get("created"), answer.get("last_used")
    return ApiToken(
        id=answer["id"],
        user=answer["user"],
        description=answer["description"],
        projects=None if projects is None else tuple(projects),
        secret=answer.get("secret"),
        created=datetime.fromisoformat(created) if created else None,
        last_used=datetime.fromisoformat(last_used) if last_used else None,
    )


def _scope(token: ApiToken) -> str:
    return "account-wide" if token.projects is None else f"for {', '.join(token.projects)}"
