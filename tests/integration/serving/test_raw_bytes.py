"""Whatever bytes arrive, the server answers in HTTP or closes, soon, and nothing of ours fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server
from tests.integration.serving.conftest import echo, talk

IMPATIENT = ConnectionLimits(
    idle=0.05,
    head=0.1,
    drain_seconds=0.1,
    linger_seconds=0.02,
    request_line=200,
    fields=200,
    field_count=8,
    drain=2000,
)
PIECES = [
    b"GET ",
    b"POST / HTTP/1.1\r\n",
    b"HEAD * HTTP/1.0\r\n",
    b"CONNECT pypi.org:443 HTTP/1.1\r\n",
    b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n",
    b"GET http://pypi.org/x HTTP/1.1\r\n",
    b"GET http://127.0.0.1:1/x HTTP/1.1\r\n",
    b"Host: pypi.org\r\n",
    b"Host: [::1\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: keep-alive\r\n",
    b"\r\n",
    b"\n",
    b" ",
    b"hello",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"\x16\x03\x01\x00\x05\x01",
    b"a" * 150,
]
raw_bytes = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=5)), max_size=12).map(b"".join),
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(echo, limits=IMPATIENT) as server:
        yield server


@pytest.fixture(scope="module")
def proxy(authority: Authority) -> Iterator[Proxy]:
    with Proxy({"pypi.org": echo}, authority=authority, limits=IMPATIENT) as proxy:
        yield proxy


def is_http_or_silence(raw: bytes) -> bool:
    return raw == b"" or raw.startswith(b"HTTP/1.1 ") or raw[:1] == b"\x15"  # 0x15: an alert, TLS's own answer


@given(raw=raw_bytes)
@settings(max_examples=150, database=None)
def test_a_server_responds_or_closes_for_arbitrary_bytes(server: Server, raw: bytes) -> None:
    assert is_http_or_silence(talk(server.port, raw))
    assert server.errors == []


@given(raw=raw_bytes)
@settings(max_examples=150, database=None)
def test_a_proxy_responds_or_closes_for_arbitrary_bytes(proxy: Proxy, raw: bytes) -> None:
    assert is_http_or_silence(talk(proxy.port, raw))
    assert proxy.errors == []


@given(raw=raw_bytes)
@settings(max_examples=25, database=None)
def test_a_client_that_then_falls_silent_is_not_waited_for(server: Server, raw: bytes) -> None:
    assert is_http_or_silence(talk(server.port, raw, finish=False))
    assert server.errors == []
