"""The form of an upload, read from the wire: text in memory, files in the spool and hashed as they come."""

from __future__ import annotations

import binascii
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qsl

from fake_pypi.errors import FakePyPIError
from fake_pypi.rules.part_headers import (
    AS_READ,
    BREAKS_PYPI,
    INVALID_FORM,
    URLENCODED,
    header_parameters,
    is_boundary,
    recoded,
)
from fake_pypi.rules.upload import FilePart, Form
from fake_pypi.web.data_folder import UPLOAD_PREFIX
from fake_pypi.web.digests import Digests
from fake_pypi.web.multipart import MultipartReader, Part, decoded

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_TEXT = 32 << 20  # bytes that all text fields may have together; a README has far less
MULTIPART = "multipart/form-data"
CHARSET = re.compile(r";\s*charset=([^;]*)", re.IGNORECASE)
TRANSFER_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": binascii.a2b_base64,
    "quoted-printable": binascii.a2b_qp,
}


class TooMuchText(FakePyPIError):
    """The text fields together are longer than anything a package says of itself: answered with 413."""

    def __str__(self) -> str:
        return f"the text fields have more than {MOST_TEXT} bytes: send the file as a file"


@dataclass
class ReceivedForm:
    """A form and the spooled files behind it; `discard` removes those that nobody has taken.

    `problem` is the id of the rule that rejects a form which PyPI cannot read.
    """

    form: Form
    spooled: list[Path]
    problem: str | None = None

    def discard(self) -> None:
        """Remove the spooled files; what was renamed into the index is not among them any more."""
        for path in self.spooled:
            path.unlink(missing_ok=True)


def is_multipart(content_type: str) -> bool:
    """Whether a request's Content-Type announces a form with parts."""
    return _kind(content_type) == MULTIPART


def form_type_problem(content_type: str) -> str | None:
    """Return the id of the rule that rejects a form because of the request's Content-Type, or None.

    >>> form_type_problem("multipart/form-data"), form_type_problem("application/json")
    ('invalid-form-data', None)

    PyPI reads forms in UTF-8 only, and fails at those that name another charset.
    """
    if _kind(content_type) not in {"", URLENCODED, MULTIPART}:
        return None
    charset = CHARSET.search(content_type)
    if charset and charset[1].strip('"').strip().lower().replace("-", "") not in {"", "utf8"}:
        return BREAKS_PYPI
    boundary = header_parameters(content_type)[1].get("boundary", "")
    return INVALID_FORM if is_multipart(content_type) and not is_boundary(boundary) else None


def read_form(environ: WSGIEnvironment, spool: Callable[[], Path]) -> ReceivedForm:
    """Read the request's body as a form. `spool` names the folder for files, and is asked for the first one.

    As on PyPI a body may break off: what came before counts (recorded case protocol/broken-multipart), and a
    body that is no form is an empty one. Raises `TooMuchText`; then nothing is left in the spool.
    """
    content_type = str(environ.get("CONTENT_TYPE", ""))
    stream: BinaryIO = environ["wsgi.input"]
    received = ReceivedForm(Form(), [], form_type_problem(content_type))
    if received.problem:
        return received
    if is_multipart(content_type):
        _read_parts(received, stream, header_parameters(content_type)[1]["boundary"], spool)
    elif _kind(content_type) in {"", URLENCODED}:
        received.form = Form(tuple(parse_qsl(_all_text(stream), keep_blank_values=True)))
    return received


def _kind(content_type: str) -> str:
    """Return the type without its parameters, letter by letter: PyPI compares it as it came."""
    return content_type.partition(";")[0]


def _all_text(stream: BinaryIO) -> str:
    body = stream.read(MOST_TEXT + 1)
    if len(body) > MOST_TEXT:
        raise TooMuchText
    return body.decode("utf-8", "replace")


def _read_parts(received: ReceivedForm, stream: BinaryIO, boundary: str, spool: Callable[[], Path]) -> None:
    """Read all parts. If PyPI cannot read one of them, the form stays empty, and nothing is left in the spool."""
    fields: list[tuple[str, str | FilePart]] = []
    left = MOST_TEXT
    try:
        for part in MultipartReader(stream, boundary).parts():
            if part.has_impossible_boundary:  # PyPI's parser stops here; it looks at charsets when it is done
                received.problem = INVALID_FORM
                break
            name, filename = part.disposition.get("name", ""), part.disposition.get("filename")
            content = _spooled(part, spool(), received.spooled) if filename else _content(part, left)
            left -= len(content) if isinstance(content, bytes) else 0
            try:
                fields.append((name, _value(part, filename or "", content)))
            except (LookupError, TypeError):
                received.problem = received.problem or BREAKS_PYPI
            except ValueError:
                received.problem = received.problem or INVALID_FORM
    except BaseException:
        received.discard()
        raise
    if received.problem:
        received.discard()
    else:
        received.form = Form(tuple(fields))


def _content(part: Part, most: int) -> bytes:
    """Return the content of a text part that may have so many bytes."""
    content = bytearray()
    for block in part.content():
        content += block
        if len(content) > most:
            raise TooMuchText
    return bytes(content)


def _value(part: Part, filename: str, content: bytes | FilePart) -> str | FilePart:
    """Return what a part stands for.

    A charset that nobody knows is a `LookupError`, a wrong one a `ValueError`. A part with an empty file name, or
    one that is a form itself, is no text for PyPI, which cannot decode it any further: a `TypeError`.
    """
    if isinstance(content, FilePart):
        return replace(content, filename=recoded(filename, part.charset))
    text = decoded(content)
    reader = TRANSFER_ENCODINGS.get(part.header("content-transfer-encoding") or "")
    if not part.is_text and (reader or part.charset not in AS_READ):
        raise TypeError
    return recoded(reader(text.encode()).decode() if reader else text, part.charset)


def _spooled(part: Part, spool: Path, spooled: list[Path]) -> FilePart:
    """Write a file into the spool; its digests are made meanwhile."""
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
    return FilePart(None, part.header("content-type"), path, size, **digests.finish())
