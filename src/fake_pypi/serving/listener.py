"""A listening socket: one thread for each connection."""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import threading
import time
from collections.abc import Callable

from fake_pypi.errors import PortInUse, UsageError
from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLimits, ConnectionLost

BACKLOG = 256
PAUSE_WHEN_OUT_OF_FILES = 0.05
CLOSE_SECONDS = 5.0


class Listener:
    """Accepts connections and calls `serve(connection)` for each, until `close`.

    `sock` is a socket that listens already, for instance in another network namespace. Raises `PortInUse`.
    """

    def __init__(
        self,
        serve: Callable[[BufferedSocket], None],
        *,
        host: str,
        port: int,
        sock: socket.socket | None,
        limits: ConnectionLimits,
    ) -> None:
        self._serve = serve
        self._limits = limits
        self._socket = sock or listen(host, port)
        self._socket.settimeout(0)
        name = self._socket.getsockname()
        self.host: str = name[0]
        self.port: int = name[1]
        self._lock = threading.Lock()
        self._open: dict[BufferedSocket, threading.Thread] = {}
        self._closing = False
        self._waker, self._wakened = socket.socketpair()
        # Not in the thread: without a file descriptor for it, that one would end without an error.
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(self._wakened, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._accept, name=f"fake-pypi:{self.port}", daemon=True)

    def start(self) -> None:
        """Begin to accept connections. The owner has to be complete: a client may be waiting already."""
        self._thread.start()

    @property
    def authority(self) -> str:
        """`HOST:PORT` as a URL writes it; a wildcard address becomes loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # read, not bound
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def close(self) -> None:
        """End every connection and wait for its thread, a few seconds for a busy one. Calling it twice is allowed."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
        self._waker.send(b"!")
        self._thread.join()
        for closed in (self._selector, self._socket, self._waker, self._wakened):
            closed.close()
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            connection.shut_down()
        until = time.monotonic() + CLOSE_SECONDS
        for thread in still_open.values():
            if thread is not threading.current_thread():
                thread.join(max(0.0, until - time.monotonic()))

    def _accept(self) -> None:
        while not self._closing:
            self._selector.select()
            self._accept_waiting()

    def _accept_waiting(self) -> None:
        while not self._closing:
            try:
                connected, _ = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as why:
                if why.errno in (errno.EMFILE, errno.ENFILE):  # else this would spin until a file is closed
                    time.sleep(PAUSE_WHEN_OUT_OF_FILES)
                return
            self._start(connected)

    def _start(self, connected: socket.socket) -> None:
        connection = BufferedSocket(connected, self._limits)
        name = f"{self._thread.name}:client"
        thread = threading.Thread(target=self._attend, args=(connection,), name=name, daemon=True)
        with self._lock:
            self._open[connection] = thread
        try:
            thread.start()
        except RuntimeError:  # out of threads: this client is rejected, the others are still served
            self._forget(connection)

    def _attend(self, connection: BufferedSocket) -> None:
        try:
            self._serve(connection)
        except ConnectionLost:
            pass
        finally:
            self._forget(connection)

    def _forget(self, connection: BufferedSocket) -> None:
        connection.close()
        with self._lock:
            self._open.pop(connection, None)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on one address; port 0 is any free port. Raises `PortInUse`, `UsageError`."""
    if not 0 <= port <= 65535:
        raise UsageError(f"{port} is no port", "take one from 1024 to 65535, or 0 for any")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as why:
        if why.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)):
            raise PortInUse(host, port) from why
        next_step = "take an address of this machine, and port 0 or one above 1023"
        raise UsageError(f"cannot listen on {host}, port {port} ({why})", next_step) from why


def peer_of(connection: BufferedSocket) -> tuple[str, int]:
    """Return the address and port of the client; ("", 0) when it has gone already."""
    with contextlib.suppress(OSError):
        name = connection.socket.getpeername()
        if isinstance(name, tuple):
            return name[0], name[1]
    return "", 0
