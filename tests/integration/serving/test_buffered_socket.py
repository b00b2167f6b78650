from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from fake_pypi.serving.buffered_socket import BufferedSocket, ConnectionLost
from fake_pypi.serving.connection_limits import ConnectionLimits

QUICK = ConnectionLimits(idle=0.1, head=0.1, request_line=100, fields=100)
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def pair() -> Iterator[tuple[BufferedSocket, socket.socket]]:
    here, there = socket.socketpair()
    connection = BufferedSocket(here, QUICK)
    with there:
        yield connection, there
        connection.close()


def test_pipelined_heads_are_read_one_by_one(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    there.sendall(HEAD + b"\r\n" + HEAD + b"rest")
    assert [connection.read_head(), connection.read_head(), connection.take_buffer()] == [HEAD, HEAD, b"rest"]


def test_the_end_of_the_stream_is_no_head(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    there.sendall(b"\r\n\r\nGET / HT")
    there.shutdown(socket.SHUT_WR)
    assert connection.read_head() == b""


def test_silence_between_requests_is_an_end_but_half_a_head_is_a_timeout(
    pair: tuple[BufferedSocket, socket.socket],
) -> None:
    connection, there = pair
    assert connection.read_head() == b""
    there.sendall(b"GET")
    with pytest.raises(TimeoutError):
        connection.read_head()


@pytest.mark.parametrize("data", [b"a" * 150, b"a" * 50 + b"\n" + b"b" * 200])
def test_a_head_past_its_limits_is_handed_over_before_it_ends(
    pair: tuple[BufferedSocket, socket.socket], data: bytes
) -> None:
    connection, there = pair
    there.sendall(data)
    assert connection.read_head() == data


def test_the_first_byte_is_left_where_it_is(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    there.sendall(HEAD)
    assert (connection.first_byte(), connection.read_head()) == (b"G", HEAD)


def test_a_client_that_sends_nothing_has_no_first_byte(pair: tuple[BufferedSocket, socket.socket]) -> None:
    assert pair[0].first_byte() == b""


def test_a_reader_wakes_when_the_socket_is_shut_down_from_another_thread() -> None:
    here, there = socket.socketpair()
    connection, heads = BufferedSocket(here, ConnectionLimits(idle=30)), list[bytes]()
    reader = threading.Thread(target=lambda: heads.append(connection.read_head()))
    with there:
        reader.start()
        connection.shut_down()
        reader.join(timeout=5)
        connection.close()
    assert (reader.is_alive(), heads) == (False, [b""])


def test_sending_to_a_client_that_left_is_lost(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    there.close()
    with pytest.raises(ConnectionLost):
        connection.send(b"x" * 30_000_000)
    assert connection.lost is True


def test_lingering_gives_the_client_time_to_read(pair: tuple[BufferedSocket, socket.socket]) -> None:
    connection, there = pair
    there.sendall(b"never read" * 1000)
    connection.send(b"last words")
    there.shutdown(socket.SHUT_WR)
    connection.linger()
    connection.close()
    assert there.recv(100) == b"last words"
