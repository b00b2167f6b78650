"""The page that requires the password again, in place of a page that needs one confirmed not long ago."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.rendering import page
from fake_pypi.web.site.visitors import SESSION

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

IN_SEGMENT = PLAIN.replace("/", "")
PROJECT = "/manage/project/{project_name}"
PATHS = {
    "manage.account": "/manage/account/",
    "manage.unverified-account": "/manage/unverified-account/",
    "manage.account.two-factor": "/manage/account/two-factor/",
    "manage.account.token": "/manage/account/token/",
    "manage.account.publishing": "/manage/account/publishing/",
    "manage.account.recovery-codes.generate": "/manage/account/recovery-codes/generate",
    "manage.account.recovery-codes.regenerate": "/manage/account/recovery-codes/regenerate",
    "manage.project.settings": f"{PROJECT}/settings/",
    "manage.project.settings.publishing": f"{PROJECT}/settings/publishing/",
    "manage.project.delete_project": f"{PROJECT}/delete_project/",
    "manage.project.releases": f"{PROJECT}/releases/",
    "manage.project.release": f"{PROJECT}/release/{{version}}/",
    "manage.project.roles": f"{PROJECT}/collaboration/",
    "manage.project.change_role": f"{PROJECT}/collaboration/change/",
    "manage.project.delete_role": f"{PROJECT}/collaboration/delete/",
}
"""The pages that need a password confirmed not long ago, by PyPI's names (warehouse/routes.py)."""


def confirm_password_page(exchange: Exchange, route_name: str, arguments: dict[str, str]) -> Response:
    """Return the page with the password form; what a form has sent to the page in its place is lost."""
    names = {"name": "project_name"}
    matchdict: dict[str, str | list[str]] = {names.get(name, name): value for name, value in arguments.items()}
    if matchdict:  # the parts of the address through which PyPI has found project and release
        matchdict["traverse"] = list(arguments.values())
    query = dict(parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True))
    hidden = {
        "next_route": route_name,
        "next_route_matchdict": json.dumps(matchdict),
        "next_route_query": json.dumps(query),
    }
    return page(exchange, "confirm-password.html", headers=(SESSION,), page_title="Confirm password", hidden=hidden)


def next_path(fields: dict[str, str]) -> str | None:
    """Return the path to which the form of the page leads, or None if it is none of `PATHS`."""
    pattern = PATHS.get(fields.get("next_route", ""))
    if pattern is None:
        return None
    matchdict, query = (_json_object(fields.get(name, "")) for name in ("next_route_matchdict", "next_route_query"))
    try:
        path = pattern.format(**{name: quote(str(value), safe=IN_SEGMENT) for name, value in matchdict.items()})
    except KeyError:
        return None
    return f"{path}?{urlencode(query)}" if query else path


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
