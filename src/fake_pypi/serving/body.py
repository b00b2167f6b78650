"""A request's body as a stream that ends where the body ends, counted or chunked."""

from __future__ import annotations

import io
import re
import time
from abc import abstractmethod
from typing import TYPE_CHECKING

from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.request import MalformedRequest, Request

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 64 * 1024
LARGE_BLOCK = 1 << 20
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
LONGEST_CHUNK_LINE = 4096
MOST_TRAILER_LINES = 100


class Body(io.RawIOBase):
    """The raw bytes of a body. The first read sends `100 Continue` if the client waits for it.

    `error` is the error in the framing that was found, or None. A read raises `ConnectionLost` or `MalformedRequest`.
    """

    def __init__(self, connection: BufferedSocket, *, expects_continue: bool) -> None:
        super().__init__()
        self._connection = connection
        self._owes_continue = expects_continue
        self.error: MalformedRequest | None = None

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Whether everything was read."""

    @property
    def awaits_continue(self) -> bool:
        """Whether the client still waits for our `100 Continue`, so that its body may never come."""
        return self._owes_continue and not self._connection.has_read_ahead

    def readable(self) -> bool:
        """Return True (see `io.RawIOBase`)."""
        return True

    def readall(self) -> bytes:
        """Read everything that is left, in large blocks."""
        blocks = []
        block = bytearray(LARGE_BLOCK)
        while count := self.readinto(block):
            blocks.append(bytes(memoryview(block)[:count]))
        return b"".join(blocks)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` with the next bytes; return their number, 0 at the end of the body."""
        block = memoryview(buffer).cast("B")
        if self.error is not None:
            raise self.error
        if not len(block) or self.ended:
            return 0
        if self._owes_continue:
            self._owes_continue = False
            if not self._connection.has_read_ahead:
                self._connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        try:
            return self._read_some(block)
        except TimeoutError:
            self.error = MalformedRequest(408, "the body of the request took too long")
            raise self.error from None
        except MalformedRequest as error:
            self.error = error
            raise

    def drain(self) -> bool:
        """Read and discard what is left, within the limits; return whether the end was reached."""
        limits = self._connection.limits
        left, until = limits.drain, time.monotonic() + limits.drain_seconds
        block = bytearray(BLOCK)
        try:
            while not self.ended:
                if left <= 0 or time.monotonic() > until or self.awaits_continue:
                    return False
                left -= self.readinto(block)
        except (MalformedRequest, ConnectionLost):
            return False
        return True

    @abstractmethod
    def _read_some(self, block: memoryview) -> int: ...

    def _receive(self, block: memoryview) -> int:
        count = self._connection.read_into(block)
        if not count:
            self._connection.lost = True
            raise ConnectionLost("the client ended the connection in the middle of the body")
        return count


class CountedBody(Body):
    """A body of `Content-Length` bytes."""

    def __init__(self, connection: BufferedSocket, length: int, *, expects_continue: bool = False) -> None:
        super().__init__(connection, expects_continue=expects_continue and length > 0)
        self._left = length

    @property
    def ended(self) -> bool:
        """Whether `Content-Length` bytes were read."""
        return self._left == 0

    def _read_some(self, block: memoryview) -> int:
        count = self._receive(block[: self._left])
        self._left -= count
        return count


class ChunkedBody(Body):
    """A body in chunks (RFC 9112, 7.1); extensions and trailer fields are read and ignored."""

    def __init__(self, connection: BufferedSocket, *, expects_continue: bool = False) -> None:
        super().__init__(connection, expects_continue=expects_continue)
        self._left = 0
        self._begun = False
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the last chunk, which is empty, was read."""
        return self._ended

    def _read_some(self, block: memoryview) -> int:
        if not self._left:
            self._left = self._next_chunk()
            if not self._left:
                self._skip_trailer()
                self._ended = True
                return 0
        count = self._receive(block[: self._left])
        self._left -= count
        return count

    def _next_chunk(self) -> int:
        if self._begun and self._line() not in (b"\r\n", b"\n"):
            raise MalformedRequest(400, "a chunk of the body does not end at its size")
        self._begun = True
        size = CHUNK_SIZE.fullmatch(self._line())
        if size is None:
            raise MalformedRequest(400, "a chunk of the body does not begin with its size")
        return int(size[1], 16)

    def _skip_trailer(self) -> None:
        for _ in range(MOST_TRAILER_LINES):
            if self._line() in (b"\r\n", b"\n"):
                return
        raise MalformedRequest(400, "the body has too many trailer fields")

    def _line(self) -> bytes:
        line = self._connection.read_line(limit=LONGEST_CHUNK_LINE)
        if not line:
            self._connection.lost = True
            raise ConnectionLost("the client ended the connection in the middle of the body")
        if not line.endswith(b"\n"):
            raise MalformedRequest(400, "a chunk line of the body is too long")
        return line


def body_of(request: Request, connection: BufferedSocket) -> Body:
    """Return the body that follows a request's head."""
    if request.is_chunked:
        return ChunkedBody(connection, expects_continue=request.expects_continue)
    return CountedBody(connection, request.content_length, expects_continue=request.expects_continue)


def as_wsgi_input(body: Body) -> io.BufferedIOBase:
    """Return the body as `wsgi.input`; large reads are not copied through a buffer."""
    if body.ended:
        return io.BytesIO()
    return io.BufferedReader(body, BLOCK)
