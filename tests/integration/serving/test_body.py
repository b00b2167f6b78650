from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from fake_pypi.serving.body import ChunkedBody, CountedBody, as_wsgi_input
from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.request import MalformedRequest

QUICK = ConnectionLimits(idle=0.2, drain=1000, drain_seconds=1.0)
Sending = Callable[[bytes], BufferedSocket]


@pytest.fixture
def pair() -> Iterator[tuple[BufferedSocket, socket.socket]]:
    here, there = socket.socketpair()
    connection = BufferedSocket(here, QUICK)
    with there:
        yield connection, there
        connection.close()


@pytest.fixture
def sending(pair: tuple[BufferedSocket, socket.socket]) -> Sending:
    connection, there = pair

    def send(data: bytes) -> BufferedSocket:
        there.sendall(data)
        there.shutdown(socket.SHUT_WR)
        return connection

    return send


def test_a_counted_body_ends_after_its_bytes(sending: Sending) -> None:
    connection = sending(b"hello, and the next request")
    assert as_wsgi_input(CountedBody(connection, 5)).read() == b"hello"


def test_lines_of_a_body_can_be_read(sending: Sending) -> None:
    assert list(as_wsgi_input(CountedBody(sending(b"a\nb\nc"), 5))) == [b"a\n", b"b\n", b"c"]


def test_a_body_that_ends_early_is_a_lost_client(sending: Sending) -> None:
    connection = sending(b"hel")
    with pytest.raises(ConnectionLost):
        as_wsgi_input(CountedBody(connection, 5)).read()
    assert connection.lost is True


def test_a_body_that_never_comes_is_408(pair: tuple[BufferedSocket, socket.socket]) -> None:
    body = CountedBody(pair[0], 5)
    with pytest.raises(MalformedRequest) as caught:
        as_wsgi_input(body).read()
    assert (caught.value.status, body.error) == (408, caught.value)


def test_an_empty_body_sends_no_100_continue(pair: tuple[BufferedSocket, socket.socket]) -> None:
    body = CountedBody(pair[0], 0, expects_continue=True)
    assert (as_wsgi_input(body).read(), body.awaits_continue, body.drain()) == (b"", False, True)


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"0\r\n\r\n", b""),
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"3;a=b\r\nabc\r\n2 \r\nde\r\n000\r\nTrailer: x\r\n\r\n", b"abcde"),
        (b"00A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b"1\na\n0\n\n", b"a"),
    ],
)
def test_chunks_are_joined(sending: Sending, raw: bytes, read: bytes) -> None:
    body = ChunkedBody(sending(raw + b"NEXT"))
    assert (as_wsgi_input(body).read(), body.ended) == (read, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"x\r\n",
        b"-1\r\n",
        b"0x5\r\nhello\r\n",
        b"5 5\r\nhello\r\n",
        b"\r\n",
        b"5\r\nhello!\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"1;" + b"a" * 5000 + b"\r\n",
        b"0\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
)
def test_broken_chunks_are_400(sending: Sending, raw: bytes) -> None:
    body = ChunkedBody(sending(raw))
    with pytest.raises(MalformedRequest) as caught:
        as_wsgi_input(body).read()
    assert caught.value.status == 400
    assert body.drain() is False


def test_chunks_that_end_early_are_a_lost_client(sending: Sending) -> None:
    with pytest.raises(ConnectionLost):
        as_wsgi_input(ChunkedBody(sending(b"5\r\nhe"))).read()


def test_100_continue_is_sent_when_the_body_is_read(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    body = CountedBody(connection, 2, expects_continue=True)
    assert body.awaits_continue is True
    stream = as_wsgi_input(body)
    there.settimeout(5)
    there.sendall(b"o")
    assert stream.read(1) == b"o"
    assert there.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert body.awaits_continue is False


def test_draining_leaves_the_next_request(sending: Sending) -> None:
    connection = sending(b"helloGET / HTTP/1.1\r\n\r\n")
    assert CountedBody(connection, 5).drain() is True
    assert connection.read_head() == b"GET / HTTP/1.1\r\n\r\n"


def test_draining_gives_up_on_a_body_that_is_too_long(sending: Sending) -> None:
    assert CountedBody(sending(b"x" * 5000), 100_000).drain() is False


def test_draining_does_not_wait_for_a_body_without_100_continue(pair: tuple[BufferedSocket, socket.socket]) -> None:
    assert CountedBody(pair[0], 5, expects_continue=True).drain() is False
