"""Many HTTP clients in one thread, on plain sockets, so that the clients' work does not limit what is measured.

Requests are bytes that were prepared before; responses are read as far as needed to find their end.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

READ = 1 << 18
LONGEST_SILENCE = 60.0
OK = (b"HTTP/1.1 200 ", b"HTTP/1.0 200 ")


@dataclass
class Outcome:
    """What a group of clients did: seconds of each request, and the first line of each response that was no success."""

    latencies: list[float] = field(default_factory=list)
    errors: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Requests in each second."""
        return len(self.latencies) / self.seconds if self.latencies else 0.0

    def percentile(self, percent: int) -> float:
        """Return the seconds within which `percent` of the requests were answered."""
        if len(self.latencies) < 2:
            return max(self.latencies, default=0.0)
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


class Group:
    """Clients that take their requests from one supply; each sends its next one when it has read the last response."""

    def __init__(self, requests: Iterable[bytes], number: int, *, keep_alive: bool = True) -> None:
        self.requests: Iterator[bytes] = iter(requests)
        self.number = number
        self.keep_alive = keep_alive
        self.outcome = Outcome()
        self.ended = 0.0
        """When the last response was read, by `time.perf_counter`."""


class Client:
    """One client of a group: at most one connection, at most one request at a time."""

    def __init__(self, group: Group, address: tuple[str, int], selector: selectors.BaseSelector) -> None:
        self._group = group
        self._address = address
        self._selector = selector
        self._socket: socket.socket | None = None
        self._response = bytearray()
        self._length: int | None = None
        self._begun = 0.0

    def send_next(self) -> None:
        """Send the next request of the group, on a new connection if there is none; close at the end of the supply."""
        request = next(self._group.requests, None)
        if request is None:
            self.close()
            return
        self._begun = time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=LONGEST_SILENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request)

    def receive(self) -> None:
        """Read what has arrived; after the end of the response, send the next request."""
        assert self._socket is not None
        try:
            block = self._socket.recv(READ)
        except OSError as error:
            self._finish(str(error).encode())
            return
        if not block:
            self._finish(b"the connection was closed")
            return
        self._response += block
        if self._length is None and (end := self._response.find(b"\r\n\r\n")) >= 0:
            self._length = end + 4 + _content_length(bytes(self._response[:end]))
        if self._length is not None and len(self._response) >= self._length:
            self._finish(None)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None

    def _finish(self, failure: bytes | None) -> None:
        outcome, self._group.ended = self._group.outcome, time.perf_counter()
        outcome.latencies.append(self._group.ended - self._begun)
        if failure is not None or not self._response.startswith(OK):
            outcome.errors.append(failure or bytes(self._response).split(b"\r\n", 1)[0])
        if failure is not None or not self._group.keep_alive:
            self.close()
        self._response.clear()
        self._length = None
        self.send_next()


def _content_length(head: bytes) -> int:
    start = head.lower().find(b"\r\ncontent-length:")
    return int(head[start + 17 :].split(b"\r\n", 1)[0]) if start >= 0 else 0


def run(address: tuple[str, int], groups: Iterable[Group], *, seconds: float = 3600.0) -> list[Outcome]:
    """Let all clients send until no group has a request left, or until the time is over; return the outcomes."""
    groups = list(groups)
    with selectors.DefaultSelector() as selector:
        clients = [Client(group, address, selector) for group in groups for _ in range(group.number)]
        began = time.perf_counter()
        for client in clients:
            client.send_next()
        while selector.get_map() and time.perf_counter() < began + seconds:
            for key, _ in selector.select(0.5):
                key.data.receive()
        for client in clients:
            client.close()
    for group in groups:
        group.outcome.seconds = group.ended - began
    return [group.outcome for group in groups]
