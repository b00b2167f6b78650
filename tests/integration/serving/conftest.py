"""Real sockets: servers with short timeouts, and a client that sends exactly the given bytes."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENT = 20.0  # seconds that a test waits for what must come: never reached when all is well

Talking = Callable[..., bytes]
Serving = Callable[..., Server]


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """An application that answers with the request that it received."""
    size = len(environ["wsgi.input"].read())
    asked = (
        environ["wsgi.url_scheme"],
        environ["fake_pypi.via"],
        environ.get("HTTP_HOST", ""),
        environ["RAW_URI"],
    )
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [" ".join((environ["REQUEST_METHOD"], *asked, str(size))).encode("latin-1")]


def talk(port: int, data: bytes, *, finish: bool = True) -> bytes:
    """Send bytes, then everything that comes back until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENT) as client:
        with contextlib.suppress(OSError):  # the server may have heard enough and closed
            client.sendall(data)
            if finish:
                client.shutdown(socket.SHUT_WR)
        answer = bytearray()
        with contextlib.suppress(ConnectionError):
            while block := client.recv(1 << 16):
                answer += block
        return bytes(answer)


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Start servers; at the end each is stopped, and has met no error but those that the test took out."""
    servers = []

    def serve(app: WSGIApplication = echo, **limits: float) -> Server:
        server = Server(app, limits=ConnectionLimits(**limits))  # type: ignore[arg-type]  # ints and floats alike
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.close()
    assert [error for server in servers for error in server.errors] == []


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def proxy(authority: Authority) -> Iterator[Proxy]:
    with Proxy({"pypi.org": echo, "test.pypi.org": echo}, authority=authority) as proxy:
        yield proxy
    assert proxy.errors == []


@pytest.fixture(scope="session")
def ca_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    file.write_bytes(authority.pem)
    return file


@pytest.fixture
def trusting(ca_file: Path) -> ssl.SSLContext:
    """A client that trusts our authority and nobody else."""
    return ssl.create_default_context(cafile=str(ca_file))
