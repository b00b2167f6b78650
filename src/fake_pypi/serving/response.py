"""Write the response of a WSGI application to the connection, with the right framing (RFC 9112, 6)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from fake_pypi.serving.body import Body
from fake_pypi.serving.buffered_socket import SEND_BLOCK, BufferedSocket
from fake_pypi.serving.request import Request

if TYPE_CHECKING:
    from _typeshed import OptExcInfo

FILE_BLOCK = 256 * 1024
FIRST_LINE = re.compile(r"[^\r\n]*")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class InvalidWsgiResponse(Exception):
    """An application violated PEP 3333, so its response cannot be framed correctly."""


class FileWrapper:
    """`wsgi.file_wrapper`: an open file as the body of a response, sent with `sendfile` where the system has it."""

    def __init__(self, file: IO[bytes], block_size: int = FILE_BLOCK) -> None:
        self.file = file
        self._block_size = max(block_size, FILE_BLOCK)

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(self._block_size):
            yield block

    def close(self) -> None:
        """Close the file, as the server does at the end of the response."""
        self.file.close()


class ResponseWriter:
    """Writes one response. `start` is the application's `start_response`; `send` writes what it returned.

    The body is framed by the application's Content-Length, by the size of a list, in chunks, or (HTTP/1.0) by the end
    of the connection. Afterwards, `keep_alive` is whether the connection can be used for another request.
    """

    def __init__(self, connection: BufferedSocket, request: Request, body: Body) -> None:
        self._connection = connection
        self._request = request
        self._body = body
        self.keep_alive = request.keeps_alive
        self.begun = False
        self._status = ""
        self._fields: list[tuple[str, str]] = []
        self._left: int | None = None
        self._chunked = False
        self._bodiless = False

    # ------------------------------------------------------------------------ called by the application

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """Set status and headers (`start_response` of PEP 3333); the reason phrase is sent up to its first newline."""
        if exc_info is not None:
            try:
                if self.begun and exc_info[1] is not None:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # no reference cycle through the traceback
        elif self._status:
            raise InvalidWsgiResponse("start_response was called twice")
        for name, value in headers:
            if FIRST_LINE.fullmatch(f"{name}{value}") is None:
                raise InvalidWsgiResponse(f"the field {name!r} has a newline in it")
        self._status = FIRST_LINE.match(status)[0]  # type: ignore[index]  # the pattern matches anything
        self._fields = list(headers)
        return self.write

    def write(self, data: bytes) -> None:
        """Send a part of the body, after the head if it is the first."""
        if not isinstance(data, bytes):
            raise InvalidWsgiResponse(f"a body is made of bytes, not {type(data).__name__}")
        if not data:
            return
        head = b"" if self.begun else self._begin()
        self._send_part(head, data)

    def send(self, result: Iterable[bytes]) -> None:
        """Send everything that the application returned, and the end of the frame."""
        if isinstance(result, FileWrapper) and self._send_file(result):
            return
        if isinstance(result, (list, tuple)) and not self.begun:
            data = result[0] if len(result) == 1 else b"".join(result)
            self._send_part(self._begin(total=len(data)), data)
        else:
            for part in result:
                self.write(part)
        self._end()

    def _send_file(self, wrapper: FileWrapper) -> bool:
        length = _length_in(self._fields)
        if length is None or self.begun or not hasattr(wrapper.file, "fileno"):
            return False
        self._connection.send(self._begin())
        if not self._bodiless:
            self._left = length - self._connection.send_file(wrapper.file, length) if length else 0  # type: ignore[arg-type]  # any IO[bytes] with a fileno
        self._end()
        return True

    # ------------------------------------------------------------------------------------- framing

    def _begin(self, total: int | None = None) -> bytes:
        if not self._status:
            raise InvalidWsgiResponse("the application returned before it called start_response")
        code = self._status[:3]
        self._bodiless = self._request.method == "HEAD" or code in ("204", "304") or code.startswith("1")
        self._choose_frame(code, total)
        fields = "".join(f"{name}: {value}\r\n" for name, value in self._fields)
        status = self._status.encode("latin-1", "replace")
        head = b"HTTP/1.1 %b\r\n%b\r\n" % (status, fields.encode("latin-1"))
        self.begun = True
        return head

    def _choose_frame(self, code: str, total: int | None) -> None:
        names = {name.lower() for name, _ in self._fields}
        if "transfer-encoding" in names:
            raise InvalidWsgiResponse("Transfer-Encoding is the server's to choose (PEP 3333)")
        self._left = _length_in(self._fields)
        if code == "204" and self._left is not None:  # RFC 9110, 8.6: no Content-Length with 204
            self._fields = [field for field in self._fields if field[0].lower() != "content-length"]
        elif self._left is None and total is not None and not (self._bodiless and not total):
            self._left = total
            self._fields.append(("Content-Length", str(total)))
        elif self._left is None and not self._bodiless:
            self._chunked = self._request.minor_version > 0
            self.keep_alive = self.keep_alive and self._chunked
            if self._chunked:
                self._fields.append(("Transfer-Encoding", "chunked"))
        if "date" not in names:
            self._fields.append(("Date", http_date(time.time())))
        self._choose_connection()

    def _choose_connection(self) -> None:
        if self._body.awaits_continue:  # it may come now or never, so where the next request begins is not known
            self.keep_alive = False
        options = [value.lower() for name, value in self._fields if name.lower() == "connection"]
        if "close" in options:
            self.keep_alive = False
        elif not self.keep_alive:
            self._fields.append(("Connection", "close"))
        elif self._request.minor_version == 0:
            self._fields.append(("Connection", "keep-alive"))

    def _send_part(self, head: bytes, data: bytes) -> None:
        if self._bodiless:
            data = b""
        elif self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data) if data else b""
        elif self._left is not None:
            if len(data) > self._left:
                self.keep_alive = False
                raise InvalidWsgiResponse("the application sent more than its Content-Length")
            self._left -= len(data)
        if head and len(data) > SEND_BLOCK:
            self._connection.send(head)
            self._connection.send(data)
        elif head or data:
            self._connection.send(head + data)

    def _end(self) -> None:
        if not self.begun:
            self._connection.send(self._begin(total=0))
        elif self._chunked:
            self._connection.send(b"0\r\n\r\n")
        if self._left and not self._bodiless:
            self.keep_alive = False
            raise InvalidWsgiResponse(f"the application sent {self._left} bytes less than its Content-Length")


def _length_in(fields: list[tuple[str, str]]) -> int | None:
    for name, value in fields:
        if name.lower() == "content-length":
            if not (value.isascii() and value.isdigit()):
                raise InvalidWsgiResponse(f"Content-Length is {value!r}, not a number")
            return int(value)
    return None


def http_date(timestamp: float) -> str:
    """Return a time in the format of HTTP (RFC 9110, 5.6.7), which does not depend on the locale.

    >>> http_date(0)
    'Thu, 01 Jan 1970 00:00:00 GMT'
    """
    t = time.gmtime(timestamp)
    clock = f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"
    return f"{DAYS[t.tm_wday]}, {t.tm_mday:02} {MONTHS[t.tm_mon - 1]} {t.tm_year} {clock} GMT"


def plain_response(status: str, line: str, *, method: str = "GET") -> bytes:
    """Return a whole response with one line of text, after which the connection is closed."""
    body = f"{line}\n".encode("utf-8", "replace")
    head = (
        f"HTTP/1.1 {FIRST_LINE.match(status)[0]}\r\n"  # type: ignore[index]  # the pattern matches anything
        f"Content-Type: text/plain; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"Date: {http_date(time.time())}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1", "replace") + (b"" if method == "HEAD" else body)
