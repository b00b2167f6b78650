"""What PyPI says when nothing is there: a page, a few words for programs, or "it is one slash further"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from fake_pypi.web.answers import Answer, Header, json_answer, not_found_page, redirect, text_answer
from fake_pypi.web.hosts import PLAIN

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

JSON_ADDRESS = re.compile(r"/pypi/[^/]+(?:/[^/]*)?/json/?", re.DOTALL)
READABLE: tuple[Header, ...] = (
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "X-PyPI-Last-Serial"),
)


def missing(exchange: Exchange) -> Answer:
    """Answer 404 in the form that belongs to the address, whatever `Accept` says."""
    path = exchange.path
    if path.startswith("/simple/"):
        return text_answer(404, "404 Not Found").with_headers(*READABLE)
    if JSON_ADDRESS.fullmatch(path):
        return json_answer(404, {"message": "Not Found"}).with_headers(*READABLE)
    page = not_found_page(f"{exchange.origin}{exchange.target}")
    return page.with_headers(*READABLE)


def query_again(exchange: Exchange) -> str:
    """The query of the request, as PyPI writes it again behind an address that it made itself."""
    asked = parse_qsl(str(exchange.environ.get("QUERY_STRING", "")), keep_blank_values=True)
    return f"?{urlencode(asked)}" if asked else ""


def with_slash(exchange: Exchange) -> Answer:
    """Send the client to the same address with a slash at its end."""
    query = f"?{exchange.environ['QUERY_STRING']}" if exchange.environ.get("QUERY_STRING") else ""
    target = quote(exchange.path, safe=PLAIN) + f"/{query}"
    page = redirect(301, target, exchange.accept, origin=str(exchange.origin))
    return page.with_headers(("Vary", "Accept-Encoding"))
