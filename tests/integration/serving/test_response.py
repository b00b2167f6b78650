from __future__ import annotations

import io
import socket
from collections.abc import Iterable, Iterator

import pytest

from fake_pypi.serving.body import CountedBody
from fake_pypi.serving.buffered_socket import BufferedSocket
from fake_pypi.serving.request import Request
from fake_pypi.serving.response import FileWrapper, InvalidWsgiResponse, ResponseWriter, http_date, plain_response

Fields = list[tuple[str, str]]


@pytest.fixture
def pair() -> Iterator[tuple[BufferedSocket, socket.socket]]:
    here, there = socket.socketpair()
    connection = BufferedSocket(here)
    with there:
        yield connection, there
        connection.close()


class Exchange:
    """One response written to a socket pair, and what came out of the other end."""

    def __init__(self, pair: tuple[BufferedSocket, socket.socket], method: str = "GET", minor_version: int = 1) -> None:
        self._connection, self._there = pair
        request = Request(method, "/", minor_version, {"host": "a"})
        self.response = ResponseWriter(self._connection, request, CountedBody(self._connection, 0))

    def send(self, status: str, fields: Fields, body: Iterable[bytes]) -> tuple[str, dict[str, str], bytes]:
        self.response.start(status, fields)
        self.response.send(body)
        return self.received()

    def received(self) -> tuple[str, dict[str, str], bytes]:
        self._connection.shut_down()
        raw = b"".join(iter(lambda: self._there.recv(1 << 16), b""))
        head, _, body = raw.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        fields = dict(field.split(": ", 1) for field in lines)
        fields.pop("Date", None)
        return line, fields, body


@pytest.fixture
def exchange(pair: tuple[BufferedSocket, socket.socket]) -> Exchange:
    return Exchange(pair)


def test_a_list_is_sent_with_its_length(exchange: Exchange) -> None:
    assert exchange.send("200 OK", [("A", "b")], [b"he", b"llo"]) == (
        "HTTP/1.1 200 OK",
        {"A": "b", "Content-Length": "5"},
        b"hello",
    )
    assert exchange.response.keep_alive is True


def test_a_stream_is_sent_in_chunks(exchange: Exchange) -> None:
    _, fields, body = exchange.send("200 OK", [], iter([b"he", b"", b"llo"]))
    assert (fields, body) == ({"Transfer-Encoding": "chunked"}, b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")


def test_a_stream_with_a_length_is_sent_as_it_is(exchange: Exchange) -> None:
    _, fields, body = exchange.send("200 OK", [("content-length", "5")], iter([b"he", b"llo"]))
    assert (fields, body) == ({"content-length": "5"}, b"hello")


def test_an_empty_stream_has_no_length(exchange: Exchange) -> None:
    assert exchange.send("200 OK", [], iter([]))[1:] == ({"Content-Length": "0"}, b"")


def test_a_stream_ends_with_the_connection_in_http_1_0(pair: tuple[BufferedSocket, socket.socket]) -> None:
    exchange = Exchange(pair, minor_version=0)
    assert exchange.send("200 OK", [], iter([b"he", b"llo"]))[1:] == ({"Connection": "close"}, b"hello")


@pytest.mark.parametrize("body", [[b"hello"], iter([b"hello"]), FileWrapper(io.BytesIO(b"hello"))])
def test_head_has_fields_and_no_body(pair: tuple[BufferedSocket, socket.socket], body: Iterable[bytes]) -> None:
    exchange = Exchange(pair, method="HEAD")
    assert exchange.send("200 OK", [("Content-Length", "5")], body)[1:] == ({"Content-Length": "5"}, b"")
    assert exchange.response.keep_alive is True


def test_head_with_an_empty_list_does_not_claim_to_be_empty(pair: tuple[BufferedSocket, socket.socket]) -> None:
    assert Exchange(pair, method="HEAD").send("200 OK", [], [])[1] == {}


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_statuses_without_a_body_have_none(exchange: Exchange, status: str) -> None:
    assert exchange.send(status, [], [b""])[1:] == ({}, b"")


def test_204_has_no_length_even_if_the_application_sets_one(exchange: Exchange) -> None:
    assert exchange.send("204 No Content", [("Content-Length", "0")], [])[1] == {}


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("400 '1.0-\xe9' is invalid", "HTTP/1.1 400 '1.0-\xe9' is invalid"),
        ("400 one\ntwo", "HTTP/1.1 400 one"),
        ("400 one\r\nSet-Cookie: two", "HTTP/1.1 400 one"),
        ("400 \u4f60\u597d", "HTTP/1.1 400 ??"),
        ("400 ", "HTTP/1.1 400 "),
    ],
)
def test_the_reason_is_sent_unchanged_up_to_its_first_newline(exchange: Exchange, status: str, line: str) -> None:
    assert exchange.send(status, [], [])[0] == line


@pytest.mark.parametrize("field", [("A", "b\nC: d"), ("A\r\nB", "c"), ("Transfer-Encoding", "chunked")])
def test_fields_that_would_break_the_frame_are_the_applications_fault(
    exchange: Exchange, field: tuple[str, str]
) -> None:
    with pytest.raises(InvalidWsgiResponse):
        exchange.send("200 OK", [field], [b""])
    assert exchange.response.begun is False


@pytest.mark.parametrize("length", ["4", "6", "five"])
def test_a_wrong_length_is_the_applications_fault(exchange: Exchange, length: str) -> None:
    with pytest.raises(InvalidWsgiResponse):
        exchange.send("200 OK", [("Content-Length", length)], [b"hello"])


def test_an_application_that_starts_twice_or_never_is_at_fault(exchange: Exchange) -> None:
    with pytest.raises(InvalidWsgiResponse):
        exchange.response.send([b""])
    exchange.response.start("200 OK", [])
    with pytest.raises(InvalidWsgiResponse):
        exchange.response.start("200 OK", [])


def test_text_is_not_a_body(exchange: Exchange) -> None:
    with pytest.raises(InvalidWsgiResponse):
        exchange.send("200 OK", [], iter(["text"]))  # type: ignore[arg-type]  # the mistake under test


def test_an_error_may_replace_a_response_that_has_not_begun(exchange: Exchange) -> None:
    exchange.response.start("200 OK", [])
    error = ValueError("late")
    exchange.response.start("500 Oh", [], (ValueError, error, None))  # type: ignore[arg-type]  # never raised: no trace
    exchange.response.send([b""])
    assert exchange.received()[0] == "HTTP/1.1 500 Oh"


def test_an_error_after_the_response_began_is_raised(exchange: Exchange) -> None:
    exchange.response.start("200 OK", [])(b"begun")
    with pytest.raises(ValueError, match="late"):
        exchange.response.start("500 Oh", [], (ValueError, ValueError("late"), None))  # type: ignore[arg-type]  # as above


def test_an_application_may_close_the_connection(exchange: Exchange) -> None:
    exchange.send("200 OK", [("Connection", "Close")], [])
    assert exchange.response.keep_alive is False


def test_dates_are_english_and_in_gmt() -> None:
    assert http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_a_plain_response_to_head_has_no_body() -> None:
    assert plain_response("400 Bad Request", "why", method="HEAD").endswith(b"Connection: close\r\n\r\n")
