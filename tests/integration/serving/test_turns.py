"""A client that waits, or makes the index wait, keeps no other client waiting for its turn."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import Iterator

import pytest

from fake_pypi import FakePyPI, wheel
from fake_pypi.turns import TURNS

LIMIT = 20.0
"""Seconds for a response; far less than a request waits for its turn in these tests."""

FORM = b"POST /legacy/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture
def pypi(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePyPI]:
    monkeypatch.setattr(TURNS, "_longest_wait", 10 * LIMIT)
    with FakePyPI() as pypi:
        pypi.upload(wheel("hello", "1.0"))
        yield pypi


def page(pypi: FakePyPI) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{pypi.url}/simple/hello/", timeout=LIMIT) as response:
        return bytes(response.read())


def connection(pypi: FakePyPI) -> socket.socket:
    host, _, port = pypi.url.rpartition("/")[2].partition(":")
    return socket.create_connection((host, int(port)), timeout=LIMIT)


@pytest.mark.parametrize(
    "beginning",
    [
        b"POST /legacy/ HTT",
        FORM + b"Content-Length: 500\r\n\r\n--b\r\n",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\n--b\r\n",
    ],
    ids=["in the request line", "in the body", "in a chunked body"],
)
def test_a_client_that_stops_sending_keeps_no_other_waiting(pypi: FakePyPI, beginning: bytes) -> None:
    with connection(pypi) as silent:
        silent.sendall(beginning)
        assert b"hello-1.0" in page(pypi)


def test_a_client_that_reads_nothing_keeps_no_other_waiting(pypi: FakePyPI) -> None:
    pypi.upload(wheel("large", "1.0", files={"large/data.bin": bytes(30 << 20)}))
    index = pypi.instance.index
    path = index.releases.files(index.projects["large"])[0].path
    with connection(pypi) as deaf:
        deaf.sendall(f"GET /packages/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert b"hello-1.0" in page(pypi)


def test_a_fault_that_hangs_keeps_no_other_waiting(pypi: FakePyPI) -> None:
    pypi.faults.add("hang", when={"path": "/simple/"})
    with connection(pypi) as hanging:
        hanging.sendall(b"GET /simple/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"hello-1.0" in page(pypi)


def test_a_package_source_that_takes_long_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TURNS, "_longest_wait", 10 * LIMIT)
    asked, answer = threading.Event(), threading.Event()

    class SlowSource:
        name = "a slow source"

        def files(self, _project: str) -> list[object]:
            asked.set()
            answer.wait(LIMIT)
            return []

        def find(self, _filename: str) -> None:
            return None

    with FakePyPI(sources=[SlowSource()]) as pypi:  # type: ignore[list-item]  # it has no files at all
        pypi.upload(wheel("hello", "1.0"))
        with connection(pypi) as waiting:
            waiting.sendall(b"GET /simple/other/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert asked.wait(LIMIT)
            assert b"hello-1.0" in page(pypi)
            answer.set()
            assert waiting.recv(12) == b"HTTP/1.1 404"
