"""`/packages/…`: files through pypiserver's own code, and the METADATA of wheels beside them (PEP 658)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.index.listing import files_of
from fake_pypi.web import offered
from fake_pypi.web.answers import TITLES, Answer, Header, text_answer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.index.releases import FileRow
    from fake_pypi.packages.offer import Offer
    from fake_pypi.web.exchange import Exchange

FOR_EVER = "max-age=365000000, immutable, public"
OURS = ("content-type", "cache-control", "content-encoding", "etag", "date")
"""Headers of the engine's answer that the file host of PyPI words in its own way."""


@dataclass(frozen=True)
class Streamed:
    """An answer whose body is passed on as it comes."""

    status_line: str
    headers: tuple[Header, ...]
    body: Iterable[bytes]


def file(exchange: Exchange, path: str) -> Answer | Streamed:
    """The file at its content address, served by the engine."""
    row = _row(exchange, path)
    if row is None:
        return _not_here()
    exchange.filename = row.filename
    if _is_known(exchange, row.md5):
        return Answer(304, "Not Modified", _headers(row.md5))
    said: dict[str, Any] = {}

    def start_response(status: str, headers: list[Header], _exc_info: object = None) -> Any:
        said.update(status=status, headers=headers)

    body = exchange.world.engine.serve(path, _asked(exchange), start_response)
    kept = [pair for pair in said["headers"] if pair[0].lower() not in OURS]
    return Streamed(said["status"], (*kept, *_headers(row.md5)), body)


def core_metadata(exchange: Exchange, path: str) -> Answer:
    """The METADATA of a wheel; an address that was never advertised is 404."""
    row = _row(exchange, path)
    content = None if row is None else exchange.world.index.releases.core_metadata(row.filename)
    return _not_here() if content is None else _bytes(exchange, content)


def offered_file(exchange: Exchange, filename: str) -> Answer | Streamed:
    """A file that one of the world's sources offers; it is made, or fetched, at this moment if need be."""
    offer = offered.find(exchange.world, filename)
    if offer is None:
        return _not_here()
    exchange.filename = offer.filename
    return _from_disk(exchange, offer)


def offered_metadata(exchange: Exchange, filename: str) -> Answer:
    """The METADATA of an offered wheel; the wheel itself need not be there for that."""
    offer = offered.find(exchange.world, filename)
    content = None if offer is None else offer.metadata()
    return _not_here() if content is None else _bytes(exchange, content)


def _row(exchange: Exchange, path: str) -> FileRow | None:
    """The file at a path, unless it has not come as far as the file host yet."""
    index, propagation = exchange.world.index, exchange.world.propagation
    row = index.releases.file_at(path)
    if row is None or not propagation.concerns("files"):
        return row
    project = index.projects.by_id(row.project)
    if project is None:
        return None
    listed = [each for each in files_of(index.db, project) if each.filename == row.filename]
    return None if propagation.lateness("files", project, listed).files else row


def _asked(exchange: Exchange) -> WSGIEnvironment:
    """The request, without a range that is no single range of bytes: such a one asks for the whole file."""
    wanted = exchange.environ.get("HTTP_RANGE", "")
    found = re.fullmatch(r"bytes=(?:(\d{1,18})-(\d{0,18})|-\d{1,18})", wanted, re.ASCII)
    if found is None or (found[1] and found[2] and int(found[2]) < int(found[1])):
        return {name: value for name, value in exchange.environ.items() if name != "HTTP_RANGE"}
    return exchange.environ


def _from_disk(exchange: Exchange, offer: Offer) -> Answer | Streamed:
    from werkzeug.exceptions import RequestedRangeNotSatisfiable
    from werkzeug.utils import send_file

    path, kind, tag = offer.path(), "application/octet-stream", offer.sha256[:32]
    try:
        response = send_file(path, _asked(exchange), kind, conditional=True, etag=tag)
    except RequestedRangeNotSatisfiable:
        past = ("Content-Range", f"bytes */{offer.size}")
        return text_answer(416, "416 Requested Range Not Satisfiable").with_headers(past)
    response.headers["Cache-Control"] = FOR_EVER
    body, status, headers = response.get_wsgi_response(exchange.environ)
    code = int(status.partition(" ")[0])
    return Streamed(f"{code} {TITLES[code]}", tuple(headers), body)


def _bytes(exchange: Exchange, content: bytes) -> Answer:
    tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if _is_known(exchange, tag):
        return Answer(304, "Not Modified", _headers(tag))
    return Answer(200, "OK", _headers(tag), content)


def _headers(tag: str) -> tuple[Header, ...]:
    return (("Content-Type", "application/octet-stream"), ("Cache-Control", FOR_EVER), ("ETag", f'"{tag}"'))


def _is_known(exchange: Exchange, tag: str) -> bool:
    """Whether the client said that it has these bytes already."""
    asked = exchange.environ.get("HTTP_IF_NONE_MATCH", "")
    return asked.strip() == "*" or f'"{tag}"' in asked


def _not_here() -> Answer:
    return text_answer(404, "404 Not Found")
