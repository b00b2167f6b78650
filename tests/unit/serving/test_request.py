from __future__ import annotations

import pytest

from fake_pypi.serving.connection_limits import ConnectionLimits
from fake_pypi.serving.request import HostPort, MalformedRequest, Request, parse_head

LIMITS = ConnectionLimits()


def head(*lines: str, end: str = "\r\n") -> bytes:
    return "".join(line + end for line in (*lines, "")).encode("latin-1")


def request_with(*fields: str, line: str = "POST / HTTP/1.1") -> Request:
    return parse_head(head(line, "Host: pypi.org", *fields), LIMITS)


def fault_of(raw: bytes, limits: ConnectionLimits = LIMITS) -> int:
    with pytest.raises(MalformedRequest) as caught:
        parse_head(raw, limits)
    return caught.value.status


def test_a_head_is_method_target_version_and_fields() -> None:
    request = parse_head(head("GET /simple/?a=b HTTP/1.1", "Host: pypi.org", "X-A:  b \t"), LIMITS)
    assert request == Request("GET", "/simple/?a=b", 1, {"host": "pypi.org", "x-a": "b"})


def test_lines_may_end_with_a_lone_line_feed() -> None:
    request = parse_head(head("GET / HTTP/1.1", "Host: pypi.org", end="\n"), LIMITS)
    assert request.fields == {"host": "pypi.org"}


def test_repeated_fields_are_joined_with_a_comma() -> None:
    assert request_with("X-A: 1", "x-a: 2").fields["x-a"] == "1,2"


def test_the_target_keeps_every_byte() -> None:
    assert request_with(line="GET /simple/%ff//\xe9?q=%2B HTTP/1.1").target == "/simple/%ff//\xe9?q=%2B"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "GET",
        "GET /",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / HTTP/x.1",
        "GET / FTP/1.1",
        "GET / HTTP/1.10",
        "G@T / HTTP/1.1",
        "GET /a\x00b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
    ],
)
def test_a_broken_request_line_is_400(line: str) -> None:
    assert fault_of(head(line, "Host: pypi.org")) == 400


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/3.0"])
def test_another_major_version_is_505(version: str) -> None:
    assert fault_of(head(f"GET / {version}", "Host: pypi.org")) == 505


def test_a_later_minor_version_is_ours() -> None:
    assert request_with(line="GET / HTTP/1.7").protocol == "HTTP/1.1"


@pytest.mark.parametrize(
    "field",
    ["no colon", "Name : value", ": value", " folded: value", "Na me: value", "A: b\rc", "A: b\0c", "Ä: x"],
)
def test_a_broken_field_is_400(field: str) -> None:
    assert fault_of(head("GET / HTTP/1.1", "Host: pypi.org", field)) == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ((), 400),
        (("Host: a", "Host: b"), 400),
        (("Host: a", "Content-Length: 1", "Content-Length: 2"), 400),
        (("Host: a", "Content-Length: -1"), 400),
        (("Host: a", "Content-Length: +1"), 400),
        (("Host: a", "Content-Length: 1_0"), 400),
        (("Host: a", "Content-Length: \xb2"), 400),
        (("Host: a", "Content-Length:"), 400),
        (("Host: a", "Content-Length: " + "9" * 5000), 400),
        (("Host: a", "Content-Length: 1", "Transfer-Encoding: chunked"), 400),
        (("Host: a", "Transfer-Encoding: gzip, chunked"), 501),
        (("Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), 501),
        (("Host: a", "Expect: miracles"), 417),
    ],
)
def test_fields_that_leave_the_request_unclear_are_rejected(fields: tuple[str, ...], status: int) -> None:
    assert fault_of(head("POST / HTTP/1.1", *fields)) == status


def test_chunks_do_not_exist_in_http_1_0() -> None:
    assert fault_of(head("POST / HTTP/1.0", "Transfer-Encoding: chunked")) == 400


def test_the_same_length_twice_is_one_length() -> None:
    assert request_with("Content-Length: 12", "Content-Length: 12").content_length == 12


def test_a_long_request_line_is_414_and_long_fields_are_431() -> None:
    small = ConnectionLimits(request_line=100, fields=100, field_count=3)
    assert fault_of(head("GET /" + "a" * 100 + " HTTP/1.1", "Host: a"), small) == 414
    assert fault_of(head("GET / HTTP/1.1", "Host: a", "A: " + "b" * 100), small) == 431
    assert fault_of(head("GET / HTTP/1.1", "Host: a", "A: 1", "B: 2", "C: 3"), small) == 431


@pytest.mark.parametrize(
    ("line", "connection", "kept"),
    [
        ("GET / HTTP/1.1", "", True),
        ("GET / HTTP/1.1", "Connection: close", False),
        ("GET / HTTP/1.1", "Connection: Upgrade, CLOSE", False),
        ("GET / HTTP/1.0", "", False),
        ("GET / HTTP/1.0", "Connection: Keep-Alive", True),
    ],
)
def test_whether_the_connection_is_kept(line: str, connection: str, kept: bool) -> None:
    fields = ["Host: a", *([connection] if connection else [])]
    assert parse_head(head(line, *fields), LIMITS).keeps_alive is kept


def test_a_whole_url_is_scheme_authority_and_path() -> None:
    request = request_with(line="GET HTTP://PyPI.org:80?x HTTP/1.1")
    assert request.absolute() == ("http", "PyPI.org:80", "/?x")


@pytest.mark.parametrize("target", ["/http://pypi.org/", "*", "pypi.org:443", "//pypi.org/"])
def test_other_targets_are_no_whole_url(target: str) -> None:
    assert request_with(line=f"GET {target} HTTP/1.1").absolute() is None


@pytest.mark.parametrize("text", ["", ":80", "a b", "a:b", "a:99999", "a:1:2", "[::1", "user@host", "a/b", "a:123456"])
def test_what_is_not_a_host_is_not_taken_for_one(text: str) -> None:
    assert HostPort.parse(text, default_port=80) is None


def test_hosts_are_compared_in_lower_case_without_a_last_dot() -> None:
    assert HostPort.parse("Upload.PyPI.ORG.:8443", default_port=443) == HostPort("upload.pypi.org", 8443)


NO_HOSTS = ["[::1", "::1]", "[]", "[1.2.3.4]", "[:::]", "[v1.x]", "a:b", "a:99999", "u@a"]


@pytest.mark.parametrize("host", [*NO_HOSTS, "a/b", "a?b"])
def test_a_host_field_that_names_no_host_is_rejected(host: str) -> None:
    with pytest.raises(MalformedRequest, match="names no host"):
        parse_head(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), ConnectionLimits())


@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_whole_url_that_names_no_host_is_rejected(host: str) -> None:
    with pytest.raises(MalformedRequest, match="names no host"):
        parse_head(f"GET http://{host}/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n".encode(), ConnectionLimits())


@pytest.mark.parametrize("host", ["", "pypi.org", "PyPI.org.:443", "[::1]", "[::1]:80", "127.0.0.1:80", "a_b.org"])
def test_a_host_field_that_names_a_host_or_nothing_is_read(host: str) -> None:
    assert parse_head(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), ConnectionLimits()).fields["host"] == host
