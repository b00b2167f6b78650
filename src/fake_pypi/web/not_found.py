"""Responses for an address without a page: not found, a slash is missing, or the page has moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from fake_pypi.web.exchange import PLAIN
from fake_pypi.web.rendering import error_page
from fake_pypi.web.responses import Header, Response, front_failure, json_response, redirect, text_response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

JSON_ADDRESS = re.compile(r"/pypi/[^/]+(?:/[^/]*)?/json/?", re.DOTALL)
READABLE: tuple[Header, ...] = (
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "X-PyPI-Last-Serial"),
)


def not_found(exchange: Exchange) -> Response:
    """Return 404 in the format of the address, which does not depend on `Accept`."""
    path = exchange.path
    if path.startswith("/simple/"):
        return text_response(404, "404 Not Found").with_headers(*READABLE)
    if JSON_ADDRESS.fullmatch(path):
        return json_response(404, {"message": "Not Found"}).with_headers(*READABLE)
    return error_page(exchange, 404).with_headers(*READABLE)


def query_again(exchange: Exchange) -> str:
    """Return the query of the request as PyPI appends it to an address that it composes."""
    pairs = parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True)
    return f"?{urlencode(pairs)}" if pairs else ""


def with_slash(exchange: Exchange) -> Response:
    """Send the client to the same address with a slash at its end."""
    query = f"?{exchange.environ['QUERY_STRING']}" if exchange.environ.get("QUERY_STRING") else ""
    target = quote(exchange.path, safe=PLAIN) + f"/{query}"
    moved = redirect(301, target, exchange.accept, origin=str(exchange.origin))
    return moved.with_headers(("Vary", "Accept-Encoding"))


def moved_to(exchange: Exchange, target: str, *, safe: str = f"{PLAIN} ", **words: str) -> Response:
    """Redirect permanently to a target such as "/project/{name}/", filled in with the named parts of the address.

    `safe` has the characters that stay as they are; PyPI's redirects from one page to another leave a blank so.
    """
    filled = target.format(**{name: quote(word, safe=safe) for name, word in words.items()})
    moved = redirect(301, filled, exchange.accept, origin=str(exchange.origin))
    return moved.with_headers(("Vary", "Accept-Encoding"))


def moved_to_files(exchange: Exchange, path: str) -> Response:
    """Redirect to the host that serves the files; PyPI's front server rejects an address with a NUL."""
    if "\0" in path:
        return front_failure(400)
    return moved_to(exchange, "{address}", address=exchange.origin.file_url(path))
