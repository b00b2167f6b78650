"""`/packages/…`: files through pypiserver's own code, and the METADATA of wheels beside them (PEP 658)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from fake_pypi.turns import TURNS
from fake_pypi.web import fallback_packages
from fake_pypi.web.conditional import requested_range
from fake_pypi.web.responses import AnyResponse, Header, Response, StreamedResponse, text_response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

IMMUTABLE = "max-age=365000000, immutable, public"
CONDITIONS = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MODIFIED_SINCE")
"""Headers that are evaluated here: for a part of a file pypiserver would leave the file open."""
BLOCK = 1 << 16  # bytes sent at once


class FilePiece:
    """Some bytes of an open file, as the body of a response; closing it closes the file."""

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


def file(exchange: Exchange, path: str) -> AnyResponse:
    """Return the file at its content address, served by pypiserver's code."""
    row = exchange.index.releases.file_at(path)
    if row is None:
        return _not_here()
    exchange.filename = row.filename
    if _is_known(exchange, row.md5):
        return Response(304, "Not Modified", _headers(row.md5))
    status = ""

    def start_response(line: str, _headers: list[Header], _exc_info: object = None) -> Any:
        nonlocal status
        status = line

    whole = {name: value for name, value in exchange.environ.items() if name not in CONDITIONS}
    # pypiserver's framework puts an open file into this wrapper; the file itself is needed here, to seek in it.
    whole["wsgi.file_wrapper"] = _unwrapped
    body: Any = exchange.instance.engine.serve(path, whole, start_response)
    if not status.startswith("200"):  # the file was removed from the folder
        getattr(body, "close", lambda: None)()
        return _not_here()
    return _sent(exchange, body or None, row.size, row.md5)


def _unwrapped(file: BinaryIO, _block_size: int = BLOCK) -> BinaryIO:
    return file


def core_metadata(exchange: Exchange, path: str) -> AnyResponse:
    """Return the METADATA of a wheel; 404 for a file without it."""
    releases = exchange.index.releases
    row = releases.file_at(path)
    content = None if row is None else releases.core_metadata(row.filename)
    return _not_here() if content is None else _bytes(exchange, content)


@TURNS.paused()
def fallback_file(exchange: Exchange, filename: str) -> AnyResponse:
    """Return a file of a package source, which re-packs or downloads it now if necessary."""
    offer = fallback_packages.find(exchange.instance, filename)
    if offer is None:
        return _not_here()
    exchange.filename = offer.filename
    tag, path = offer.sha256[:32], offer.path()
    if _is_known(exchange, tag):
        return Response(304, "Not Modified", _headers(tag))
    file = None if exchange.method == "HEAD" else path.open("rb")
    return _sent(exchange, file, path.stat().st_size, tag)


@TURNS.paused()
def fallback_metadata(exchange: Exchange, filename: str) -> AnyResponse:
    """Return the METADATA of a wheel of a package source; the wheel itself is not needed for it."""
    offer = fallback_packages.find(exchange.instance, filename)
    content = None if offer is None else offer.metadata()
    return _not_here() if content is None else _bytes(exchange, content)


def _sent(exchange: Exchange, file: BinaryIO | None, size: int, tag: str) -> AnyResponse:
    """Return an open file of `size` bytes, or the requested part. A HEAD request needs no file."""
    part = requested_range(exchange, size, f'"{tag}"')
    start, end = part or (0, size)
    if part is not None and start >= end:
        if file is not None:
            file.close()
        unsatisfied = ("Content-Range", f"bytes */{size}")
        return text_response(416, "416 Requested Range Not Satisfiable").with_headers(unsatisfied)
    headers = (*_headers(tag), ("Accept-Ranges", "bytes"), ("Content-Length", str(end - start)))
    if part is None:
        return StreamedResponse("200 OK", headers, () if file is None else _whole(exchange, file, size))
    headers = (*headers, ("Content-Range", f"bytes {start}-{end - 1}/{size}"))
    return StreamedResponse("206 Partial Content", headers, () if file is None else FilePiece(file, start, end - start))


def _whole(exchange: Exchange, file: BinaryIO, size: int) -> Iterable[bytes]:
    """Return the body of a whole file; the server sends it with `sendfile` where it can."""
    wrapper = exchange.environ.get("wsgi.file_wrapper")
    if wrapper is None or isinstance(file, io.BytesIO):
        return FilePiece(file, 0, size)
    return wrapper(file)  # type: ignore[no-any-return]  # the environment has values of any type


def _bytes(exchange: Exchange, content: bytes) -> AnyResponse:
    tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if _is_known(exchange, tag):
        return Response(304, "Not Modified", _headers(tag))
    return _sent(exchange, io.BytesIO(content), len(content), tag)


def _headers(tag: str) -> tuple[Header, ...]:
    return (("Content-Type", "application/octet-stream"), ("Cache-Control", IMMUTABLE), ("ETag", f'"{tag}"'))


def _is_known(exchange: Exchange, tag: str) -> bool:
    """Return whether the client has these bytes already."""
    tags = exchange.environ.get("HTTP_IF_NONE_MATCH", "")
    return tags.strip() == "*" or f'"{tag}"' in tags


def _not_here() -> Response:
    return text_response(404, "404 Not Found")
