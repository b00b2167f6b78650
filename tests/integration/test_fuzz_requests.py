"""Any request on any socket: an answer that is HTTP, no error of our own, and a server that goes on.

FUZZ_EXAMPLES=50000 python -m pytest tests/integration/test_fuzz_requests.py    the long run
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.integration.hostile_requests import Requests

pytestmark = pytest.mark.slow

ALL = int(os.environ.get("FUZZ_EXAMPLES", "600"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")
PATIENT = 20.0


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    """Indexes with a file, so that there is something to ask for."""
    with FakeIndexes(installed=False) as indexes:
        indexes.pypi.upload(wheel("demo", "1.0"))
        yield indexes


def response_to(port: int, data: bytes) -> bytes:
    """Send bytes and return what comes back until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENT) as client:
        with contextlib.suppress(ConnectionError):  # the server may reject before it has read everything
            client.sendall(data)
        received = bytearray()
        with contextlib.suppress(ConnectionError):
            while block := client.recv(1 << 16):
                received += block
        return bytes(received)


@pytest.mark.parametrize("where", ["index", "proxy", "control"])
def test_every_request_is_answered_without_an_error_of_our_own(indexes: FakeIndexes, where: str) -> None:
    address = {"index": indexes.pypi.url, "proxy": indexes.connection().proxy_url, "control": indexes.control}[where]
    port, path = int(urlsplit(address).port or 0), urlsplit(address).path
    secret = indexes.control_secret if where == "control" else ""
    requests = Requests(SEED)
    for number in range(ALL):
        host = f"127.0.0.1:{port}" if where != "proxy" else "pypi.org"
        sent = requests.draw(host, control=path, secret=secret)
        received = response_to(port, sent.data)
        assert indexes.servers.errors == [], (number, sent.data[:2000])
        found = STATUS.match(received)
        rule = indexes.pypi.requests[-1].rule if indexes.pypi.requests else None
        if found is None:  # PyPI itself hangs up over some archives
            assert rule is not None, (number, sent.data[:2000], received[:200])
            assert indexes.pypi.rules[rule].status == 0, (number, sent.data[:2000])
        elif found[1] == b"500":
            assert rule is not None, (number, sent.data[:2000])
    indexes.pypi.upload(wheel("demo", "2.0"))
