"""What happens to a response after its view: entity tags and 304 (RFC 9110, section 13), and gzip."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_pypi.web.responses import Response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

FAST = 1
"""Level of gzip: a page of 5,000 files takes a quarter of the time that the usual level takes."""
NEVER_COMPRESSED = frozenset({301, 303, 308, 400, 405, 410, 413})
"""Statuses of redirects and of pages about errors."""
SMALLEST_COMPRESSED = 200
"""Bytes below which gzip makes a response longer."""


def entity_tag(*facts: object) -> str:
    """Return the entity tag of a page that depends on these facts and on nothing else.

    >>> entity_tag("demo", 4) == entity_tag("demo", 5)
    False
    """
    return f'"{hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()}"'


def is_known(exchange: Exchange, tag: str) -> bool:
    """Return whether the client has the page with this entity tag already; PyPI ignores "*"."""
    if exchange.method not in ("GET", "HEAD"):
        return False
    tags = str(exchange.environ.get("HTTP_IF_NONE_MATCH", "")).split(",")
    return tag in [known.strip().removeprefix("W/") for known in tags]


def finished(exchange: Exchange, page: Response) -> Response:
    """Return a page with its entity tag, as 304 if the client has it, and compressed if the client accepts gzip."""
    if page.status == 200 and exchange.method in ("GET", "HEAD"):
        tag = page.header("ETag")
        if tag is None:
            tag = f'"{hashlib.blake2b(page.body, digest_size=16).hexdigest()}"'
            page = page.with_headers(("ETag", tag))
        if is_known(exchange, tag):
            return not_modified(page.headers)
    elif exchange.method not in ("GET", "HEAD") and page.header("ETag"):
        page = replace(page, headers=tuple(pair for pair in page.headers if pair[0] != "ETag"))
    return _compressed(exchange, page)


def not_modified(headers: tuple[tuple[str, str], ...]) -> Response:
    """Return the 304 for a page that would have had these headers."""
    return Response(304, "Not Modified", tuple(pair for pair in headers if pair[0] != "Content-Type"))


def _compressed(exchange: Exchange, page: Response) -> Response:
    """Compress a response that depends on no cookie and no credentials; a compressed one always has an entity tag.

    PyPI writes redirects and pages about errors too late to be compressed.
    """
    vary = page.header("Vary") or ""
    if (
        page.status in NEVER_COMPRESSED
        or "Accept-Encoding" not in vary
        or len(page.body) < SMALLEST_COMPRESSED
        or not _accepts_gzip(exchange)
    ):
        return page
    if exchange.method in ("GET", "HEAD") and page.header("ETag") is None:
        page = page.with_headers(("ETag", entity_tag(page.body)))
    body = gzip.compress(page.body, FAST, mtime=0)
    return replace(page, body=body).with_headers(("Content-Encoding", "gzip"))


def _accepts_gzip(exchange: Exchange) -> bool:
    accepted = str(exchange.environ.get("HTTP_ACCEPT_ENCODING", ""))
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
