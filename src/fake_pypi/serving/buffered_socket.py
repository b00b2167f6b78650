"""The socket of one connection with its read-ahead buffer, plain or in TLS."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, cast

from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.turns import TURNS

if TYPE_CHECKING:
    import ssl

    from fake_pypi.serving.certificates import SniSocket

READ_AHEAD = 64 * 1024
SEND_BLOCK = 1 << 20
SENT_AT_ONCE = 64 * 1024
"""Bytes that a system takes over at once, so that sending them is no time to wait."""
TLS_HELLO = b"\x16"
CLOSE_WITH_RESET = struct.pack("HH" if os.name == "nt" else "ii", 1, 0)  # `struct linger`: on, 0 seconds


class ConnectionLost(ConnectionError):
    """The client closed the connection, or was silent for too long."""


class BufferedSocket:
    r"""A connected socket that can be read by the line, by the block, and closed from another thread.

    >>> here, there = socket.socketpair()
    >>> there.sendall(b"GET / HTTP/1.1\r\n\r\nrest")
    >>> connection = BufferedSocket(here)
    >>> connection.read_head()
    b'GET / HTTP/1.1\r\n\r\n'
    >>> connection.take_buffer()
    b'rest'
    >>> connection.close(); there.close()
    """

    def __init__(self, sock: socket.socket, limits: ConnectionLimits | None = None) -> None:
        self.socket = sock
        self.limits = limits or ConnectionLimits()
        self.lost = False
        self.shut = False
        self._buffer = bytearray()
        self._tls: ssl.SSLSocket | None = None
        sock.settimeout(self.limits.idle)
        with contextlib.suppress(OSError):  # a Unix socket pair has no such option
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # ------------------------------------------------------------------------------------------- reading

    def first_byte(self) -> bytes:
        """Return the first byte without reading it; `b""` from a client that sends nothing."""
        try:
            return self.socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""

    def read_head(self) -> bytes:
        """Read up to and including the next empty line; return `b""` when the client ended before it.

        A head that breaks the limits is returned as far as it was read, without its empty line.
        Raises `TimeoutError` when the client began and did not finish in time, `ConnectionLost` when it is gone.
        """
        self._skip_empty_lines()
        if not self._buffer and not self._first_of_a_request():
            return b""
        deadline = time.monotonic() + self.limits.head
        searched = 0
        while (end := _end_of_head(self._buffer, searched)) < 0:
            if self._head_is_too_long():
                return self.take_buffer()
            searched = max(0, len(self._buffer) - 3)
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                if not self._fill():
                    return b""
            finally:
                self._restore_timeout()
        head = bytes(self._buffer[:end])
        del self._buffer[:end]
        return head

    def _head_is_too_long(self) -> bool:
        line, size = self.limits.request_line, len(self._buffer)
        return size > line + self.limits.fields or (size > line and self._buffer.find(b"\n", 0, line + 1) < 0)

    def read_line(self, *, limit: int) -> bytes:
        """Read one line with its newline, or without it when `limit` or the end of the stream came first."""
        while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) <= limit:
            if not self._fill():
                break
        line = bytes(self._buffer[: end + 1 if 0 <= end < limit else limit])
        del self._buffer[: len(line)]
        return line

    def read_into(self, block: memoryview) -> int:
        """Fill the start of `block` with the bytes that have arrived; return their number, 0 at the end."""
        if self._buffer:
            count = min(len(block), len(self._buffer))
            block[:count] = self._buffer[:count]
            del self._buffer[:count]
            return count
        self._let_others_compute_until_readable()
        try:
            return self.socket.recv_into(block)
        except TimeoutError:
            raise
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None

    @property
    def has_read_ahead(self) -> bool:
        """Whether more bytes were received than were read, also if they are not decrypted yet."""
        return bool(self._buffer) or (self._tls is not None and self._tls.pending() > 0)

    def wait_for_bytes(self, seconds: float) -> bool:
        """Wait until there is something to read, or the end of the stream; return False if neither came in time."""
        if self.has_read_ahead:
            return True
        try:
            return _is_readable(self.socket, seconds)
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None

    def begins_with(self, text: bytes) -> bool:
        """Return whether the next bytes are these; they have to have arrived."""
        with contextlib.suppress(TimeoutError, ConnectionLost):  # reading reports the same
            while len(self._buffer) < len(text) and self._fill():
                pass
        return self._buffer.startswith(text)

    def take_buffer(self) -> bytes:
        """Return the bytes that were read ahead, and empty the buffer."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def _let_others_compute_until_readable(self) -> None:
        """Give the turn of this thread back while its client sends nothing."""
        if not TURNS.is_mine() or (self._tls is not None and self._tls.pending()):
            return
        with contextlib.suppress(OSError, ValueError):  # reading reports the same
            if not _is_readable(self.socket, 0):
                with TURNS.paused():
                    _is_readable(self.socket, self.socket.gettimeout() or 0)

    def _first_of_a_request(self) -> bool:
        try:
            while self._fill():
                self._skip_empty_lines()
                if self._buffer:
                    return True
        except (TimeoutError, ConnectionLost):  # silence between two requests is how connections usually end
            pass
        return False

    def _skip_empty_lines(self) -> None:
        # RFC 9112, 2.2: a server should ignore an empty line before the request line.
        if self._buffer.startswith((b"\r", b"\n")):
            self._buffer = self._buffer.lstrip(b"\r\n")

    def _fill(self) -> bool:
        self._let_others_compute_until_readable()
        try:
            block = self.socket.recv(READ_AHEAD)
        except TimeoutError:
            raise
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None
        self._buffer += block
        return bool(block)

    def _restore_timeout(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.settimeout(self.limits.idle)

    # ------------------------------------------------------------------------------------------- writing

    def send(self, data: bytes) -> None:
        """Send everything, in blocks, so that a slow reader is timed by the block. Raises `ConnectionLost`."""
        try:
            if len(data) <= SENT_AT_ONCE:
                self.socket.sendall(data)
                return
            view = memoryview(data)
            with TURNS.paused():
                for start in range(0, len(view), SEND_BLOCK):
                    self.socket.sendall(view[start : start + SEND_BLOCK])
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None

    def send_file(self, file: BinaryIO, count: int) -> int:
        """Send up to `count` bytes of an open file with `sendfile`; return the number of bytes sent."""
        offset = file.tell()
        try:
            with TURNS.paused():
                return self.socket.sendfile(file, offset=offset, count=count)
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None

    def _gone(self, why: Exception) -> ConnectionLost:
        self.lost = True
        return ConnectionLost(f"the client has gone ({why})")

    # ---------------------------------------------------------------------------------------- TLS, the end

    @TURNS.paused()
    def start_tls(
        self,
        context: ssl.SSLContext,
        *,
        accepts: Callable[[str], bool] | None = None,
        context_of: Callable[[str], ssl.SSLContext | None] | None = None,
    ) -> str | None:
        """Start TLS, as the server. Return the server name that the client sent (SNI), None if it sent none.

        `accepts` decides whether that name is served, `context_of` may return another context for it. A context is one
        of `certificates.server_context`. Raises `ConnectionLost` if the handshake fails.
        """
        try:
            tls = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            # Before the handshake, not after it: `shut_down` must always find the open socket.
            self.socket, self._tls = tls, tls
            sni_socket = cast("SniSocket", tls)
            sni_socket.accepts = accepts
            sni_socket.context_of = context_of
            sni_socket.do_handshake()
            return sni_socket.server_name
        except (OSError, ValueError) as gone:
            raise self._gone(gone) from None

    def shut_down(self) -> None:
        """End both directions now, from any thread; a thread that waits for this client continues."""
        self.shut = True
        with contextlib.suppress(OSError):
            # Not `SSLSocket.shutdown`: it forgets the TLS state while another thread reads.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    @TURNS.paused()
    def linger(self) -> None:
        """Announce the end, then discard what still arrives, so that the client can read the last response.

        The system resets a connection that is closed with unread bytes, and a reset discards what was sent before.
        """
        self._announce_end()
        left = self.limits.drain
        until = time.monotonic() + self.limits.drain_seconds
        with contextlib.suppress(OSError, ValueError):
            self.socket.settimeout(self.limits.linger_seconds)
            while left > 0 and time.monotonic() < until:
                discarded = len(socket.socket.recv(self.socket, READ_AHEAD))
                if not discarded:
                    break
                left -= discarded

    def reset(self) -> None:
        """Close the connection at once: what was not sent or read is lost, and the client sees a reset."""
        self.shut = True
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CLOSE_WITH_RESET)
        self.socket.close()

    def close(self) -> None:
        """Close the socket."""
        if self._tls and not self.shut:
            self._announce_end()
        self.socket.close()

    def _announce_end(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            if self._tls is not None:
                self._tls.settimeout(0)  # send our close_notify; the client's own is not worth a wait
                with contextlib.suppress(OSError, ValueError):
                    self._tls.unwrap()
            socket.socket.shutdown(self.socket, socket.SHUT_WR)


def _is_readable(sock: socket.socket, seconds: float) -> bool:
    # Not with a timeout of the socket: each change of it is a call of the system, and lets other threads run first.
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([sock], [], [], seconds)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _end_of_head(buffer: bytearray, start: int) -> int:
    """Return where the first empty line ends, or -1; a lone line feed ends a line too (RFC 9112, 2.2)."""
    ends = [at + len(mark) for mark in (b"\n\r\n", b"\n\n") if (at := buffer.find(mark, start)) >= 0]
    return min(ends, default=-1)
