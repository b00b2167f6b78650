"""A listening socket: connections wait in a selector, and have a thread only while there is something to read."""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from fake_pypi.errors import PortInUse, UsageError
from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.connection import Step
from fake_pypi.serving.connection_limits import ConnectionLimits

BACKLOG = 256
PAUSE_WHEN_OUT_OF_FILES = 0.05
CLOSE_SECONDS = 5.0
NEXT_REQUEST_SECONDS = 0.05
"""Seconds that a thread waits for the next request of its connection, which so needs no change of threads."""
IDLE_SECONDS = 5.0
"""Seconds after which a thread without a task ends."""
MOST_IN_SELECT = 500
"""Connections that may be idle where the system has only select(), as Windows has: that fails with more than 512."""

Waiting: TypeAlias = "tuple[BufferedSocket, Step]"
"""A connection, and what to do when there is something to read."""

Task = TypeVar("Task")


class WorkerPool(Generic[Task]):
    """Calls `run(task)` for each task that is added, at once, in an idle thread or in a new one.

    There is no bound, because every task may wait for a slow client: with one, a few of those would make all others
    wait. The threads are daemons. An error that `run` raises ends its thread, as it ends any other.
    """

    def __init__(self, run: Callable[[Task], None], *, name: str) -> None:
        self._run = run
        self._name = name
        self._changed = threading.Condition()
        self._tasks: deque[Task] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._is_closed = False

    def add(self, task: Task) -> bool:
        """Run a task; return False if it will not be run: the pool is closed, or the system has no thread left."""
        with self._changed:
            if self._is_closed:
                return False
            self._tasks.append(task)
            if len(self._tasks) <= self._idle:
                self._changed.notify()
                return True
            thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:  # out of threads
            with self._changed:
                self._threads.discard(thread)
                if task not in self._tasks:
                    return True
                self._tasks.remove(task)
                return False
        return True

    def close(self, seconds: float) -> list[Task]:
        """Wait up to some seconds for the tasks that run, but for the one that calls this; return the others."""
        with self._changed:
            self._is_closed = True
            waiting = list(self._tasks)
            self._tasks.clear()
            self._changed.notify_all()
            threads = self._threads - {threading.current_thread()}
        until = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return waiting

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._run(task)
                del task  # while the next one is waited for, nothing of this one stays in memory
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())

    def _next(self) -> Task | None:
        """Wait for a task, and return it; None when this thread shall end."""
        with self._changed:
            self._idle += 1
            try:
                self._changed.wait_for(lambda: self._tasks or self._is_closed, IDLE_SECONDS)
            finally:
                self._idle -= 1
            return self._tasks.popleft() if self._tasks else None


class Listener:
    """Accepts connections until `close`, and calls `serve(connection)` for each when its first bytes have arrived.

    `serve` returns what to call when more bytes have arrived, or None when the connection has ended. In between, the
    connection waits in the selector of one thread, for `limits.idle` seconds at most; a pool has the threads that run
    the steps. `sock` is a socket that listens already, for instance in another network namespace. Raises `PortInUse`.
    """

    def __init__(
        self, serve: Step, *, host: str, port: int, sock: socket.socket | None, limits: ConnectionLimits
    ) -> None:
        self._serve = serve
        self._limits = limits
        self._socket = sock or listen(host, port)
        self._socket.settimeout(0)
        name = self._socket.getsockname()
        self.host: str = name[0]
        self.port: int = name[1]
        self._lock = threading.Lock()
        self._open: set[BufferedSocket] = set()
        self._returned: deque[Waiting] = deque()
        self._idle: dict[BufferedSocket, tuple[Step, float]] = {}  # oldest first, with the end of their time
        self._closing = False
        self._waker, self._wakened = socket.socketpair()
        self._waker.settimeout(0)
        self._wakened.settimeout(0)
        # Not in the thread: without a file descriptor for it, that one would end without an error.
        self._selector = selectors.DefaultSelector()
        uses_select = isinstance(self._selector, selectors.SelectSelector)
        self._most_idle = MOST_IN_SELECT if uses_select else sys.maxsize
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(self._wakened, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._watch, name=f"fake-pypi:{self.port}", daemon=True)
        self._pool: WorkerPool[Waiting] = WorkerPool(self._attend, name=f"{self._thread.name}:client")

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
        self._wake()
        self._thread.join()
        with self._lock:
            still_open = set(self._open)
        for connection in still_open:
            connection.shut_down()
        not_begun = self._pool.close(CLOSE_SECONDS)
        for closed in (self._selector, self._socket, self._waker, self._wakened):
            closed.close()
        for connection, _ in (*self._idle.items(), *self._returned, *not_begun):
            self._forget(connection)

    # ------------------------------------------------------------------------------- in the thread of the selector

    def _watch(self) -> None:
        while not self._closing:
            ready = self._selector.select(self._seconds_to_wait())
            for key, _ in ready:
                if key.fileobj is self._socket:
                    self._accept_waiting()
                elif key.fileobj is self._wakened:
                    self._take_back_returned()
                else:
                    self._hand_over(key.data)
            self._end_silent()

    def _seconds_to_wait(self) -> float | None:
        _, until = next(iter(self._idle.values()), (None, None))
        return None if until is None else max(0.0, until - time.monotonic())

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
            connection = BufferedSocket(connected, self._limits)
            with self._lock:
                self._open.add(connection)
            self._wait_for_bytes(connection, self._serve)

    def _take_back_returned(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wakened.recv(4096)
        while self._returned:
            self._wait_for_bytes(*self._returned.popleft())

    def _wait_for_bytes(self, connection: BufferedSocket, step: Step) -> None:
        while len(self._idle) >= self._most_idle:
            self._end_oldest()
        try:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)
        except (OSError, ValueError):  # the socket was closed meanwhile
            self._forget(connection)
            return
        self._idle[connection] = step, time.monotonic() + self._limits.idle

    def _hand_over(self, connection: BufferedSocket) -> None:
        self._selector.unregister(connection.socket)
        step, _ = self._idle.pop(connection)
        if not self._pool.add((connection, step)):  # out of threads: this client is rejected, the others are served
            self._forget(connection)

    def _end_silent(self) -> None:
        """Close the connections that were silent for too long."""
        now = time.monotonic()
        while self._idle and next(iter(self._idle.values()))[1] <= now:
            self._end_oldest()

    def _end_oldest(self) -> None:
        connection = next(iter(self._idle))
        self._selector.unregister(connection.socket)
        del self._idle[connection]
        self._forget(connection)

    # ------------------------------------------------------------------------------------- in the threads of the pool

    def _attend(self, waiting: Waiting) -> None:
        """Run the steps of a connection as long as it has something to read, then let it wait in the selector."""
        connection, step = waiting
        try:
            while (next_step := step(connection)) is not None:
                step = next_step
                if not connection.wait_for_bytes(NEXT_REQUEST_SECONDS):
                    self._return(connection, step)
                    return
        except ConnectionLost:
            pass
        except BaseException:
            self._forget(connection)
            raise
        self._forget(connection)

    def _return(self, connection: BufferedSocket, step: Step) -> None:
        if self._closing:
            self._forget(connection)
            return
        self._returned.append((connection, step))
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # enough wake-ups are waiting, or the listener was closed
            self._waker.send(b"!")

    def _forget(self, connection: BufferedSocket) -> None:
        connection.close()
        with self._lock:
            self._open.discard(connection)


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
