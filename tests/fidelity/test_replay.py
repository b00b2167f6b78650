"""The replay itself: a server that answers as recorded is identical, any other is not."""

from __future__ import annotations

import base64
import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.fidelity import cases
from tests.fidelity.cases import Case
from tests.fidelity.exchange import Conversation, tampered
from tests.fidelity.replay import bring_about, play, report, side_by_side


class Parrot(ThreadingHTTPServer):
    """A server that sends prepared answers, and records the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ParrotHandler)
        self.script: list[dict[str, Any]] = []
        self.asked: list[tuple[str, list[tuple[str, str]], bytes]] = []


class ParrotHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def parrot(self) -> Parrot:
        assert isinstance(self.server, Parrot)
        return self.server

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline()
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.parrot.asked.append((self.requestline, list(self.headers.items()), self._body()))
        self._answer(self.parrot.script.pop(0))
        self.close_connection = True

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size + 2)[:size]
        return body

    def _answer(self, told: dict[str, Any]) -> None:
        if told["status"] == 0:
            return
        body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"])
        self.wfile.write(f"HTTP/1.1 {told['status']} {told['reason']}\r\n".encode("latin-1"))
        for name, value in told["headers"].items():
            if value is not False:
                self.wfile.write(f"{name}: {'an-etag' if value is True else value}\r\n".encode("latin-1"))
        self.wfile.write(b"Connection: close\r\n\r\n" + (b"" if self.command == "HEAD" else body.encode()))


class ParrotWorld:
    """The contract of `World`, with prepared answers; every operation succeeds."""

    def __init__(self, parrot: Parrot) -> None:
        self.parrot = parrot
        self.ops: list[dict[str, Any]] = []

    def address(self, host: str) -> tuple[str, int]:
        return "127.0.0.1", self.parrot.server_port

    def host(self, host: str) -> str:
        return f"{host}.example"

    def extra_headers(self, host: str, insecure: bool = False) -> list[tuple[str, str]]:
        return [("X-Insecure", "1")] if insecure else []

    def token(self, spec: dict[str, Any]) -> str:
        return "pypi-" + "x" * 60

    def jwt(self, spec: dict[str, Any]) -> str:
        return f"jwt for {spec['audience']}"

    def op(self, op: dict[str, Any]) -> None:
        self.ops.append(op)

    def last_rule(self) -> str | None:
        return "a-rule"


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    with Parrot() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def world(parrot: Parrot) -> Any:
    return ParrotWorld(parrot)


FINE = {"status": 200, "reason": "OK", "headers": {}, "body": ""}


def script(case: Case) -> list[dict[str, Any]]:
    """What a server would have to say for a case to be identical."""
    answers = iter(case["answers"])
    told = [FINE for op in case["given"] if op["op"] == "uploaded"]
    for step in case["steps"]:
        if "send" in step:
            told.append(next(answers))
        elif step["op"]["op"] == "uploaded":
            told.append(FINE)
    return told


def the_case(name: str) -> Case:
    return copy.deepcopy(next(case for case in cases.load() if case["id"] == name))


def test_a_server_that_answers_as_recorded_is_identical(parrot: Parrot, world: Any) -> None:
    for case in cases.load():
        parrot.script = script(case)
        assert (case["id"], play(case, world)) == (case["id"], [])


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("status", 200),
        ("reason", "Other words"),
        ("body", "another page"),
        ("headers", {"Content-Type": "text/x"}),
    ],
)
def test_a_server_that_answers_otherwise_is_not(parrot: Parrot, world: Any, part: str, value: Any) -> None:
    case = the_case("names/invalid-13")
    parrot.script = [*script(case)[:-1], {**case["answers"][-1], part: value}]
    assert [each.part.partition(" ")[0] for each in play(case, world)] == [part]


def test_a_failure_without_a_rule_is_a_difference(parrot: Parrot, world: Any) -> None:
    case = the_case("archive/zip-cp437-name")
    parrot.script = script(case)
    world.last_rule = lambda: None
    assert [each.part for each in play(case, world)] == ["rule"]


def test_of_a_cut_page_only_status_reason_and_content_type_count(parrot: Parrot, world: Any) -> None:
    case = the_case("baseline/pages-after-upload")
    parrot.script = [{**told, "body": "x"} if "body_truncated_from" in told else told for told in script(case)]
    assert play(case, world) == []


def test_a_rejected_given_upload_is_an_error(parrot: Parrot, world: Any) -> None:
    parrot.script = [{**FINE, "status": 403, "reason": "No"}]
    given = next(op for op in the_case("status/archived-upload")["given"] if op["op"] == "uploaded")
    with pytest.raises(AssertionError, match="403 No"):
        bring_about(given, world, Conversation(world))


def test_exactly_the_listed_headers_are_sent(parrot: Parrot, world: Any) -> None:
    parrot.script = [FINE]
    request = {
        "method": "POST",
        "host": "upload",
        "path": "/legacy/",
        "headers": [["Accept", "*/*"]],
        "insecure": True,
    }
    request |= {"content_type": "text/plain", "body": base64.b64encode(b"hello").decode()}
    Conversation(world).send(request | {"auth": {"kind": "basic", "username": "x", "password": "y"}})
    line, headers, body = parrot.asked[0]
    assert (line, body) == ("POST /legacy/ HTTP/1.1", b"hello")
    assert headers == [
        ("Host", "upload.example"),
        ("User-Agent", "oracle-corpus/1"),
        ("Accept", "*/*"),
        ("Authorization", "Basic " + base64.b64encode(b"x:y").decode()),
        ("Content-Type", "text/plain"),
        ("Content-Length", "5"),
        ("X-Insecure", "1"),
    ]


def test_a_chunked_body_arrives_whole(parrot: Parrot, world: Any) -> None:
    parrot.script = [FINE]
    body = bytes(range(256)) * 200
    request = {"method": "POST", "host": "upload", "path": "/legacy/", "chunked": True}
    Conversation(world).send(request | {"body": base64.b64encode(body).decode()})
    _, headers, received = parrot.asked[0]
    assert received == body
    assert "Content-Length" not in dict(headers)


def test_what_was_captured_is_sent_back(parrot: Parrot, world: Any) -> None:
    parrot.script = [{**FINE, "headers": {"ETag": "tag"}, "body": {"token": "minted"}}, FINE]
    conversation = Conversation(world)
    first = {
        "method": "POST",
        "host": "auth",
        "path": "/mint",
        "json": {"token": {"$jwt": {"audience": "pypi"}}},
    }
    conversation.send(first | {"capture": {"t": "token"}, "capture_header": {"e": "ETag"}})
    second = {
        "method": "GET",
        "host": "index",
        "path": "/",
        "headers": [["If-None-Match", {"captured": "e"}]],
    }
    conversation.send(second | {"auth": {"kind": "captured", "name": "t", "scheme": "Bearer"}})
    assert parrot.asked[0][2] == b'{"token": "jwt for pypi"}'
    assert ("If-None-Match", "tag") in parrot.asked[1][1]
    assert ("Authorization", "Bearer minted") in parrot.asked[1][1]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (None, "pypi-abcdefgh"),
        ("signature", "pypi-abAAAAAA"),
        ("truncate", "pypi-a"),
        ("no-prefix", "abcdefgh"),
        ("other-prefix", "tpypi-abcdefgh"),
        ("upper-prefix", "PyPI-abcdefgh"),
        ("double-prefix", "pypi-pypi-abcdefgh"),
        ("spaces", " pypi-abcdefgh \n"),
    ],
)
def test_a_token_is_damaged_as_recorded(how: str | None, expected: str) -> None:
    assert tampered("pypi-abcdefgh", how) == expected


def test_the_report_counts_by_family_and_shows_both_sides(
    parrot: Parrot, world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    case = the_case("names/invalid-13")
    parrot.script = [{**FINE, "reason": "Fine"}]
    found = play(case, world)
    assert report([(case, found)], verbose=True) == 1
    printed = capsys.readouterr().out
    assert "names                    0         1" in printed
    assert "ours | Fine" in printed
    assert side_by_side(found[0]) in printed


def test_on_testpypi_hosts_and_audience_are_its_own() -> None:
    case = cases.on_testpypi(the_case("accept/redirect-308-00"))
    assert case["answers"][0]["headers"]["Location"] == "https://test.pypi.org/legacy/"
    assert not cases.needs_two_hosts(case)
    assert cases.needs_two_hosts(the_case("protocol/legacy-on-index-host"))
