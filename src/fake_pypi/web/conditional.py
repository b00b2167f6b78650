"""What happens to a response after its view: entity tags, 304 and parts (RFC 9110, sections 13, 14), and gzip."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_pypi.web.responses import TITLES, Response, text_response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
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
    """Return a page with its entity tag; as 304 if the client has it, in part if it wants one, or compressed."""
    if page.status == 200 and exchange.method in ("GET", "HEAD"):
        tag = page.header("ETag")
        if tag is None:
            tag = f'"{hashlib.blake2b(page.body, digest_size=16).hexdigest()}"'
            page = page.with_headers(("ETag", tag))
        if is_known(exchange, tag):
            return not_modified(page.headers)
        part = requested_range(exchange, len(page.body), tag)
        if part is not None:
            return _partial(page, *part)
    elif exchange.method not in ("GET", "HEAD") and page.header("ETag"):
        page = replace(page, headers=tuple(pair for pair in page.headers if pair[0] != "ETag"))
    return _compressed(exchange, page)


def requested_range(exchange: Exchange, size: int, tag: str) -> tuple[int, int] | None:
    """Return the first requested byte and the one after the last; None for the whole.

    Only GET has ranges (RFC 9110, 14.2). More than one range, a range that cannot be read, and a range of
    what has changed meanwhile (If-Range, 13.1.5) mean the whole. A range that begins behind the end
    comes back empty.
    """
    match = RANGE.fullmatch(exchange.environ.get("HTTP_RANGE", ""))
    if match is None or not (match[1] or match[2]) or exchange.method != "GET":
        return None
    # A date never matches: nothing here has a Last-Modified. A weak tag is no strong validator.
    if exchange.environ.get("HTTP_IF_RANGE", tag).strip() != tag:
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size
    start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    return None if match[2] and int(match[2]) < start else (start, end)


def _partial(page: Response, start: int, end: int) -> Response:
    """Return a part of a page, or 416 if the page ends before it; PyPI sends parts of pages like those of files."""
    size = len(page.body)
    if start >= end:
        return text_response(416, "416 Requested Range Not Satisfiable").with_headers(
            ("Content-Range", f"bytes */{size}")
        )
    part = Response(206, TITLES[206], page.headers, page.body[start:end])
    return part.with_headers(("Content-Range", f"bytes {start}-{end - 1}/{size}"))


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
