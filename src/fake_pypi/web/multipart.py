"""The parts of a multipart body, read from a stream block by block, as leniently as by PyPI's parser.

Lines may end with CR LF or LF alone, blanks may follow a boundary, the kind of Content-Disposition does not matter,
and a body may break off anywhere. A stricter parser would reject what `python setup.py register` of Python 2.7 sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.feedparser import FeedParser
from functools import lru_cache
from mmap import mmap
from typing import BinaryIO

from fake_pypi.inspection.part_headers import (
    LONGEST_CACHED,
    has_impossible_boundary,
    header_parameters,
    holds_a_form,
)

BLOCK = 1 << 18  # bytes read from the stream at once
LONGEST_LINE = 1 << 16  # bytes of a line that PyPI's parser reads, and decodes, at once
MOST_HEAD = 1 << 18  # bytes that the headers of one part may have
ORDINARY_HEAD = re.compile(rb"(?:[!-~][^\n]*\n)+\r?\n")  # lines that are not empty, and an empty one
ORDINARY_HEADERS = re.compile(r"(?:[!-9;-~]+:[^\r\n]*\r?\n)+\r?\n")  # each on a line of its own, with nothing unusual
LONG_LINE = re.compile(rb"(?<![^\n])[^\n]{%d,}" % LONGEST_LINE)  # looked for at the start of a line only


class HeadTooLong(Exception):
    """The headers of a part have more than `MOST_HEAD` bytes."""


class PartHeaders:
    """The headers of one part of a form."""

    def __init__(self, head: bytes) -> None:
        self._headers = _header_values(head)
        content_type = self.header("content-type") or ""
        self.disposition: Mapping[str, str] = header_parameters(self.header("content-disposition") or "")[1]
        """The parameters of Content-Disposition, as ``{"name": "content", "filename": "demo-1.0.tar.gz"}``."""
        self.content_type = self.header("content-type")
        """The header Content-Type, None without one."""
        self.transfer_encoding = self.header("content-transfer-encoding") or ""
        """The header Content-Transfer-Encoding, "" without one."""
        self.charset: str | None = header_parameters(content_type)[1].get("charset")
        """The charset that Content-Type names, or None."""
        self.holds_a_form = holds_a_form(content_type)
        """Whether the part is read as a form of its own."""
        self.is_text = "filename" not in self.disposition and not self.holds_a_form
        """Whether PyPI reads the content as text: there is no file name, not even an empty one, and no form in it."""
        self.has_impossible_boundary = has_impossible_boundary(content_type)
        """Whether the part is declared as a form itself, without a boundary between its parts."""

    def header(self, name: str) -> str | None:
        """Return a header's value, or None."""
        return self._headers.get(name)


def _header_values(head: bytes) -> Mapping[str, str]:
    """Return the first value of each header, by its name in lower case.

    The library's parser takes most of the time that the headers of a part need; lines of the ordinary form need none.
    """
    text = head.decode("utf-8", "replace")
    if ORDINARY_HEADERS.fullmatch(text):
        pairs = [line.rstrip("\r").split(":", 1) for line in text.split("\n") if line.strip()]
        return {name.lower(): value.lstrip(" \t") for name, value in reversed(pairs)}
    parser = FeedParser()
    parser.feed(text)
    return {name.lower(): str(value) for name, value in reversed(parser.close().items())}


_short_headers = lru_cache(maxsize=256)(PartHeaders)  # the parts of all uploads have nearly the same headers


class FormPart:
    """One part of a form: its headers, and its content while it is being read."""

    def __init__(self, head: bytes, reader: MultipartReader) -> None:
        self.headers = _short_headers(head) if len(head) <= LONGEST_CACHED else PartHeaders(head)
        self._reader = reader

    def content(self) -> Iterator[bytes]:
        """Yield the content in blocks. It must be read to its end before the next part."""
        return self._reader.content(to_the_end=self.headers.holds_a_form)

    def short_content(self, most: int) -> bytes | None:
        """Return the whole content if it has at most `most` bytes and was read with the headers; else read nothing."""
        return None if self.headers.holds_a_form else self._reader.short_content(most)


class MultipartReader:
    r"""The parts of one body in their order.

    >>> from io import BytesIO
    >>> body = b'--x\nContent-Disposition: form-data; name="a"\n\n1\n--x--\n'
    >>> parts = MultipartReader(BytesIO(body), "x").parts()
    >>> [(part.headers.disposition["name"], b"".join(part.content())) for part in parts]
    [('a', b'1')]
    """

    def __init__(self, stream: BinaryIO, boundary: str) -> None:
        self._stream = stream
        self._delimiter = b"--" + boundary.encode()
        self._buffer = bytearray()
        self._at_end = False  # the stream has no more bytes than those in the buffer
        self._closed = False  # the last delimiter was read

    def parts(self) -> Iterator[FormPart]:
        """Yield each part when its headers have been read."""
        while (line := self._line()) and line.strip() != self._delimiter:
            pass
        while not self._closed:
            head = self._head()
            if not head:
                return
            yield FormPart(head, self)

    def _head(self) -> bytes:
        """Return the lines up to an empty one; b"" at the end of the body."""
        if (ordinary := ORDINARY_HEAD.match(self._buffer, 0, LONGEST_LINE)) is not None:
            head = ordinary[0]
            del self._buffer[: len(head)]
            return head
        head = line = self._line()
        while line.strip():
            line = self._line()
            head += line
            if len(head) > MOST_HEAD:
                raise HeadTooLong
        return head

    def short_content(self, most: int) -> bytes | None:
        """Return what comes up to the next delimiter, and drop both, if they are in the buffer; else change nothing.

        It is `content` for the form that nearly every part has: the delimiter on a line of its own, after CR LF.
        """
        start = self._buffer.find(self._delimiter, 0, max(0, most + len(self._delimiter) + 2))
        end = start + len(self._delimiter) + 2
        if start < 2 or self._buffer[start - 2 : start] != b"\r\n" or self._buffer[end - 2 : end] != b"\r\n":
            return None
        content = bytes(self._buffer[: start - 2])
        del self._buffer[:end]
        return content

    def content(self, *, to_the_end: bool = False) -> Iterator[bytes]:
        """Yield what comes up to the next delimiter (or to the end of the body), without the line end before it."""
        start_of_part, position = True, 0
        while not to_the_end:
            start = self._buffer.find(self._delimiter, position)
            if start < 0:
                unsure = len(self._delimiter) + 2  # a delimiter may begin here, with the line end before it
                if block := bytes(self._buffer[:-unsure]):
                    del self._buffer[:-unsure]
                    start_of_part = False
                    yield block
                position = 0
                if not self._more():
                    break
                continue
            starts_line = start_of_part if start == 0 else self._buffer[start - 1] == ord("\n")
            after = self._rest_of_line(start + len(self._delimiter)) if starts_line else b"-"
            if after in (b"", b"--"):
                self._closed = after == b"--"
                yield _without_line_end(bytes(self._buffer[:start]))
                self._drop_line(start)
                return
            position = start + 1
        yield from self._everything(cut=not to_the_end)
        self._closed = True

    def _everything(self, *, cut: bool) -> Iterator[bytes]:
        """Yield all that is left; of a part that broke off, PyPI drops the last line end."""
        if cut:
            yield _without_line_end(bytes(self._buffer), carriage_return=True)
            self._buffer.clear()
            return
        while self._buffer:
            yield bytes(self._buffer)
            self._buffer.clear()
            self._more()

    def _rest_of_line(self, start: int) -> bytes:
        """Return what stands behind a delimiter, without blanks; no more of it than is needed to compare."""
        while True:
            end = self._buffer.find(b"\n", start)
            rest = bytes(self._buffer[start : end if end >= 0 else None]).rstrip()
            if end >= 0 or rest not in (b"", b"-", b"--") or len(self._buffer) - start > LONGEST_LINE:
                return rest
            if not self._more():
                return rest

    def _drop_line(self, start: int) -> None:
        end = self._buffer.find(b"\n", start)
        del self._buffer[: end + 1 if end >= 0 else len(self._buffer)]

    def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > LONGEST_LINE or not self._more():
                end = len(self._buffer) - 1
                break
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return line

    def _more(self) -> bool:
        if not self._at_end:
            block = self._stream.read(BLOCK)
            self._at_end = not block
            self._buffer += block
        return not self._at_end


def decoded(content: bytes | mmap) -> str:
    r"""Return a text field's content as PyPI decodes it: line by line, and very long lines in pieces.

    >>> decoded(b"caf\xe9\n")
    'caf�\n'
    """
    # Where a piece ends makes a difference only inside of a character; pieces by themselves would take more memory.
    pieces: list[bytes | memoryview] = []
    view, done = memoryview(content), 0
    for line in LONG_LINE.finditer(content):
        for end in range(line.start() + LONGEST_LINE, line.end(), LONGEST_LINE):
            if start := _begun_character(content, end):
                pieces += [view[done:start], content[start:end].decode("utf-8", "replace").encode()]
                done = end
    return str(b"".join([*pieces, view[done:]]) if pieces else content, "utf-8", "replace")


def _begun_character(content: bytes | mmap, end: int) -> int:
    """Return where the character starts that is cut by a piece's end; 0 if none is."""
    if content[end] & 0xC0 != 0x80:  # no byte that continues a character
        return 0
    return next((at for at in range(end - 1, end - 4, -1) if content[at] & 0xC0 == 0xC0), 0)


def _without_line_end(content: bytes, *, carriage_return: bool = False) -> bytes:
    for end in (b"\r\n", b"\n", b"\r") if carriage_return else (b"\r\n", b"\n"):
        if content.endswith(end):
            return content.removesuffix(end)
    return content
