"""What a visitor who is not logged in gets where an account is needed, and the parts that the site's scripts fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.web.not_found import not_found
from fake_pypi.web.rendering import error_page
from fake_pypi.web.responses import HTML, TITLES, Header, Response, method_not_allowed, redirect, response
from fake_pypi.web.routing import READING

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

IDENTITY: Header = ("Vary", "Authorization, Cookie")
SESSION: Header = ("Vary", "Cookie")


def log_in_first(exchange: Exchange) -> Response:
    """Redirect to the log-in page, which leads back here."""
    return see_other(exchange, f"{exchange.origin}/account/login/?next={quote(own_path(exchange), safe='')}", IDENTITY)


def own_path(exchange: Exchange) -> str:
    """Return path and query of the request, for a page that leads back to it."""
    query = str(exchange.environ.get("QUERY_STRING", ""))
    return f"{exchange.path}?{query}" if query else exchange.path


def leads_to_root(path: str) -> bool:
    """Whether a path climbs up to the root with "..": only visitors who are logged in may look for something there.

    >>> leads_to_root("/simple/.."), leads_to_root("/simple/demo/..")
    (True, False)
    """
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in {"", "."}:
            segments.append(segment)
    return ".." in path and not segments


def only_for_readers(exchange: Exchange) -> Response:
    """Response for a page of an account that is only read: 405 to other methods, which comes before the log-in."""
    if exchange.method not in READING:
        page_405 = method_not_allowed(exchange.method, ", ".join(READING), exchange.accept)
        return page_405.with_headers(SESSION)
    return for_accounts(exchange)


def for_accounts(exchange: Exchange) -> Response:
    """Response for a page of an account that takes forms too."""
    return log_in_first(exchange) if exchange.browser.user is None else not_found(exchange)


def locale(exchange: Exchange) -> Response:
    """`/locale/`: choose a language and go on at the front page; there is one language here."""
    if "locale_id=" in str(exchange.environ.get("QUERY_STRING", "")) and exchange.method == "GET":
        return see_other(exchange, "/", SESSION)
    return log_in_first(exchange)


def forced_status(exchange: Exchange, code: str) -> Response:
    """`/_force-status/CODE/`: the page for a status, to look at it."""
    status = int(code)
    if status == 403 and exchange.browser.user is None:
        return log_in_first(exchange)
    if status == 404:
        return not_found(exchange)
    if status == 405:
        return method_not_allowed(exchange.method, "", exchange.accept)
    if status in {403, 410, 500}:
        return error_page(exchange, status)
    return response(status, "", exchange.accept) if status in TITLES else not_found(exchange)


def empty_part(_exchange: Exchange) -> Response:
    """`/_includes/…`: nothing, which is what a visitor gets of messages and buttons."""
    return Response(200, "OK", (("Content-Type", HTML), SESSION))


def see_other(exchange: Exchange, target: str, vary: Header = SESSION) -> Response:
    """Redirect to a path of the site, which a browser reads with GET."""
    return redirect(303, target, exchange.accept, origin=str(exchange.origin)).with_headers(vary)
