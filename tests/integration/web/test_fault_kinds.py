"""What each kind of fault does to a request, as a client on a socket sees it."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import ssl
import threading
import time
import xmlrpc.client
import zlib
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from fake_pypi import FakePyPI
from fake_pypi.fake import FakeIndexes
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.recording.recorded_request import RecordedRequest
from tests.integration.asking import BOUNDARY, basic, upload_body

DEMO = wheel("demo", "1.0", files={"demo/data.txt": b"data" * 1000})
CONTENT = DEMO.content or b""
SIMPLE, FILES = "/simple/demo/", "/packages/"
JSON = "application/vnd.pypi.simple.v1+json"
LIMIT = 20.0  # seconds that a test waits for an event


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        index.add(DEMO)
        yield index


def fetch(
    pypi: FakePyPI, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Return the response to one request on a connection of its own, with its body."""
    connection = HTTPConnection(pypi.host, pypi.port, timeout=LIMIT)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def post_new_release(pypi: FakePyPI) -> tuple[HTTPResponse, bytes]:
    """Upload demo 2.0."""
    body = upload_body(wheel("demo", "2.0"))
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    authorization = basic(pypi.token.secret)
    return fetch(pypi, "/legacy/", method="POST", body=body, Content_Type=content_type, Authorization=authorization)


def versions(pypi: FakePyPI) -> list[str]:
    """Return the versions of demo that are stored, the oldest first."""
    project = pypi.project("demo")
    assert project is not None
    return sorted(project.releases)


def file_path(pypi: FakePyPI) -> str:
    row = pypi.index.releases.file(DEMO.filename)
    assert row is not None
    return f"{FILES}{row.path}"


def recorded(pypi: FakePyPI, count: int = 1) -> RecordedRequest:
    """Return the newest request, after there are so many: a client has its answer before the record has it."""
    until = time.monotonic() + LIMIT
    while len(pypi.requests) < count:
        assert time.monotonic() < until
        time.sleep(0.01)
    return pypi.requests[-1]


@pytest.mark.parametrize(
    ("line", "status", "reason", "headers", "text"),
    [
        ("500", 500, "Internal Server Error", {}, "Internal Server Error"),
        ("502", 502, "Bad Gateway", {}, "502 Bad Gateway"),
        ("503", 503, "Backend is unhealthy", {"Retry-After": None, "Server": "Varnish"}, "Error 503"),
        ("503 retry_after=2", 503, "Backend is unhealthy", {"Retry-After": "2"}, "Error 503"),
        ("503 'reason=first byte timeout'", 503, "first byte timeout", {}, "first byte timeout"),
        ("504", 504, "Gateway Time-out", {}, "504 Gateway Time-out"),
        (
            "429 retry_after=30",
            429,
            "Too Many Requests",
            {
                "Retry-After": "30",
                "RateLimit": '"requests";r=0;t=30',
                "RateLimit-Policy": '"requests";q=100;w=60;pk=:ip:',
            },
            "Too Many Requests",
        ),
        ("403", 403, "Forbidden", {"Content-Type": "text/html"}, "403 Forbidden"),
        ("maintenance", 503, "Service Unavailable", {}, "PyPI is down for maintenance or is having an outage."),
    ],
)
@pytest.mark.parametrize("path", [SIMPLE, "/_/oidc/audience", "/pypi/demo/json", "/"])
def test_an_answer_of_the_network_or_the_site_comes_instead_of_the_page(  # noqa: PLR0917 - the columns of a table
    pypi: FakePyPI, line: str, status: int, reason: str, headers: dict[str, str | None], text: str, path: str
) -> None:
    fault = pypi.faults.add(line, times=1)
    response, body = fetch(pypi, path)
    assert (response.status, response.reason) == (status, reason)
    assert {name: response.getheader(name) for name in headers} == headers
    assert text in body.decode()
    assert recorded(pypi).fault == str(fault)
    assert pypi.faults.used == {str(fault): 1}
    assert fetch(pypi, path)[0].status == 200


def test_an_upload_that_is_answered_by_a_fault_is_not_stored(pypi: FakePyPI) -> None:
    pypi.faults.add("503 when method=POST path=/legacy/* times=1")
    assert post_new_release(pypi)[0].status == 503
    assert versions(pypi) == ["1.0"]
    assert post_new_release(pypi)[0].status == 200


def test_a_token_exchange_and_an_xml_rpc_call_meet_a_fault(pypi: FakePyPI) -> None:
    pypi.faults.add("502 when path=/_/oidc/*")
    pypi.faults.add("429 when path=/pypi method=POST")
    assert fetch(pypi, "/_/oidc/mint-token", method="POST", body=b"{}")[0].status == 502
    call = xmlrpc.client.dumps((), "changelog_last_serial").encode()
    assert fetch(pypi, "/pypi", method="POST", body=call, Content_Type="text/xml")[0].status == 429


def test_the_read_only_site_rejects_uploads_and_tells_visitors(pypi: FakePyPI) -> None:
    pypi.faults.add("read-only when for=60")
    response, _ = post_new_release(pypi)
    assert (response.status, response.reason) == (403, "Read-only mode: Uploads are temporarily disabled.")
    assert b"Read-only mode: Any write operations will have no effect" in fetch(pypi, "/project/demo/")[1]
    pypi.clock.advance(seconds=61)
    assert b"Read-only mode" not in fetch(pypi, "/project/demo/")[1]
    assert post_new_release(pypi)[0].status == 200


def test_a_late_answer_takes_its_time_and_is_recorded(pypi: FakePyPI) -> None:
    pypi.faults.add("delay seconds=0.3 jitter=0.1 seed=1")
    started = time.monotonic()
    assert fetch(pypi, SIMPLE)[0].status == 200
    assert time.monotonic() - started >= 0.2
    assert recorded(pypi).seconds >= 0.2


def test_a_delay_ends_when_the_faults_are_cleared(pypi: FakePyPI) -> None:
    pypi.faults.add("delay seconds=1000")
    answered = threading.Event()

    def ask() -> None:
        fetch(pypi, SIMPLE)
        answered.set()

    thread = threading.Thread(target=ask)
    thread.start()
    while not sum(pypi.faults.used.values()):
        time.sleep(0.01)
    pypi.faults.clear()
    assert answered.wait(LIMIT)
    thread.join()


def test_a_slow_body_comes_at_its_rate(pypi: FakePyPI) -> None:
    expected = fetch(pypi, SIMPLE)[1]
    pypi.faults.add(f"slow bytes_per_second={len(expected) * 2}")
    started = time.monotonic()
    response, body = fetch(pypi, SIMPLE)
    assert time.monotonic() - started >= 0.3
    assert (response.status, body) == (200, expected)


def test_a_request_that_is_read_slowly_is_still_read_in_full(pypi: FakePyPI) -> None:
    pypi.faults.add(f"slow part=request bytes_per_second={len(upload_body(wheel('demo', '2.0'))) * 3} when method=POST")
    started = time.monotonic()
    assert post_new_release(pypi)[0].status == 200
    assert time.monotonic() - started >= 0.2


def test_a_hanging_request_ends_when_the_client_gives_up(pypi: FakePyPI) -> None:
    pypi.faults.add("hang when method=POST")
    with socket.create_connection((pypi.host, pypi.port), timeout=LIMIT) as client:
        client.sendall(b"POST /legacy/ HTTP/1.1\r\nHost: pypi.org\r\nContent-Length: 5\r\n\r\nhello")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)
    request = recorded(pypi)
    assert (request.status, request.fault) == (0, "hang when method=POST")
    assert request.seconds > 0.1


def test_a_hanging_request_ends_when_the_index_is_closed() -> None:
    pypi = FakePyPI()
    pypi.faults.add("hang")
    with socket.create_connection((pypi.host, pypi.port), timeout=LIMIT) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: pypi.org\r\n\r\n")
        while not pypi.faults.used["hang"]:
            time.sleep(0.01)
        pypi.close()
        assert client.recv(1) == b""


def test_a_refused_connection_is_reset_before_anything_is_sent(pypi: FakePyPI) -> None:
    pypi.faults.add("refuse when times=1")
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected, BrokenPipeError)):
        fetch(pypi, SIMPLE)
    request = recorded(pypi)
    assert (request.method, request.status, request.fault) == ("CONNECT", 0, "refuse when times=1")
    assert fetch(pypi, SIMPLE)[0].status == 200


def test_a_closed_connection_ends_in_order(pypi: FakePyPI) -> None:
    pypi.faults.add("close when path=/legacy/")
    with pytest.raises(http.client.RemoteDisconnected):
        post_new_release(pypi)
    assert versions(pypi) == ["1.0"]


def test_an_upload_whose_answer_is_lost_is_stored(pypi: FakePyPI) -> None:
    pypi.faults.add("lost-answer when method=POST times=1")
    with pytest.raises(http.client.RemoteDisconnected):
        post_new_release(pypi)
    assert versions(pypi) == ["1.0", "2.0"]
    assert post_new_release(pypi)[0].status == 200  # the same file again


@pytest.mark.parametrize("path", [SIMPLE, "file"])
def test_half_an_answer_ends_in_the_middle_of_its_body(pypi: FakePyPI, path: str) -> None:
    path = file_path(pypi) if path == "file" else path
    whole = fetch(pypi, path)[1]
    pypi.faults.add("half-answer")
    with pytest.raises(http.client.IncompleteRead) as error:
        fetch(pypi, path)
    assert error.value.partial == whole[: len(whole) // 2]
    assert error.value.expected == len(whole) - len(whole) // 2
    assert pypi.errors == []


def test_a_wrong_content_length_is_larger_than_the_body(pypi: FakePyPI) -> None:
    whole = fetch(pypi, SIMPLE)[1]
    pypi.faults.add("wrong-length bytes=7")
    with pytest.raises(http.client.IncompleteRead) as error:
        fetch(pypi, SIMPLE)
    assert (error.value.partial, error.value.expected) == (whole, 7)
    assert pypi.errors == []


def test_a_truncated_download_is_consistent_and_too_short(pypi: FakePyPI) -> None:
    pypi.faults.add("truncate bytes=10 when filename=demo-*.whl times=1")
    response, body = fetch(pypi, file_path(pypi), Range="bytes=2-5")
    assert (response.status, response.getheader("Content-Length"), body) == (200, "10", CONTENT[:10])
    pypi.faults.add("truncate when filename=demo-*.whl")
    assert fetch(pypi, file_path(pypi))[1] == CONTENT[: len(CONTENT) // 2]


def test_a_corrupt_download_differs_in_one_bit(pypi: FakePyPI) -> None:
    pypi.faults.add("corrupt when filename=*.whl")
    _, body = fetch(pypi, file_path(pypi))
    different = [(a, b) for a, b in zip(body, CONTENT, strict=True) if a != b]
    assert len(different) == 1
    assert (different[0][0] ^ different[0][1]).bit_count() == 1


@pytest.mark.parametrize("glob", ["*", "*.whl", "*.tar.gz"])
def test_a_digest_is_wrong_on_every_page_of_the_selected_files(pypi: FakePyPI, glob: str) -> None:
    pypi.faults.add(f"wrong-digest when filename={glob}")
    right = sha256(CONTENT).hexdigest()
    html_digest = re.search(r"\.whl#sha256=([0-9a-f]{64})", fetch(pypi, SIMPLE, Accept_Encoding="gzip")[1].decode())
    simple = json.loads(fetch(pypi, SIMPLE, Accept=JSON)[1])
    project = json.loads(fetch(pypi, "/pypi/demo/json")[1])
    assert html_digest is not None
    digests = [
        html_digest[1],
        simple["files"][0]["hashes"]["sha256"],
        project["urls"][0]["digests"]["sha256"],
        project["releases"]["1.0"][0]["digests"]["sha256"],
    ]
    expected = glob == "*.tar.gz"
    assert [digest == right for digest in digests] == [expected] * 4
    assert sha256(fetch(pypi, file_path(pypi))[1]).hexdigest() == right


def test_the_announced_metadata_is_missing(pypi: FakePyPI) -> None:
    pypi.faults.add("missing-metadata")
    assert fetch(pypi, f"{file_path(pypi)}.metadata")[0].status == 404
    assert b"data-core-metadata" in fetch(pypi, SIMPLE)[1]
    assert sum(pypi.faults.used.values()) == 1


def test_a_gzip_stream_does_not_end(pypi: FakePyPI) -> None:
    whole = fetch(pypi, SIMPLE)[1]
    pypi.faults.add("unfinished-gzip")
    assert fetch(pypi, SIMPLE)[1] == whole  # without gzip in Accept-Encoding it cannot act
    response, body = fetch(pypi, SIMPLE, Accept_Encoding="gzip")
    assert response.getheader("Content-Encoding") == "gzip"
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    assert decoder.decompress(body) == whole
    assert not decoder.eof
    with pytest.raises(EOFError):
        gzip.decompress(body)


def test_a_redirect_leads_to_its_own_address(pypi: FakePyPI) -> None:
    pypi.faults.add("redirect-loop")
    response, _ = fetch(pypi, f"{SIMPLE}?a=1")
    assert (response.status, response.getheader("Location")) == (301, f"{pypi.url}{SIMPLE}?a=1")
    response, _ = post_new_release(pypi)
    assert (response.status, response.getheader("Location")) == (308, f"{pypi.url}/legacy/")


def test_no_kind_acts_on_the_pages_of_this_tool(pypi: FakePyPI) -> None:
    pypi.faults.add("503")
    assert fetch(pypi, "/_fake/")[0].status == 200


# ------------------------------------------------------------------------------- the proxy and the real host names


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as pair:
        yield pair


def through_proxy(indexes: FakeIndexes, host: str) -> int:
    """Return the status of https://HOST/_health/ through the proxy, with the session's authority alone."""
    connection_settings = indexes.connection()
    context = ssl.create_default_context(cafile=str(connection_settings.ca_pem))
    proxy = urlsplit(connection_settings.proxy_url)
    connection = http.client.HTTPSConnection(str(proxy.hostname), proxy.port, timeout=LIMIT, context=context)
    connection.set_tunnel(host)
    try:
        connection.request("GET", "/_health/")
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tls expired", "certificate has expired"),
        ("tls wrong-host", "Hostname mismatch"),
        ("tls unknown-authority", "unable to get local issuer certificate"),
    ],
)
def test_a_certificate_of_the_real_host_names_is_wrong(indexes: FakeIndexes, line: str, message: str) -> None:
    assert through_proxy(indexes, "pypi.org") == 200
    indexes.pypi.faults.add(line, host="pypi.org", times=1)
    with pytest.raises(ssl.SSLCertVerificationError, match=message):
        through_proxy(indexes, "pypi.org")
    assert indexes.pypi.requests[-1].host == "pypi.org"
    assert indexes.pypi.requests[-1].fault.startswith(line)
    for host in ("pypi.org", "upload.pypi.org", "test.pypi.org"):
        assert through_proxy(indexes, host) == 200


def test_a_certificate_is_wrong_for_clients_without_the_proxy_too(indexes: FakeIndexes) -> None:
    settings = indexes.connection()
    context = ssl.create_default_context(cafile=str(settings.ca_pem))
    proxy = urlsplit(settings.proxy_url)
    indexes.pypi.faults.add("tls wrong-host")
    address = (str(proxy.hostname), int(proxy.port or 0))
    with socket.create_connection(address, timeout=LIMIT) as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="pypi.org")
    with (
        socket.create_connection(address, timeout=LIMIT) as plain,
        context.wrap_socket(plain, server_hostname="test.pypi.org") as tls,
    ):
        assert tls.version() is not None


@pytest.mark.parametrize(("line", "status"), [("no-connect", 403), ("refuse", 502)])
def test_the_proxy_rejects_connect(indexes: FakeIndexes, line: str, status: int) -> None:
    indexes.pypi.faults.add(line, host="upload.*")
    with pytest.raises(OSError, match=f"Tunnel connection failed: {status}"):
        through_proxy(indexes, "upload.pypi.org")
    assert indexes.pypi.requests[-1].fault == f"{line} 'host=upload.*'"
    assert through_proxy(indexes, "pypi.org") == 200
    assert indexes.blocked_requests == []
