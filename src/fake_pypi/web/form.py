"""The form of an upload, read from the request: text in memory, files in the spool and hashed on arrival."""

from __future__ import annotations

import binascii
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qsl

from fake_pypi.errors import FakePyPIError
from fake_pypi.inspection.part_headers import (
    AS_READ,
    URLENCODED,
    FormProblem,
    header_parameters,
    is_boundary,
    recoded,
)
from fake_pypi.operations.file_storage import UPLOAD_PREFIX
from fake_pypi.rules.upload import FilePart, Form
from fake_pypi.turns import TURNS
from fake_pypi.web.digests import Digests
from fake_pypi.web.multipart import FormPart, HeadTooLong, MultipartReader, decoded

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_TEXT = 4 << 20  # bytes that all text fields may have together; a README has far less
MOST_PARTS = 10_000
BLOCK = 1 << 18  # bytes read from the stream at once
MULTIPART = "multipart/form-data"
CHARSET = re.compile(r";\s*charset=([^;]*)", re.IGNORECASE)
TRANSFER_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": binascii.a2b_base64,
    "quoted-printable": binascii.a2b_qp,
}

IN_MEMORY = 64 << 10
"""Bytes of one text that wait in memory for the rest of the form."""
LARGE_FORMS = threading.BoundedSemaphore(1)
"""Held while the long texts of a form are in memory: of several clients that send one, one is read at a time.

A client that sends slowly does not hold it, since its texts wait in files until the form is complete.
"""

LONGEST_WAIT = 60.0
"""Seconds that a form waits for that. Then it continues: more memory is better than no response."""


class TooMuchText(FakePyPIError):
    """The text fields together are longer than those of any package; the response is 413."""

    def __str__(self) -> str:
        return f"the text fields have more than {MOST_TEXT} bytes: send the file as a file"


class SpooledText:
    """The bytes of one text field. `folder` names the folder for a long one, and is called only for those."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._short = bytearray()
        self._file: IO[bytes] | None = None
        self._mapped: mmap | None = None
        self.size = 0

    @property
    def is_long(self) -> bool:
        """Whether the text waits in a file."""
        return self._file is not None

    def write(self, block: bytes) -> None:
        """Add some bytes."""
        self.size += len(block)
        if self._file is None and len(self._short) + len(block) > IN_MEMORY:
            self._file = tempfile.TemporaryFile(dir=self._folder())  # noqa: SIM115 - `close` closes it
            self._file.write(self._short)
            self._short.clear()
        if self._file is None:
            self._short += block
        else:
            self._file.write(block)

    def read(self) -> bytes | mmap:
        """Return all the bytes; those of a long text are the file's, not a copy, and gone after `close`."""
        if self._file is None:
            return bytes(self._short)
        if self._mapped is None:
            self._file.flush()
            self._mapped = mmap(self._file.fileno(), 0, access=ACCESS_READ)
        return self._mapped

    def close(self) -> None:
        """Remove the file."""
        if self._mapped is not None:
            self._mapped.close()
        if self._file is not None:
            self._file.close()


@dataclass
class ReceivedForm:
    """A form and the spooled files behind it. Call `discard` when the form is not needed any more.

    `problem` is why PyPI cannot read the form, None if it can.
    """

    form: Form
    spooled: list[Path]
    problem: FormProblem | None = None
    texts: list[SpooledText] = field(default_factory=list)
    is_large: bool = False

    def hold_memory(self) -> None:
        """Wait until no other form has long texts in memory, if this one has any."""
        if any(text.is_long for text in self.texts):
            with TURNS.paused():
                self.is_large = LARGE_FORMS.acquire(timeout=LONGEST_WAIT)

    def discard(self) -> None:
        """Remove the spooled files that were not moved into the index, and let the next large form continue."""
        for text in self.texts:
            text.close()
        self.texts.clear()
        self.form = Form()
        for path in self.spooled:
            path.unlink(missing_ok=True)
        if self.is_large:
            self.is_large = False
            LARGE_FORMS.release()


def is_multipart(content_type: str) -> bool:
    """Return whether a request's Content-Type is that of a form with parts."""
    return _kind(content_type) == MULTIPART


def form_type_problem(content_type: str) -> FormProblem | None:
    """Return why a form cannot be read because of the request's Content-Type, or None.

    >>> form_type_problem("multipart/form-data"), form_type_problem("application/json")
    (<FormProblem.INVALID: 1>, None)

    PyPI reads forms in UTF-8 only, and fails at those that name another charset.
    """
    if _kind(content_type) not in {"", URLENCODED, MULTIPART}:
        return None
    charset = CHARSET.search(content_type)
    if charset and charset[1].strip('"').strip().lower().replace("-", "") not in {"", "utf8"}:
        return FormProblem.UNKNOWN_CHARSET
    boundary = header_parameters(content_type)[1].get("boundary", "")
    return FormProblem.INVALID if is_multipart(content_type) and not is_boundary(boundary) else None


def read_form(environ: WSGIEnvironment, spool: Callable[[], Path]) -> ReceivedForm:
    """Read the request's body as a form. `spool` returns the folder for files, and is called for the first one.

    As on PyPI a body may break off: what came before counts (recorded case protocol/broken-multipart), and a
    body that is no form is an empty one. Raises `TooMuchText`; then nothing is left in the spool.
    """
    content_type = str(environ.get("CONTENT_TYPE", ""))
    stream: BinaryIO = environ["wsgi.input"]
    received = ReceivedForm(Form(), [], form_type_problem(content_type))
    if received.problem:
        return received
    try:
        if is_multipart(content_type):
            _read_parts(received, stream, header_parameters(content_type)[1]["boundary"], spool)
        elif _kind(content_type) in {"", URLENCODED}:
            received.form = Form(_pairs(received, stream, spool))
    except BaseException:
        received.discard()
        raise
    return received


def _kind(content_type: str) -> str:
    """Return the type without its parameters, letter by letter: PyPI compares it as it came."""
    return content_type.partition(";")[0]


def _pairs(received: ReceivedForm, stream: BinaryIO, spool: Callable[[], Path]) -> tuple[tuple[str, str], ...]:
    """Return the fields of an URL-encoded body, and no more of them than a multipart body may have parts."""
    body = _text(received, iter(lambda: stream.read(BLOCK), b""), MOST_TEXT, spool)
    received.hold_memory()
    fields = bytes(body.read()).split(b"&", MOST_PARTS)[:MOST_PARTS]
    return tuple(parse_qsl(b"&".join(fields).decode("utf-8", "replace"), keep_blank_values=True))


def _read_parts(received: ReceivedForm, stream: BinaryIO, boundary: str, spool: Callable[[], Path]) -> None:
    """Read all parts. If PyPI cannot read one of them, the form stays empty, and nothing is left in the spool."""
    parts: list[tuple[FormPart, bytes | SpooledText | FilePart]] = []
    left = MOST_TEXT
    try:
        for part in islice(MultipartReader(stream, boundary).parts(), MOST_PARTS):
            if part.headers.has_impossible_boundary:  # PyPI's parser stops here; it looks at charsets when it is done
                received.problem = FormProblem.INVALID
                break
            left -= sum(map(len, part.headers.disposition.values()))
            if part.headers.disposition.get("filename"):
                parts.append((part, _spooled(part, spool(), received.spooled)))
            elif (short := part.short_content(min(left, IN_MEMORY))) is not None:
                left -= len(short)
                parts.append((part, short))
            else:
                text = _text(received, part.content(), left, spool)
                left -= text.size
                parts.append((part, text))
    except HeadTooLong:
        raise TooMuchText from None
    if not received.problem:
        _decode(received, parts)
    if received.problem:
        received.discard()


def _decode(received: ReceivedForm, parts: Sequence[tuple[FormPart, bytes | SpooledText | FilePart]]) -> None:
    """Make the form of its parts, once no other form has long texts in memory."""
    received.hold_memory()
    fields: list[tuple[str, str | FilePart]] = []
    for part, content in parts:
        whole = content.read() if isinstance(content, SpooledText) else content
        try:
            value = _value(part, part.headers.disposition.get("filename", ""), whole)
            fields.append((part.headers.disposition.get("name", ""), value))
        except (LookupError, TypeError):
            received.problem = received.problem or FormProblem.UNKNOWN_CHARSET
        except ValueError:
            received.problem = received.problem or FormProblem.INVALID
    if not received.problem:
        received.form = Form(tuple(fields))


def _text(received: ReceivedForm, blocks: Iterable[bytes], most: int, spool: Callable[[], Path]) -> SpooledText:
    """Return a text of at most `most` bytes."""
    text = SpooledText(spool)
    received.texts.append(text)
    for block in blocks:
        text.write(block)
        if text.size > most:
            raise TooMuchText
    return text


def _value(part: FormPart, filename: str, content: bytes | mmap | FilePart) -> str | FilePart:
    """Return what a part stands for.

    An unknown charset is a `LookupError`, a wrong one a `ValueError`. A part with an empty file name, or
    one that is a form itself, is no text for PyPI, which cannot decode it any further: a `TypeError`.
    """
    if isinstance(content, FilePart):
        return replace(content, filename=recoded(filename, part.headers.charset))
    text = decoded(content)
    reader = TRANSFER_ENCODINGS.get(part.headers.transfer_encoding)
    if not part.headers.is_text and (reader or part.headers.charset not in AS_READ):
        raise TypeError
    return recoded(reader(text.encode()).decode() if reader else text, part.headers.charset)


def _spooled(part: FormPart, spool: Path, spooled: list[Path]) -> FilePart:
    """Write a file into the spool; its digests are computed meanwhile."""
    handle, name = tempfile.mkstemp(dir=spool, prefix=UPLOAD_PREFIX)
    path = Path(name)
    spooled.append(path)
    digests, size = Digests(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            for block in part.content():
                size += len(block)
                digests.update(block)
                file.write(block)
    except BaseException:
        digests.abandon()
        raise
    return FilePart(None, part.headers.content_type, path, size, **digests.finish())
