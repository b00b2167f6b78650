"""Connections that are open: idle ones have no thread, and none of them keeps another from being served."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from fake_pypi.serving import listener
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server
from tests.integration.serving.conftest import PATIENT, Serving, echo, talk

if TYPE_CHECKING:
    import pytest
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def threads_of_clients(port: int) -> int:
    return sum(thread.name == f"fake-pypi:{port}:client" for thread in threading.enumerate())


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENT
    while not condition():
        assert time.monotonic() < until
        threading.Event().wait(0.005)


def ask(client: socket.socket, request: bytes = GET) -> bytes:
    """Send a request and return the first line of the response, of which all is read."""
    client.sendall(request)
    response = http.client.HTTPResponse(client)
    response.begin()
    response.read()
    return f"{response.status} {response.reason}".encode()


@contextmanager
def connections(port: int, number: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENT)) for _ in range(number)
        ]


def test_idle_connections_have_no_thread_and_are_served_afterwards(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fake_pypi.serving.listener.IDLE_SECONDS", 0.01)
    server = serving()
    with connections(server.port, 100) as clients:
        assert {ask(client) for client in clients} == {b"200 OK"}
        wait_until(lambda: threads_of_clients(server.port) == 0)
        assert {ask(client) for client in clients} == {b"200 OK"}


def test_connections_that_send_nothing_have_no_thread(serving: Serving) -> None:
    server = serving()
    with connections(server.port, 50):
        assert talk(server.port, GET).startswith(b"HTTP/1.1 200 OK")
        wait_until(lambda: len(server._listener._idle) >= 50)
        assert threads_of_clients(server.port) <= 1


def test_an_idle_connection_ends_without_a_word_when_its_time_is_over(serving: Serving) -> None:
    server = serving(idle=0.2)
    with connections(server.port, 3) as clients:
        assert {ask(client) for client in clients} == {b"200 OK"}
        assert [client.recv(100) for client in clients] == [b"", b"", b""]
    wait_until(lambda: not server._listener._open)


def test_requests_that_wait_for_something_keep_no_other_waiting(serving: Serving) -> None:
    release, all_wait = threading.Event(), threading.Barrier(65, timeout=PATIENT)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/wait":
            all_wait.wait()
            release.wait(PATIENT)
        return echo(environ, start_response)

    server = serving(app)
    with connections(server.port, 64) as waiting, connections(server.port, 64) as slow:
        for client in waiting:
            client.sendall(GET.replace(b"/ ", b"/wait ", 1))
        for client in slow:
            client.sendall(b"GET / HTTP/1.1\r\nHo")  # and the rest never comes
        all_wait.wait()
        assert talk(server.port, GET).startswith(b"HTTP/1.1 200 OK")
        release.set()
        assert {client.recv(12) for client in waiting} == {b"HTTP/1.1 200"}


def test_many_requests_on_one_connection_with_pauses_between_them(serving: Serving) -> None:
    server = serving()
    with connections(server.port, 1) as (client,):
        for _ in range(3):
            assert {ask(client) for _ in range(50)} == {b"200 OK"}
            wait_until(lambda: len(server._listener._idle) == 1)  # it waits in the selector


def test_pipelined_requests_are_answered_after_a_pause_too(serving: Serving) -> None:
    server = serving()
    with connections(server.port, 1) as (client,):
        assert ask(client) == b"200 OK"
        wait_until(lambda: len(server._listener._idle) == 1)
        client.sendall(GET * 20)
        raw = b""
        while raw.count(b"HTTP/1.1 200 OK") < 20:
            block = client.recv(65536)
            assert block
            raw += block


def test_closing_ends_idle_connections_and_their_clients_notice(serving: Serving) -> None:
    server = serving()
    with connections(server.port, 20) as clients:
        assert {ask(client) for client in clients} == {b"200 OK"}
        wait_until(lambda: len(server._listener._idle) == 20)
        server.close()
        assert {client.recv(100) for client in clients} == {b""}
    assert threads_of_clients(server.port) == 0


def test_a_connection_that_its_client_resets_ends_no_other(serving: Serving) -> None:
    server = serving()
    with connections(server.port, 2) as (kept, leaving):
        assert {ask(kept), ask(leaving)} == {b"200 OK"}
        wait_until(lambda: len(server._listener._idle) == 2)
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        leaving.close()
        wait_until(lambda: len(server._listener._open) == 1)
        assert ask(kept) == b"200 OK"


def test_where_only_select_exists_the_oldest_idle_connection_ends_first(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "MOST_IN_SELECT", 3)
    monkeypatch.setattr("selectors.DefaultSelector", __import__("selectors").SelectSelector)
    server = serving()
    with connections(server.port, 4) as clients:
        assert clients[0].recv(100) == b""
        assert {ask(client) for client in clients[1:]} == {b"200 OK"}


def test_idle_tls_connections_are_served_afterwards(authority: Authority, trusting: ssl.SSLContext) -> None:
    with Server(echo, authority=authority) as server, ExitStack() as stack:
        clients = [
            stack.enter_context(
                trusting.wrap_socket(
                    socket.create_connection(("127.0.0.1", server.port), timeout=PATIENT), server_hostname="localhost"
                )
            )
            for _ in range(5)
        ]
        for _ in range(2):
            assert {ask(client) for client in clients} == {b"200 OK"}
            wait_until(lambda: len(server._listener._idle) == 5)
        clients[0].sendall(GET * 3)  # one TLS record with three requests
        raw = b""
        while raw.count(b"HTTP/1.1 200 OK") < 3:
            raw += clients[0].recv(65536)


def test_idle_connections_through_the_proxy_are_served_afterwards(
    authority: Authority, trusting: ssl.SSLContext
) -> None:
    with Proxy({"pypi.org": echo}, authority=authority) as proxy:
        connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=PATIENT, context=trusting)
        connection.set_tunnel("pypi.org", 443)
        for turn in range(3):
            connection.request("GET", f"/{turn}")
            assert connection.getresponse().read() == f"GET https proxy pypi.org /{turn} 0".encode()
            wait_until(lambda: len(proxy._listener._idle) == 1)
        connection.close()
