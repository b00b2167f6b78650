"""`/packages/…`: files through pypiserver's own code, and the METADATA of wheels beside them (PEP 658)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from fake_pypi.web import offered
from fake_pypi.web.answers import Answer, Header, text_answer

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

FOR_EVER = "max-age=365000000, immutable, public"
CONDITIONS = ("HTTP_RANGE", "HTTP_IF_MODIFIED_SINCE")
"""Headers that are answered here: for a part of a file pypiserver would leave the file open."""
BLOCK = 1 << 16  # bytes sent at once


@dataclass(frozen=True)
class Streamed:
    """An answer whose body is passed on as it comes."""

    status_line: str
    headers: tuple[Header, ...]
    body: Iterable[bytes]


class Part:
    """Some bytes of an open file, which is closed with it: what a WSGI server iterates over."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._start)
        while self._left > 0 and (block := self._file.read(min(BLOCK, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def file(exchange: Exchange, path: str) -> Answer | Streamed:
    """The file at its content address, served by the engine."""
    row = exchange.world.propagation.seen_file(path).releases.file_at(path)
    if row is None:
        return _not_here()
    exchange.filename = row.filename
    if _is_known(exchange, row.md5):
        return Answer(304, "Not Modified", _headers(row.md5))
    said: list[str] = []

    def start_response(status: str, _headers: list[Header], _exc_info: object = None) -> Any:
        said.append(status)

    whole = {name: value for name, value in exchange.environ.items() if name not in CONDITIONS}
    body: Any = exchange.world.engine.serve(path, whole, start_response)
    if not said[-1].startswith("200"):  # somebody removed the file behind our back
        getattr(body, "close", lambda: None)()
        return _not_here()
    return _sent(exchange, body, row.size, row.md5)


def core_metadata(exchange: Exchange, path: str) -> Answer:
    """The METADATA of a wheel; an address that was never advertised is 404."""
    index = exchange.world.propagation.seen_file(path)
    row = index.releases.file_at(path)
    content = None if row is None else index.releases.core_metadata(row.filename)
    return _not_here() if content is None else _bytes(exchange, content)


def offered_file(exchange: Exchange, filename: str) -> Answer | Streamed:
    """A file that one of the world's sources offers; it is made, or fetched, at this moment if need be."""
    offer = offered.find(exchange.world, filename)
    if offer is None:
        return _not_here()
    exchange.filename = offer.filename
    tag, path = offer.sha256[:32], offer.path()
    if _is_known(exchange, tag):
        return Answer(304, "Not Modified", _headers(tag))
    body = () if exchange.method == "HEAD" else path.open("rb")
    return _sent(exchange, body, path.stat().st_size, tag)


def offered_metadata(exchange: Exchange, filename: str) -> Answer:
    """The METADATA of an offered wheel; the wheel itself need not be there for that."""
    offer = offered.find(exchange.world, filename)
    content = None if offer is None else offer.metadata()
    return _not_here() if content is None else _bytes(exchange, content)


def _sent(exchange: Exchange, body: Any, size: int, tag: str) -> Answer | Streamed:
    """All of an open file of that size, or the part that was asked for. HEAD may come without a file."""
    headers = (*_headers(tag), ("Accept-Ranges", "bytes"))
    start, end = _range(exchange, size) or (0, size)
    if start >= size > 0:
        getattr(body, "close", lambda: None)()
        past = ("Content-Range", f"bytes */{size}")
        return text_answer(416, "416 Requested Range Not Satisfiable").with_headers(past)
    part = Part(body, start, end - start) if hasattr(body, "seek") else body
    headers = (*headers, ("Content-Length", str(end - start)))
    if (start, end) == (0, size):
        return Streamed("200 OK", headers, part)
    return Streamed("206 Partial Content", (*headers, ("Content-Range", f"bytes {start}-{end - 1}/{size}")), part)


def _range(exchange: Exchange, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last; None if no single range of bytes is asked for."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", exchange.environ.get("HTTP_RANGE", ""), re.ASCII)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size
    start, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    return None if found[2] and int(found[2]) < start else (start, end)


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
