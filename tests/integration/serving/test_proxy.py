from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest
import requests

from fake_pypi.errors import CloseConnection, PortInUse
from fake_pypi.serving.blocked_requests import BlockedRequest
from fake_pypi.serving.certificates import Authority
from fake_pypi.serving.proxy import Proxy
from fake_pypi.serving.server import Server
from tests.integration.serving.conftest import PATIENT, Serving, echo, talk

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture
def session(proxy: Proxy, ca_file: Path) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxy.url, "https": proxy.url}
        session.verify = str(ca_file)
        yield session


@contextlib.contextmanager
def tls_to(proxy: Proxy, context: ssl.SSLContext, host: str) -> Iterator[ssl.SSLSocket]:
    """TLS from the first byte, as a client opens it that does not know of proxies."""
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENT) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        yield tls


def read_all(sock: socket.socket) -> bytes:
    return b"".join(iter(lambda: sock.recv(1 << 16), b""))


# --------------------------------------------------------------------------------------- the faked host names


def test_requests_reaches_a_faked_host_through_connect(session: requests.Session) -> None:
    answers = [session.post("https://pypi.org/legacy//", data=b"x" * 70_000, timeout=PATIENT).text for _ in range(2)]
    assert answers == ["POST https proxy pypi.org /legacy// 70000"] * 2


def test_a_tunnel_stays_open_between_requests(proxy: Proxy, session: requests.Session) -> None:
    def who(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["REMOTE_PORT"].encode()]

    proxy.hosts = {"pypi.org": who}
    assert len({session.get("https://pypi.org/", timeout=PATIENT).text for _ in range(3)}) == 1


def test_urllib_reaches_a_faked_host(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    opener = build_opener(ProxyHandler({"https": proxy.url}), HTTPSHandler(context=trusting))
    with opener.open("https://test.pypi.org/simple/", timeout=PATIENT) as answer:
        assert answer.read() == b"GET https proxy test.pypi.org /simple/ 0"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on PATH")
def test_curl_reaches_faked_hosts_by_environment_alone(proxy: Proxy, ca_file: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 2_000_000)
    environment = {**os.environ, "HTTPS_PROXY": proxy.url, "CURL_CA_BUNDLE": str(ca_file), "NO_PROXY": ""}
    environment["https_proxy"] = environment["HTTPS_PROXY"]
    environment["no_proxy"] = ""
    command = ["curl", "-q", "-sS", "-T", str(tmp_path / "file"), "https://pypi.org/a", "-o", "-"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "PUT https proxy pypi.org /a 2000000"


def test_plain_http_to_a_faked_host_is_answered_as_plain_http(session: requests.Session) -> None:
    assert session.get("http://pypi.org/simple//", timeout=PATIENT).text == "GET http proxy pypi.org /simple// 0"


def test_tls_from_the_first_byte_is_routed_by_the_server_name(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    with tls_to(proxy, trusting, "test.pypi.org") as tls:
        tls.sendall(b"GET /a HTTP/1.1\r\nHost: test.pypi.org\r\nConnection: close\r\n\r\n")
        assert read_all(tls).endswith(b"GET https tls test.pypi.org /a 0")


def test_tls_without_a_server_name_is_routed_by_the_host_field(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    with tls_to(proxy, trusting, "127.0.0.1") as tls:
        tls.sendall(b"GET /a HTTP/1.1\r\nHost: pypi.org\r\nConnection: close\r\n\r\n")
        assert read_all(tls).endswith(b"GET https tls pypi.org /a 0")


def test_only_http_1_1_is_negotiated(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    with tls_to(proxy, trusting, "pypi.org") as tls:
        assert tls.selected_alpn_protocol() == "http/1.1"


def test_one_certificate_is_good_for_every_host_and_for_loopback(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    certificates = []
    for host in ("pypi.org", "test.pypi.org", "localhost", "127.0.0.1"):
        with tls_to(proxy, trusting, host) as tls:
            certificates.append(tls.getpeercert(binary_form=True))
    assert len(set(certificates)) == 1


def test_a_client_that_trusts_another_authority_sends_nothing(proxy: Proxy) -> None:
    other = ssl.create_default_context(cadata=Authority().pem.decode())
    with pytest.raises(ssl.SSLCertVerificationError), tls_to(proxy, other, "pypi.org"):
        pass


def test_plain_requests_to_the_port_go_by_the_host_field(proxy: Proxy) -> None:
    raw = talk(proxy.port, b"GET /a HTTP/1.1\r\nHost: pypi.org\r\n\r\n")
    assert raw.endswith(b"GET http direct pypi.org /a 0")


def test_a_port_can_be_mapped_on_its_own(proxy: Proxy, ca_file: Path) -> None:
    proxy.hosts = {f"127.0.0.1:{proxy.port}": echo}
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(ca_file)
        plain = session.get(f"{proxy.url}/a", timeout=PATIENT).text
        secure = session.get(f"https://127.0.0.1:{proxy.port}/a", timeout=PATIENT).text
    assert (plain, secure) == (
        f"GET http direct 127.0.0.1:{proxy.port} /a 0",
        f"GET https tls 127.0.0.1:{proxy.port} /a 0",
    )


def test_a_tunnel_to_one_host_is_not_one_to_another(proxy: Proxy, session: requests.Session) -> None:
    answer = session.get("https://pypi.org/", headers={"Host": "test.pypi.org"}, timeout=PATIENT)
    assert answer.status_code == 421


def test_indexes_are_replaced_while_a_connection_is_open(proxy: Proxy, session: requests.Session) -> None:
    def other(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"another world"]

    session.get("https://pypi.org/", timeout=PATIENT)
    proxy.hosts = {"pypi.org": other}
    assert session.get("https://pypi.org/", timeout=PATIENT).text == "another world"


def test_an_application_can_hang_up_inside_tls(proxy: Proxy, session: requests.Session) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise CloseConnection

    proxy.hosts = {"pypi.org": app}
    with pytest.raises(requests.ConnectionError):
        session.post("https://pypi.org/", data=b"x" * 100_000, timeout=PATIENT)


def test_the_errors_of_an_application_are_recorded(proxy: Proxy, session: requests.Session) -> None:
    mistake = ValueError("oh")

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise mistake

    proxy.hosts = {"pypi.org": app}
    assert session.get("https://pypi.org/", timeout=PATIENT).status_code == 500
    assert proxy.errors == [mistake]
    proxy.errors.clear()


# ------------------------------------------------------------------------------------------- every other host


def test_connect_to_another_host_is_rejected_in_one_line_and_counted(proxy: Proxy) -> None:
    request = b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nUser-Agent: twine/7\r\n\r\n"
    raw = talk(proxy.port, request * 3)
    assert raw.count(b"HTTP/1.1 403 fake-pypi lets nothing out: example.com:443 is not faked here\r\n") == 3
    assert proxy.blocked_requests == [BlockedRequest("example.com", 443, "CONNECT", "twine/7", count=3)]


def test_the_rejection_is_what_a_client_shows(session: requests.Session) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="443 is not faked here"):
        session.get("https://example.com/", timeout=PATIENT)


def test_a_whole_url_of_another_host_is_rejected_and_remembered(proxy: Proxy, session: requests.Session) -> None:
    answer = session.get("http://example.com:8080/", headers={"User-Agent": "me"}, timeout=PATIENT)
    assert (answer.status_code, answer.text) == (
        403,
        "fake-pypi lets nothing out: example.com:8080 is not faked here\n",
    )
    assert proxy.blocked_requests == [BlockedRequest("example.com", 8080, "http", "me")]


def test_a_faked_host_is_faked_on_its_own_port_only(proxy: Proxy) -> None:
    talk(proxy.port, b"CONNECT pypi.org:22 HTTP/1.1\r\nHost: pypi.org:22\r\n\r\n")
    assert proxy.blocked_requests == [BlockedRequest("pypi.org", 22, "CONNECT", None)]


def test_a_tls_greeting_for_another_host_is_turned_away(proxy: Proxy, trusting: ssl.SSLContext) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"), tls_to(proxy, trusting, "example.com"):
        pass
    assert proxy.blocked_requests == [BlockedRequest("example.com", 443, "tls", None)]


def test_a_host_field_of_another_host_is_rejected(proxy: Proxy) -> None:
    raw = talk(proxy.port, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 421 fake-pypi lets nothing out")
    assert proxy.blocked_requests == [BlockedRequest("example.com", 80, "host", None)]


def test_a_request_for_the_proxy_itself_gets_a_remedy(proxy: Proxy, session: requests.Session) -> None:
    session.proxies = {}
    assert session.get(proxy.url, timeout=PATIENT).status_code == 404
    assert proxy.blocked_requests == []


def test_a_listener_that_fails_is_remembered_and_the_client_answered(proxy: Proxy) -> None:
    mistake = ValueError("oh")

    def fail(attempt: BlockedRequest) -> None:
        raise mistake

    proxy.on_blocked_request = fail
    raw = talk(proxy.port, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
    assert (raw.startswith(b"HTTP/1.1 500 "), proxy.errors) == (True, [mistake])
    proxy.errors.clear()


def test_bytes_before_the_tunnel_is_open_are_400(proxy: Proxy) -> None:
    raw = talk(proxy.port, b"CONNECT pypi.org:443 HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01")
    assert raw.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("head", ["CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org", "GET / HTTP/1.1\r\nHost: a b"])
def test_inside_tls_nonsense_is_400(proxy: Proxy, trusting: ssl.SSLContext, head: str) -> None:
    with tls_to(proxy, trusting, "pypi.org") as tls:
        tls.sendall(f"{head}\r\n\r\n".encode())
        assert read_all(tls).startswith(b"HTTP/1.1 400 ")


def test_a_host_field_that_names_no_host_is_400(proxy: Proxy) -> None:
    assert talk(proxy.port, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n").startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "line",
    [
        "CONNECT /path HTTP/1.1",
        "CONNECT pypi.org HTTP/1.1",
        "CONNECT http://pypi.org/ HTTP/1.1",
        "GET https://pypi.org/ HTTP/1.1",
        "GET http:///path HTTP/1.1",
        "GET pypi.org HTTP/1.1",
    ],
)
def test_targets_that_no_proxy_understands_are_400(proxy: Proxy, line: str) -> None:
    raw = talk(proxy.port, f"{line}\r\nHost: pypi.org\r\n\r\n".encode())
    assert (raw.startswith(b"HTTP/1.1 400 "), proxy.blocked_requests) == (True, [])


def test_a_listener_is_called_with_attempts_and_the_list_can_be_emptied(proxy: Proxy) -> None:
    heard: list[BlockedRequest] = []
    proxy.on_blocked_request = heard.append
    talk(proxy.port, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n" * 2)
    assert [attempt.count for attempt in heard] == [1, 2]
    proxy.forget_blocked_requests()
    assert (proxy.blocked_requests, proxy.on_blocked_request) == ([], heard.append)


# -------------------------------------------------------------------------------------------------- loopback


def test_a_whole_url_of_a_loopback_port_is_passed_on(serving: Serving, session: requests.Session, proxy: Proxy) -> None:
    server = serving()
    for size in (0, 300_000):
        answer = session.post(f"{server.url}/a", data=b"x" * size, timeout=PATIENT)
        assert answer.text == f"POST http direct 127.0.0.1:{server.port} /a {size}"
    assert proxy.blocked_requests == []


def test_a_tunnel_to_a_loopback_port_is_passed_on(serving: Serving, proxy: Proxy) -> None:
    server = serving()
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENT)
    connection.set_tunnel("localhost", server.port)
    for path in ("/1", "/2"):
        connection.request("POST", path, b"x" * 200_000)
        assert connection.getresponse().read() == f"POST http direct localhost:{server.port} {path} 200000".encode()
    connection.close()


def test_tls_to_a_local_server_can_be_tunnelled(authority: Authority, session: requests.Session, proxy: Proxy) -> None:
    with Server(echo, authority=authority) as server:
        answer = session.get(f"https://127.0.0.1:{server.port}/a", timeout=PATIENT)
    assert answer.text == f"GET https tls 127.0.0.1:{server.port} /a 0"


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts whose names this process has resolved."""
    hosts: set[str] = set()
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **more: Any) -> Any:
        hosts.add(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return hosts


@pytest.mark.parametrize("host", ["127.0.0.999", "127.1", "127.0.0.1.example", "0.0.0.0", "2130706433"])
def test_a_host_that_only_looks_like_loopback_is_rejected_and_not_looked_up(
    serving: Serving, proxy: Proxy, host: str, looked_up: set[str]
) -> None:
    port = serving().port
    for line in (f"CONNECT {host}:{port}", f"GET http://{host}:{port}/"):
        raw = talk(proxy.port, f"{line} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert raw.startswith(b"HTTP/1.1 403 ")
    assert [(attempt.host, attempt.how) for attempt in proxy.blocked_requests] == [(host, "CONNECT"), (host, "http")]
    assert looked_up <= {"127.0.0.1"}


@pytest.mark.parametrize("host", ["1.localhost", "LOCALHOST.", "[::ffff:127.0.0.1]", "127.0.0.1."])
def test_every_spelling_of_loopback_is_passed_on_without_a_resolver(
    serving: Serving, proxy: Proxy, host: str, looked_up: set[str]
) -> None:
    port = serving().port
    raw = talk(proxy.port, f"GET http://{host}:{port}/a HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert raw.endswith(f"GET http direct {host}:{port} /a 0".encode())
    assert looked_up <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("line", ["GET http://127.0.0.1:1/ HTTP/1.1", "CONNECT 127.0.0.1:1 HTTP/1.1"])
def test_a_loopback_port_without_a_server_is_502(proxy: Proxy, line: str) -> None:
    raw = talk(proxy.port, f"{line}\r\nHost: 127.0.0.1:1\r\n\r\n".encode())
    assert raw.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert raw.endswith(b"nothing listens on 127.0.0.1:1: start that server first\n")


def test_the_proxy_does_not_call_itself_in_a_loop(proxy: Proxy, session: requests.Session) -> None:
    assert session.get(f"{proxy.url}/a", timeout=PATIENT).status_code == 404


# --------------------------------------------------------------------------------------------------- the end


def test_closing_ends_tunnels_and_tls(serving: Serving, authority: Authority, trusting: ssl.SSLContext) -> None:
    server = serving()
    with (
        Proxy({"pypi.org": echo}, authority=authority) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENT) as tunnel,
        tls_to(proxy, trusting, "pypi.org") as tls,
    ):
        tunnel.sendall(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert tunnel.recv(1000).startswith(b"HTTP/1.1 200 ")
        proxy.close()
        assert (tunnel.recv(1), tls.recv(1)) == (b"", b"")


def test_half_a_handshake_disturbs_no_other_client(proxy: Proxy, session: requests.Session) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENT) as slow:
        slow.sendall(b"\x16\x03\x01\x02\x00")
        assert session.get("https://pypi.org/", timeout=PATIENT).status_code == 200
        proxy.close()
        assert slow.recv(100) == b""


def test_a_port_in_use_is_named(proxy: Proxy, authority: Authority) -> None:
    with pytest.raises(PortInUse):
        Proxy({}, authority=authority, port=proxy.port)


def test_a_socket_that_listens_already_is_used(authority: Authority) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with Proxy({"pypi.org": echo}, authority=authority, socket=listening) as proxy:
        assert talk(proxy.port, b"GET /a HTTP/1.1\r\nHost: pypi.org\r\n\r\n").endswith(b"pypi.org /a 0")
