"""Pass bytes unchanged between a client of the proxy and another loopback port, in both directions."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterable

from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.request import HostPort, MalformedRequest, Request

BLOCK = 64 * 1024
CONNECT_TIMEOUT = 10.0
LONGEST_SILENCE = 600.0
HALF_CLOSED_SILENCE = 10.0
ONE_HOP = ("connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "upgrade")


def connect(target: HostPort, addresses: Iterable[str]) -> socket.socket:
    """Return a connection to a port at the first address that has one. Raises `MalformedRequest` 502 when none has."""
    for address in addresses:
        try:
            there = socket.create_connection((address, target.port), timeout=CONNECT_TIMEOUT)
        except OSError:
            continue
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return there
    raise MalformedRequest(502, f"nothing listens on {target.host}:{target.port}: start that server first")


def tunnel(connection: BufferedSocket, target: HostPort, addresses: Iterable[str]) -> None:
    """Accept a CONNECT to a loopback port, and pass bytes on until both sides have ended."""
    with connect(target, addresses) as there:
        connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        _pass_bytes(connection, there)


def forward(
    connection: BufferedSocket,
    *,
    request: Request,
    target: HostPort,
    addresses: Iterable[str],
    host_field: str,
    path: str,
) -> None:
    """Pass one plain-HTTP request on to a loopback port, and its response back, byte for byte."""
    fields = {name: value for name, value in request.fields.items() if name not in ONE_HOP}
    fields["host"] = host_field
    lines = [f"{request.method} {path} {request.protocol}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    lines += ["connection: close", "", ""]  # the next request may be for another host
    with connect(target, addresses) as there:
        there.sendall("\r\n".join(lines).encode("latin-1"))
        _pass_bytes(connection, there)


def _pass_bytes(connection: BufferedSocket, there: socket.socket) -> None:
    here = connection.socket
    there.sendall(connection.take_buffer())
    other = {here: there, there: here}
    block = memoryview(bytearray(BLOCK))
    with selectors.DefaultSelector() as selector:
        for end in other:
            selector.register(end, selectors.EVENT_READ)
        silence = LONGEST_SILENCE
        try:
            while selector.get_map() and (ready := selector.select(silence)) and not connection.shut:
                for key, _ in ready:
                    end = here if key.fileobj is here else there
                    if count := end.recv_into(block):
                        other[end].sendall(block[:count])
                        continue
                    selector.unregister(end)
                    other[end].shutdown(socket.SHUT_WR)
                    silence = HALF_CLOSED_SILENCE
        except OSError as gone:
            raise ConnectionLost(str(gone)) from None
