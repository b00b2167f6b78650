from __future__ import annotations

import http.client
import io
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener
from wsgiref.validate import validator

import pytest
import requests

from fake_pypi.errors import CloseConnection, PortInUse, UsageError
from fake_pypi.serving.server import Server
from tests.integration.serving.conftest import PATIENT, Serving, echo, talk

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def has_ipv6_loopback() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def connection_to(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.host, server.port, timeout=PATIENT)


def answers_in(raw: bytes) -> list[str]:
    return [line for line in raw.decode("latin-1").split("\r\n") if line.startswith("HTTP/1.1 ")]


# ------------------------------------------------------------------------------------------- everyday clients


def test_urllib_reads_a_response(serving: Serving) -> None:
    with build_opener(ProxyHandler({})).open(f"{serving().url}/a?b=c", timeout=PATIENT) as answer:
        assert answer.read().startswith(b"GET http direct 127.0.0.1:")


def test_requests_keeps_one_connection(serving: Serving) -> None:
    def who(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["REMOTE_PORT"].encode()]

    server = serving(who)
    with requests.Session() as session:
        session.trust_env = False
        ports = {session.post(server.url, data=b"x" * size, timeout=PATIENT).text for size in (0, 10, 100_000)}
    assert len(ports) == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on PATH")
def test_curl_uploads_a_file_after_100_continue(serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 3_000_000)
    command = [
        "curl",
        "-sS",
        "-q",
        "--noproxy",
        "*",
        "-H",
        "Expect: 100-continue",
        "-T",
        "file",
        serving().url + "/",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith(" 3000000")


def test_the_raw_path_and_the_decoded_one_arrive(serving: Serving) -> None:
    seen = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"], environ["RAW_URI"], environ["REQUEST_URI"]))
        return echo(environ, start_response)

    talk(serving(app).port, b"GET /simple/%ff//d%C3%A9?a=%20&b HTTP/1.1\r\nHost: a\r\n\r\n")
    raw = "/simple/%ff//d%C3%A9?a=%20&b"
    assert seen == [("/simple/\xff//d\xc3\xa9", "a=%20&b", raw, raw)]


def test_repeated_fields_are_joined_and_fields_with_underscores_dropped(serving: Serving) -> None:
    seen: dict[str, object] = {}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    talk(
        serving(app).port,
        b"GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nX_B: 3\r\nContent-Type: text/x\r\n\r\n",
    )
    found = {name: value for name, value in seen.items() if name.startswith(("HTTP_", "CONTENT_"))}
    assert found == {"HTTP_HOST": "a", "HTTP_X_A": "1,2", "CONTENT_TYPE": "text/x"}


def test_the_environment_and_the_responses_satisfy_the_validator(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(100)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]

    server = serving(validator(app))
    raw = talk(server.port, b"PUT /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + GET)
    assert answers_in(raw) == ["HTTP/1.1 200 OK"] * 2


# -------------------------------------------------------------------------------------------------- requests


def test_pipelined_requests_are_answered_in_order(serving: Serving) -> None:
    raw = talk(
        serving().port,
        b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        b"POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        b"POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
        b"GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET,
    )
    assert [part for part in raw.decode().replace("HTTP/1.1", "\r\n").split("\r\n") if " direct " in part] == [
        "GET http direct a /1 0",
        "POST http direct a /2 3",
        "POST http direct a /3 2",
        "GET http direct a /4 0",
    ]


def test_an_unread_body_is_drained_before_the_next_request(serving: Serving) -> None:
    def deaf(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(f"200 {environ['REQUEST_METHOD']}", [])
        return [b""]

    body = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 2_000_000
    assert answers_in(talk(serving(deaf).port, body + GET)) == ["HTTP/1.1 200 POST", "HTTP/1.1 200 GET"]


def test_a_rejection_before_a_large_body_can_be_read_by_the_client(serving: Serving) -> None:
    def reject(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("403 No uploads today", [])
        return [b"no"]

    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(serving(reject).url, data=io.BytesIO(bytes(50_000_000)), timeout=PATIENT)
    assert (answer.status_code, answer.reason, answer.text) == (403, "No uploads today", "no")


def test_past_the_bound_the_rest_of_a_body_is_not_waited_for(serving: Serving) -> None:
    def deaf(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b""]

    port = serving(deaf, drain=1000, linger_seconds=0.05).port
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    assert answers_in(talk(port, head + b"x" * 5000, finish=False)) == ["HTTP/1.1 200 OK"]


def test_no_100_continue_is_sent_when_the_response_is_ready(serving: Serving) -> None:
    def reject(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("403 No", [])
        return [b"no"]

    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    raw = talk(serving(reject, linger_seconds=0.05).port, head, finish=False)
    assert answers_in(raw) == ["HTTP/1.1 403 No"]
    assert b"Connection: close" in raw


def test_100_continue_is_sent_at_once(serving: Serving) -> None:
    with socket.create_connection(("127.0.0.1", serving().port), timeout=PATIENT) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("chunked", [False, True])
def test_a_large_upload_arrives_whole(serving: Serving, chunked: bool) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 1_000_000

    connection = connection_to(serving())
    try:
        fields = {} if chunked else {"Content-Length": "30000000"}
        connection.request("POST", "/", blocks(), fields, encode_chunked=chunked)
        assert connection.getresponse().read().endswith(b" 30000000")
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", "400 Bad Request"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        (b"GET pypi.org HTTP/1.1\r\nHost: a\r\n\r\n", "400 Bad Request"),
        (b"CONNECT pypi.org:443 HTTP/1.1\r\nHost: a\r\n\r\n", "405 Method Not Allowed"),
        (b"GET /" + b"a" * 70_000, "414 "),
        (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"b" * 300_000, "431 Request Header Fields Too Large"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501 Not Implemented"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400 Bad Request"),
    ],
)
def test_what_breaks_http_is_answered_and_the_connection_closed(serving: Serving, data: bytes, status: str) -> None:
    (line,) = answers_in(talk(serving(linger_seconds=0.05).port, data, finish=False))
    assert line.startswith(f"HTTP/1.1 {status}")


def test_half_a_request_is_not_answered(serving: Serving) -> None:
    assert talk(serving().port, b"GET / HTTP/1.1\r\nHos") == b""


def test_half_a_body_is_not_answered_and_no_error(serving: Serving) -> None:
    assert talk(serving().port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf") == b""


# --------------------------------------------------------------------------------------------------- answers


def test_the_reason_phrase_is_the_applications_own(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("400 '1.0-\xe9' is invalid.\nX-Injected: yes", [])
        return [b"intact"]

    connection = connection_to(serving(app))
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert (answer.reason, answer.getheader("X-Injected"), answer.read()) == (
        "'1.0-\xe9' is invalid.",
        None,
        b"intact",
    )
    connection.close()


def test_head_keeps_the_connection_usable(serving: Serving) -> None:
    raw = talk(serving().port, GET.replace(b"GET", b"HEAD") + GET)
    assert (len(answers_in(raw)), raw.count(b"direct")) == (2, 1)


def test_a_file_is_sent_by_the_wrapper_and_closed(serving: Serving, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(range(256)) * 10_000)
    opened = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        opened.append((tmp_path / "file").open("rb"))
        start_response("200 OK", [("Content-Length", "2560000")])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](opened[-1])
        return wrapped

    connection = connection_to(serving(app))
    for number in range(3):
        connection.request("GET", "/")
        assert connection.getresponse().read() == bytes(range(256)) * 10_000
        # The last one may still be open: the client has the whole body before the server closes the file.
        assert [file.closed for file in opened[:number]] == [True] * number
    connection.close()


def test_a_file_of_unknown_length_is_sent_in_chunks(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](io.BytesIO(b"x" * 600_000))
        return wrapped

    connection = connection_to(serving(app))
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"x" * 600_000
    connection.close()


def test_a_stream_arrives_as_it_is_made(serving: Serving) -> None:
    seen_by_client = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"first"
        yield b"second" if seen_by_client.wait(PATIENT) else b"too late"

    connection = connection_to(serving(app))
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.read(5) == b"first"
    seen_by_client.set()
    assert answer.read() == b"second"
    connection.close()


def test_what_an_application_returns_is_closed(serving: Serving) -> None:
    closed = threading.Event()

    class Body(list[bytes]):
        def close(self) -> None:
            closed.set()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Body([b"x"])

    talk(serving(app).port, GET)
    assert closed.is_set()


def test_an_application_can_hang_up(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise CloseConnection

    assert (
        talk(
            serving(app).port,
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000,
        )
        == b""
    )


def test_a_client_that_leaves_while_it_is_answered_is_no_error(serving: Serving) -> None:
    finished = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        try:
            while True:
                yield b"x" * 1_000_000
        finally:
            finished.set()

    with socket.create_connection(("127.0.0.1", serving(app).port), timeout=PATIENT) as client:
        client.sendall(GET)
        client.recv(1)
    assert finished.wait(PATIENT)


@pytest.mark.parametrize("mistake", [ValueError("a secret place"), SystemExit(2)])
def test_an_application_that_fails_is_answered_500_and_remembered(serving: Serving, mistake: BaseException) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise mistake

    server = serving(app)
    raw = talk(server.port, GET)
    assert (answers_in(raw), server.errors) == (["HTTP/1.1 500 Internal Server Error"], [mistake])
    assert b"secret" not in raw
    server.errors.clear()


def test_an_application_that_fails_in_the_middle_cuts_the_response_off(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"first"
        raise ValueError

    server = serving(app)
    connection = connection_to(server)
    connection.request("GET", "/")
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()
    assert [type(error) for error in server.errors] == [ValueError]
    server.errors.clear()


def test_an_application_that_hides_a_broken_body_is_not_believed_afterwards(serving: Serving) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            environ["wsgi.input"].read()
        except Exception as error:
            raise RuntimeError("could not parse the form") from error
        return []

    raw = talk(serving(app).port, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" + GET)
    assert answers_in(raw) == ["HTTP/1.1 400 Bad Request"]


def test_the_application_can_be_replaced_between_two_requests(serving: Serving) -> None:
    def other(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"another world"]

    server = serving()
    connection = connection_to(server)
    connection.request("GET", "/")
    connection.getresponse().read()
    server.app = other
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"another world"
    connection.close()


# --------------------------------------------------------------------------------- patience, numbers, the end


def test_a_slow_client_receives_408_and_others_are_served(serving: Serving) -> None:
    server = serving(head=0.3, linger_seconds=0.05)
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENT) as slow:
        slow.sendall(b"GET / HTT")
        assert answers_in(talk(server.port, GET)) == ["HTTP/1.1 200 OK"]
        assert slow.recv(1000).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_stays_away_is_answered_408(serving: Serving) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"
    raw = talk(serving(idle=0.2, linger_seconds=0.05).port, head, finish=False)
    assert answers_in(raw) == ["HTTP/1.1 408 Request Timeout"]


def test_silence_ends_a_connection_without_a_word(serving: Serving) -> None:
    assert talk(serving(idle=0.05).port, b"", finish=False) == b""


def test_fifty_clients_at_once_are_served_on_persistent_connections(serving: Serving) -> None:
    server = serving()
    together = threading.Barrier(50, timeout=PATIENT)

    def client(number: int) -> list[bytes]:
        connection = connection_to(server)
        try:
            connection.connect()
            together.wait()
            return [ask(connection, f"/{number}/{turn}") for turn in range(10)]
        finally:
            connection.close()

    def ask(connection: http.client.HTTPConnection, path: str) -> bytes:
        connection.request("POST", path, b"x" * 100)
        return connection.getresponse().read()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(client, range(50)))
    host = f"127.0.0.1:{server.port}"
    wanted = [[f"POST http direct {host} /{n}/{turn} 100".encode() for turn in range(10)] for n in range(50)]
    assert answers == wanted


def test_a_port_in_use_is_named(serving: Serving) -> None:
    with pytest.raises(PortInUse, match="use port 0"):
        Server(echo, port=serving().port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no such host", 0), ("127.0.0.1", 70_000)])
def test_an_address_of_another_machine_is_a_usage_error(host: str, port: int) -> None:
    with pytest.raises(UsageError, match="port"):
        Server(echo, host=host, port=port)


def test_a_socket_that_listens_already_is_used() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with Server(echo, socket=listening) as server:
        assert server.port == listening.getsockname()[1]
        assert answers_in(talk(server.port, GET)) == ["HTTP/1.1 200 OK"]


@pytest.mark.skipif(not has_ipv6_loopback(), reason="this machine has no ::1")
def test_the_newer_loopback_address_works_where_there_is_one() -> None:
    with Server(echo, host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        with build_opener(ProxyHandler({})).open(server.url, timeout=PATIENT) as answer:
            assert answer.read().startswith(b"GET http direct [::1]:")


def test_closing_twice_is_fine(serving: Serving) -> None:
    server = serving()
    server.close()
    server.close()
    with pytest.raises(ConnectionRefusedError):
        talk(server.port, GET)


def test_closing_ends_silent_busy_and_persistent_connections() -> None:
    reading = threading.Event()

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        reading.set()
        return echo(environ, start_response)

    before = our_threads()
    with Server(app) as server:
        address = (server.host, server.port)
        kept = connection_to(server)
        kept.request("GET", "/")
        kept.getresponse().read()
        with socket.create_connection(address), socket.create_connection(address) as busy:
            reading.clear()
            busy.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            assert reading.wait(PATIENT)
            began = time.monotonic()
            server.close()
            assert time.monotonic() - began < 2
        kept.close()
    assert (server.errors, our_threads()) == ([], before)


def our_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("fake-pypi:")]


@pytest.mark.skipif(sys.platform == "win32", reason="file descriptors cannot be listed there")
def test_a_hundred_servers_leave_no_socket_and_no_thread_behind() -> None:
    def open_files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    def use_one() -> None:
        with Server(echo) as server, socket.create_connection(("127.0.0.1", server.port)):
            talk(server.port, GET)

    use_one()
    before = open_files(), our_threads()
    for _ in range(100):
        use_one()
    assert (open_files(), our_threads()) == before


def test_a_server_starts_and_stops_in_no_time() -> None:
    began = time.perf_counter()
    for _ in range(20):
        Server(echo).close()
    assert (time.perf_counter() - began) / 20 < 0.05
