"""Forms that are read from requests: complete, broken, too long."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from pathlib import Path

import pytest

from fake_pypi.inspection.part_headers import FormProblem
from fake_pypi.rules.upload import FilePart
from fake_pypi.web import form
from fake_pypi.web.form import ReceivedForm, TooMuchText, form_type_problem, read_form
from fake_pypi.web.multipart import MOST_HEAD

TYPE = "multipart/form-data; boundary=frontier"


def field(name: str, value: str | bytes, rest: str = "") -> bytes:
    """One part of a multipart body."""
    content = value if isinstance(value, bytes) else value.encode()
    head = f'--frontier\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'.encode()
    return head + content + b"\r\n"


def read(body: bytes, spool: Path, content_type: str = TYPE) -> ReceivedForm:
    """The form in a body."""
    return read_form({"CONTENT_TYPE": content_type, "wsgi.input": io.BytesIO(body)}, lambda: spool)


def test_texts_come_in_their_order_and_as_often_as_they_were_sent(tmp_path: Path) -> None:
    body = field("a", "1") + field("b", "é\r\n☃") + field("a", "") + b"--frontier--\r\n"
    assert read(body, tmp_path).form.fields == (("a", "1"), ("b", "é\r\n☃"), ("a", ""))


def test_text_that_is_no_utf_8_is_read_with_replacements(tmp_path: Path) -> None:
    assert read(field("a", b"caf\xe9!") + b"--frontier--", tmp_path).form.fields == (("a", "caf\ufffd!"),)


@pytest.mark.parametrize("size", [0, 1, 70_000, (1 << 20) + 1, 3 << 20])
def test_a_file_is_spooled_and_its_digests_are_known(tmp_path: Path, size: int) -> None:
    content = bytes(number % 251 for number in range(1000)) * (size // 1000 + 1)
    content = content[:size]
    body = field("content", content, '; filename="demo.whl"\r\nContent-Type: a/b') + b"--frontier--"
    received = read(body, tmp_path)
    (_, part), *_rest = received.form.fields
    assert isinstance(part, FilePart)
    assert (part.filename, part.content_type, part.size) == ("demo.whl", "a/b", size)
    assert part.path.read_bytes() == content
    assert (part.md5, part.sha256, part.blake2_256) == (
        hashlib.md5(content, usedforsecurity=False).hexdigest(),
        hashlib.sha256(content).hexdigest(),
        hashlib.blake2b(content, digest_size=32).hexdigest(),
    )
    received.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("Application/X-WWW-Form-URLencoded", b"a=1"),
        ("Multipart/Form-Data; boundary=frontier", field("a", "1")),
        ("text/plain", b"a=1"),
        ("multipart/form-data", field("a", "1")),
        ("multipart/form-data; boundary=other", field("a", "1")),
        ("multipart/form-data; boundary=", field("a", "1")),
        (TYPE, b""),
        (TYPE, b"\x00" * 100),
        (TYPE, b"--frontier"),
    ],
)
def test_a_body_that_is_no_form_is_an_empty_one(tmp_path: Path, content_type: str, body: bytes) -> None:
    assert read(body, tmp_path, content_type).form.fields == ()
    assert list(tmp_path.iterdir()) == []


def test_what_came_before_a_break_counts(tmp_path: Path) -> None:
    """Recorded case protocol/broken-multipart: PyPI judges what it has."""
    assert read(field("a", "1") + field("b", "2")[:-20], tmp_path).form.fields[0] == ("a", "1")


def test_an_urlencoded_form_is_a_form(tmp_path: Path) -> None:
    received = read(b"a=1&a=%C3%A9&b=", tmp_path, "application/x-www-form-urlencoded; charset=utf-8")
    assert received.form.fields == (("a", "1"), ("a", "é"), ("b", ""))


@pytest.mark.parametrize("content_type", [TYPE, "application/x-www-form-urlencoded"])
def test_more_text_than_any_package_has_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content_type: str
) -> None:
    monkeypatch.setattr(form, "MOST_TEXT", 1000)
    body = field("content", b"x", '; filename="a"') + field("a", "x" * 600) + field("b", "x" * 600) + b"--frontier--"
    with pytest.raises(TooMuchText, match="1000 bytes"):
        read(body, tmp_path, content_type)
    assert list(tmp_path.iterdir()) == []


def test_a_file_does_not_count_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MOST_TEXT", 1000)
    received = read(field("content", b"x" * 5000, '; filename="a"') + b"--frontier--", tmp_path)
    assert [part.size for _, part in received.form.files()] == [5000]
    received.discard()


def test_a_client_that_disconnects_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size) or self.gone()

        def gone(self) -> bytes:
            raise ConnectionResetError

    stream = Broken(field("content", b"x" * 5000, '; filename="a"')[:-100])
    with pytest.raises(ConnectionResetError):
        read_form({"CONTENT_TYPE": TYPE, "wsgi.input": stream}, lambda: tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content_type", ["", "application/x-www-form-urlencoded; charset=utf-8"])
def test_a_body_of_no_type_is_read_as_that_of_a_simple_form(tmp_path: Path, content_type: str) -> None:
    assert read(b"a=1&a=&b=%C3%A9", tmp_path, content_type).form.fields == (("a", "1"), ("a", ""), ("b", "é"))


@pytest.mark.parametrize("name", ["C:\\dist\\demo.whl", "dist/demo.whl", "%22demo.whl", "a;b.whl"])
def test_the_name_of_a_file_is_not_changed(tmp_path: Path, name: str) -> None:
    escaped = name.replace("\\", "\\\\")
    received = read(field("content", b"x", f'; filename="{escaped}"') + b"--frontier--", tmp_path)
    ((_, part),) = received.form.fields
    assert isinstance(part, FilePart)
    assert part.filename == name
    received.discard()


@pytest.mark.parametrize(
    ("content_type", "problem"),
    [
        ("multipart/form-data", FormProblem.INVALID),
        ("multipart/form-data; boundary=", FormProblem.INVALID),
        ("multipart/form-data; boundary=é", FormProblem.INVALID),
        (f"multipart/form-data; boundary={'b' * 202}", FormProblem.INVALID),
        (f"multipart/form-data; boundary={'b' * 201}", None),
        ('multipart/form-data; boundary="a b"', None),
        ("multipart/form-data; boundary=b; charset=UTF-8", None),
        ("multipart/form-data; boundary=b; charset=latin-1", FormProblem.UNKNOWN_CHARSET),
        ("application/x-www-form-urlencoded; charset=latin-1", FormProblem.UNKNOWN_CHARSET),
        ("application/x-www-form-urlencoded", None),
        ("application/json; charset=latin-1", None),
        ("", None),
    ],
)
def test_a_form_must_have_a_boundary_and_be_utf_8(content_type: str, problem: FormProblem | None) -> None:
    assert form_type_problem(content_type) == problem


FILE = '; filename="demo.whl"'


@pytest.mark.parametrize(
    ("rest", "value", "problem"),
    [
        ("\r\nContent-Type: text/plain; charset=latin-1", "é", None),
        ("\r\nContent-Type: text/plain; charset=foo", "x", FormProblem.UNKNOWN_CHARSET),
        ("\r\nContent-Type: text/plain; charset=foo", "", None),
        ("\r\nContent-Type: text/plain; charset=ascii", "é", FormProblem.INVALID),
        (f"{FILE}\r\nContent-Type: text/plain; charset=foo", "x", FormProblem.UNKNOWN_CHARSET),
        (f"{FILE}\r\nContent-Type: multipart/form-data", "x", FormProblem.INVALID),
        ("\r\nContent-Type: multipart/form-data", "x", FormProblem.INVALID),
        ("\r\nContent-Transfer-Encoding: base64", "eA==", None),
        ("\r\nContent-Transfer-Encoding: base64", "x", FormProblem.INVALID),
        ('; filename=""\r\nContent-Type: text/plain; charset=ascii', "x", FormProblem.UNKNOWN_CHARSET),
    ],
)
def test_a_part_that_pypi_cannot_decode_spoils_the_form(
    tmp_path: Path, rest: str, value: str, problem: FormProblem | None
) -> None:
    received = read(field("a", "1") + field("b", value, rest) + b"--frontier--", tmp_path)
    assert received.problem == problem
    assert len(received.form.fields) == (0 if problem else 2)
    received.discard()
    assert list(tmp_path.iterdir()) == []


def test_texts_are_decoded_by_the_headers_of_their_parts(tmp_path: Path) -> None:
    body = (
        field("a", "é", "\r\nContent-Type: text/plain; charset=latin-1")
        + field("b", "aGVsbG8=", "\r\nContent-Transfer-Encoding: base64")
        + field("c", "=C3=A9", "\r\nContent-Transfer-Encoding: quoted-printable")
        + b"--frontier--"
    )
    assert read(body, tmp_path).form.fields == (("a", "Ã©"), ("b", "hello"), ("c", "é"))


@pytest.mark.parametrize("content_type", [TYPE, "application/x-www-form-urlencoded"])
def test_a_long_text_is_read_from_its_file_and_the_file_is_removed(tmp_path: Path, content_type: str) -> None:
    text = "é" * 100_000
    body = field("a", text) + field("b", "2") + b"--frontier--" if content_type == TYPE else f"a={text}&b=2".encode()
    received = read(body, tmp_path, content_type)
    assert received.form.fields == (("a", text), ("b", "2"))
    received.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_second_large_form_waits_until_the_first_one_is_discarded(tmp_path: Path) -> None:
    body = field("a", "x" * 100_000) + b"--frontier--"
    first, second = read(body, tmp_path), list[ReceivedForm]()
    small = read(field("a", "x") + b"--frontier--", tmp_path)
    thread = threading.Thread(target=lambda: second.append(read(body, tmp_path)))
    thread.start()
    thread.join(0.2)
    assert (small.form.fields, thread.is_alive(), second) == ((("a", "x"),), True, [])
    first.discard()
    thread.join(20)
    assert len(second) == 1
    second[0].discard()


def test_a_large_form_that_cannot_be_read_lets_the_next_one_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MOST_TEXT", 150_000)
    with pytest.raises(TooMuchText):
        read(field("a", "x" * 100_000) + field("b", "x" * 100_000), tmp_path)
    assert read(field("a", "é" * 60_000, "\r\nContent-Type: text/plain; charset=ascii"), tmp_path).problem
    read(field("a", "x" * 100_000) + b"--frontier--", tmp_path).discard()


def test_a_form_has_no_more_fields_than_10_000(tmp_path: Path) -> None:
    body = b"&".join(b"a=%d" % number for number in range(form.MOST_PARTS + 5))
    received = read(body, tmp_path, "application/x-www-form-urlencoded")
    assert received.form.fields[-1] == ("a", str(form.MOST_PARTS - 1))
    received.discard()
    body = b"".join(field("a", str(number)) for number in range(form.MOST_PARTS + 5))
    assert read(body, tmp_path).form.fields[-1] == ("a", str(form.MOST_PARTS - 1))


@pytest.mark.parametrize(
    "body",
    [
        b"--frontier\r\n" + b"x" * (MOST_HEAD + 70_000),
        b"--frontier\r\n" + b"x: y\r\n" * MOST_HEAD,
        b"".join(field("a" * 5_000, "") for _ in range(30)),
    ],
    ids=["one long header", "many headers", "long names"],
)
def test_headers_of_parts_count_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr(form, "MOST_TEXT", 100_000)
    with pytest.raises(TooMuchText):
        read(body, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_long_lines_in_front_of_the_first_part_are_passed_over(tmp_path: Path) -> None:
    body = b"x" * 1_000_000 + b"\r\n" + field("a", "1") + b"--frontier--"
    assert read(body, tmp_path).form.fields == (("a", "1"),)


@pytest.mark.parametrize(
    "where", ['form-data; name="{}"', 'form-data; name="a"; {}', 'form-data; name="a"\r\nContent-Type: {}']
)
@pytest.mark.parametrize("pattern", ["a;", "; a=", ";;", 'a="b;', '\\"', ";\t"])
def test_long_headers_of_a_part_are_read_quickly(tmp_path: Path, where: str, pattern: str) -> None:
    text = (pattern * 100_000)[:100_000]
    body = f"--frontier\r\nContent-Disposition: {where.format(text)}\r\n\r\nx\r\n--frontier--".encode()
    before = time.thread_time()
    read(body, tmp_path).discard()
    assert time.thread_time() - before < 1.0  # a tenth of it on a machine that does nothing else; seconds if quadratic
