"""The form of an upload, read from the wire: text in memory, files in the spool and hashed as they come."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qsl

from fake_pypi.errors import FakePyPIError
from fake_pypi.rules.upload import FilePart, Form
from fake_pypi.web.digests import Digests

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

BLOCK = 1 << 18  # bytes read from the socket at once
MOST_TEXT = 32 << 20  # bytes that all text fields may have together; a README has far less
MOST_PARTS = 10_000
MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
BOUNDARY = re.compile(r"[ -~]{0,200}[!-~]")
PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)


class TooMuchText(FakePyPIError):
    """The text fields together are longer than anything a package says of itself: answered with 413."""

    def __str__(self) -> str:
        return f"the text fields have more than {MOST_TEXT} bytes: send the file as a file"


@dataclass
class ReceivedForm:
    """A form and the spooled files behind it; `discard` removes those that nobody has taken."""

    form: Form
    spooled: list[Path]

    def discard(self) -> None:
        """Remove the spooled files; what was renamed into the index is not among them any more."""
        for path in self.spooled:
            path.unlink(missing_ok=True)


def cannot_be_taken_apart(content_type: str) -> bool:
    """Whether a form says that it has parts, but not (or not in PyPI's way) what is between them.

    >>> cannot_be_taken_apart("multipart/form-data"), cannot_be_taken_apart("application/json")
    (True, False)
    """
    if _kind(content_type) != MULTIPART:
        return False
    from multipart import parse_options_header

    return BOUNDARY.fullmatch(parse_options_header(content_type)[1].get("boundary", "")) is None


def read_form(environ: WSGIEnvironment, spool: Callable[[], Path]) -> ReceivedForm:
    """Read the request's body as a form. `spool` names the folder for files, and is asked for the first one.

    As on PyPI no body is too broken: what came before the break counts (recorded case
    protocol/broken-multipart), and a body that is no form is an empty one. Raises `TooMuchText`; then nothing
    is left in the spool.
    """
    content_type = str(environ.get("CONTENT_TYPE", ""))
    stream: BinaryIO = environ["wsgi.input"]
    kind = _kind(content_type)
    if kind in {"", URLENCODED}:
        return ReceivedForm(Form(tuple(parse_qsl(_all_text(stream), keep_blank_values=True))), [])
    if kind != MULTIPART:
        return ReceivedForm(Form(), [])
    received = ReceivedForm(Form(), [])
    try:
        received.form = Form(tuple(_parts(stream, content_type, spool, received.spooled)))
    except BaseException:
        received.discard()
        raise
    return received


def _kind(content_type: str) -> str:
    """Return the type without its parameters; PyPI knows the two it takes in small letters only."""
    return content_type.partition(";")[0].strip()


def _all_text(stream: BinaryIO) -> str:
    body = stream.read(MOST_TEXT + 1)
    if len(body) > MOST_TEXT:
        raise TooMuchText
    return body.decode("utf-8", "replace")


def _parts(
    stream: BinaryIO, content_type: str, spool: Callable[[], Path], spooled: list[Path]
) -> Iterator[tuple[str, str | FilePart]]:
    from multipart import MultipartSegment, parse_options_header

    _, options = parse_options_header(content_type)
    part: _TextPart | _SpooledPart | None = None
    left = MOST_TEXT
    try:
        for event in _events(stream, options.get("boundary", "")):
            if isinstance(event, MultipartSegment):
                part = _SpooledPart(event, spool(), spooled) if _named(event).get("filename") else _TextPart(event)
            elif event is None and part is not None:
                yield part.name, part.finished()
                part = None
            elif event is not None and part is not None:
                if isinstance(part, _TextPart):
                    left -= len(event)
                if left < 0:
                    raise TooMuchText
                part.write(bytes(event))
        if part is not None:  # the body broke off
            yield part.name, part.finished()
            part = None
    finally:
        if isinstance(part, _SpooledPart):
            part.abandon()


def _events(stream: BinaryIO, boundary: str) -> Iterator[Any]:
    """The parser's events, up to the point where it understands nothing any more."""
    from multipart import MultipartError, PushMultipartParser

    if not boundary:
        return
    parser = PushMultipartParser(boundary, max_segment_count=MOST_PARTS)
    with suppress(MultipartError):
        while not parser.closed:
            yield from parser.parse(stream.read(BLOCK))


def _named(segment: Any) -> dict[str, str]:
    """What a part's Content-Disposition says, letter by letter: a path in a file name is for rules to refuse."""
    found = PARAMETER.findall(segment.header("Content-Disposition"))
    return {name.lower(): _unquoted(text.strip()) for name, text in found}


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return text
    return text[1:-1].replace("\\\\", "\\").replace('\\"', '"')


class _TextPart:
    def __init__(self, segment: Any) -> None:
        self.name = _named(segment).get("name", "")
        self._blocks: list[bytes] = []

    def write(self, block: bytes) -> None:
        self._blocks.append(block)

    def finished(self) -> str:
        return b"".join(self._blocks).decode("utf-8", "replace")


class _SpooledPart:
    def __init__(self, segment: Any, spool: Path, spooled: list[Path]) -> None:
        named = _named(segment)
        self.name, self._filename = named.get("name", ""), named["filename"]
        self._segment = segment
        handle, path = tempfile.mkstemp(dir=spool)
        self._path = Path(path)
        spooled.append(self._path)
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        self._digests = Digests()
        self._size = 0

    def write(self, block: bytes) -> None:
        self._size += len(block)
        self._digests.update(block)
        self._file.write(block)

    def finished(self) -> FilePart:
        self._file.close()
        content_type = self._segment.header("Content-Type")
        return FilePart(self._filename, content_type, self._path, self._size, **self._digests.finish())

    def abandon(self) -> None:
        self._file.close()
        self._digests.abandon()
