"""What happens to an answer after its view: entity tags and 304 (RFC 9110, section 13), and gzip."""

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
WRITTEN_LATE = frozenset({301, 303, 308, 400, 405, 410, 413})
"""Statuses of redirects and of pages about errors."""
WORTH_IT = 200
"""Bytes below which gzip makes an answer longer."""


def entity_tag(*facts: object) -> str:
    """Return the entity tag of a page that depends on these facts and on nothing else.

    >>> entity_tag("demo", 4) == entity_tag("demo", 5)
    False
    """
    return f'"{hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()}"'


def is_known(exchange: Exchange, tag: str) -> bool:
    """Whether the client said that it has the page with this entity tag already; "*" says nothing to PyPI."""
    if exchange.method not in ("GET", "HEAD"):
        return False
    asked = str(exchange.environ.get("HTTP_IF_NONE_MATCH", ""))
    return tag in [each.strip().removeprefix("W/") for each in asked.split(",")]


def finished(exchange: Exchange, answer: Response) -> Response:
    """Give a page its entity tag, leave it out if the client has it, and compress it if that may be."""
    if answer.status == 200 and exchange.method in ("GET", "HEAD"):
        tag = answer.header("ETag")
        if tag is None:
            tag = f'"{hashlib.blake2b(answer.body, digest_size=16).hexdigest()}"'
            answer = answer.with_headers(("ETag", tag))
        if is_known(exchange, tag):
            return not_modified(answer.headers)
    elif exchange.method not in ("GET", "HEAD") and answer.header("ETag"):
        answer = replace(answer, headers=tuple(pair for pair in answer.headers if pair[0] != "ETag"))
    return _compressed(exchange, answer)


def not_modified(headers: tuple[tuple[str, str], ...]) -> Response:
    """Return the 304 for a page that would have had these headers."""
    return Response(304, "Not Modified", tuple(pair for pair in headers if pair[0] != "Content-Type"))


def _compressed(exchange: Exchange, answer: Response) -> Response:
    """Compress an answer that depends on no cookie and no credentials; a compressed one always has an entity tag.

    PyPI writes redirects and pages about errors too late to be compressed.
    """
    vary = answer.header("Vary") or ""
    late = answer.status in WRITTEN_LATE
    if late or "Accept-Encoding" not in vary or len(answer.body) < WORTH_IT or not _takes_gzip(exchange):
        return answer
    if exchange.method in ("GET", "HEAD") and answer.header("ETag") is None:
        answer = answer.with_headers(("ETag", entity_tag(answer.body)))
    body = gzip.compress(answer.body, FAST, mtime=0)
    return replace(answer, body=body).with_headers(("Content-Encoding", "gzip"))


def _takes_gzip(exchange: Exchange) -> bool:
    asked = str(exchange.environ.get("HTTP_ACCEPT_ENCODING", ""))
    for part in asked.lower().split(","):
        name, _, parameters = part.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
