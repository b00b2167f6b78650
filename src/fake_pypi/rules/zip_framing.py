"""Whether a zip archive says the same to those who read it from the front and to those who read from the end.

Installers read the central directory at the end; scanners often read member after member from the front. An
archive that shows each of them other files can smuggle one past the other, so PyPI wants both views to agree.
Sources: APPNOTE.TXT 4.3.7 to 4.3.16, https://docs.pypi.org/archives and the recorded cases archive/zip-*.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from fake_pypi.rules.zip_directory import (
    CENTRAL_SIGNATURE,
    END64_SIGNATURE,
    END_SIGNATURE,
    IN_ZIP64,
    LOCATOR64_SIGNATURE,
    UNICODE_PATH_EXTRA,
    ZIP64_EXTRA,
    Entry,
)
from fake_pypi.rules.zip_members import LOCAL_SIGNATURE

LOCAL_REST = struct.Struct("<2x2H8x2L2H")
CENTRAL_REST = struct.Struct("<16xL4x3H12x")
END_REST = struct.Struct("<4x2H2LH")
END64_REST = struct.Struct("<Q12x4Q")
LOCATOR64_REST = struct.Struct("<4xQ4x")
DATA_DESCRIPTOR = 0x08
UNPRINTABLE = frozenset(range(0x20)) | {0x7F}
ONLY_ONCE = frozenset({ZIP64_EXTRA, UNICODE_PATH_EXTRA})
ZIP64_LENGTHS = frozenset({0, 8, 16, 24, 28})


class Disagreement(Exception):
    """Both views differ; the argument is PyPI's sentence for it.

    `member` is the name of the member whose record is wrong, "" if it is another record.
    """

    member = ""


def disagreement(file: BinaryIO, entries: list[Entry]) -> Disagreement | None:
    """Return the first thing that is wrong, None if both views of the archive agree."""
    length = file.seek(0, 2)
    file.seek(0)
    walk = _Walk(file, {entry.original: (entry.compressed, entry.size) for entry in entries})
    try:
        while walk.record():
            pass
    except Disagreement as found:
        found.member = walk.member.decode("utf-8", "replace")
        return found
    return None if file.tell() == length else Disagreement("Trailing data")


@dataclass
class _Walk:
    """A walk through the file, record by record, from its first byte."""

    file: BinaryIO
    promised: dict[str, tuple[int, int]]  # sizes by name, as the central directory has them
    local_names: set[bytes] = field(default_factory=set)
    central_names: set[bytes] = field(default_factory=set)
    directory_at: int | None = None
    directory_size: int = 0
    end64: tuple[int, int, int] | None = None
    end64_seen: bool = False
    locator_seen: bool = False
    member: bytes = b""  # the name in the present record, b"" if it has none

    def record(self) -> bool:
        """Check the next record; False after the end record."""
        self.member = b""
        signature = self._read(4)
        if signature == LOCAL_SIGNATURE:
            self._local()
        elif signature == CENTRAL_SIGNATURE:
            self._central()
        elif signature == END64_SIGNATURE:
            self._end64()
        elif signature == LOCATOR64_SIGNATURE:
            self._take(LOCATOR64_REST)
            self.locator_seen = True
        elif signature == END_SIGNATURE:
            self._end()
            return False
        else:
            raise Disagreement("Unknown record signature")
        return True

    def _local(self) -> None:
        flags, method, compressed, size, name_length, extra_length = self._take(LOCAL_REST)
        name = self.member = self._read(name_length)
        extra = self._read(extra_length)
        _printable(name)
        compressed, size = _sizes(extra, method, compressed, size)
        if flags & DATA_DESCRIPTOR:
            raise Disagreement("ZIP contains a data descriptor")
        self._as_promised(name, compressed, size)
        self.file.seek(compressed, 1)
        if name in self.local_names:
            raise Disagreement("Duplicate filename in local headers")
        self.local_names.add(name)

    def _as_promised(self, name: bytes, compressed: int, size: int) -> None:
        try:
            promised = self.promised.get(name.decode("utf-8"))
        except UnicodeDecodeError:
            raise Disagreement("Filename not unicode") from None
        if promised is None:
            raise Disagreement("Filename not in central directory")
        if promised[0] != compressed:
            raise Disagreement("Mis-matched data size")
        if promised[1] != size:
            raise Disagreement("Mis-matched file size")

    def _central(self) -> None:
        if self.directory_at is None:
            self.directory_at = self.file.tell() - 4
        _, name_length, extra_length, comment_length = self._take(CENTRAL_REST)
        name = self.member = self._read(name_length)
        if comment_length:
            raise Disagreement("Comment in central directory")
        self._read(extra_length)
        _printable(name)
        self.directory_size += 4 + CENTRAL_REST.size + name_length + extra_length
        if name in self.central_names:
            raise Disagreement("Duplicate filename in central directory")
        if name not in self.local_names:
            raise Disagreement("Missing filename in local headers")
        self.central_names.add(name)

    def _end64(self) -> None:
        self.end64_seen = True
        length, here, entries, size, offset = self._take(END64_REST)
        if here != entries:
            raise Disagreement("Malformed zip file")
        if length != 44:
            raise Disagreement("ZIP64 extensible data not allowed")
        self.end64 = (entries, size, offset)

    def _end(self) -> None:
        if self.end64_seen and not self.locator_seen:
            raise Disagreement("Malformed zip file")
        at = self.file.tell() - 4 if self.directory_at is None else self.directory_at
        here, entries, size, offset, comment_length = self._take(END_REST)
        if here != entries:
            raise Disagreement("Malformed zip file")
        self.file.seek(comment_length, 1)
        if self.end64 is not None:
            entries, size, offset = self.end64
        if entries != len(self.central_names):
            raise Disagreement("Mismatched central directory records")
        if offset != at:
            raise Disagreement("Mismatched central directory offset")
        if size != self.directory_size:
            raise Disagreement("Mismatched central directory size")

    def _take(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self._read(layout.size))

    def _read(self, length: int) -> bytes:
        data = self.file.read(length)
        if len(data) != length:
            raise Disagreement("Malformed zip file")
        return data


def _printable(name: bytes) -> None:
    if not UNPRINTABLE.isdisjoint(name):
        raise Disagreement("Invalid character in filename")


def _sizes(extra: bytes, method: int, compressed: int, size: int) -> tuple[int, int]:
    """Return both sizes, as the extra field of the member's own header corrects them."""
    seen: set[int] = set()
    while extra:
        length = int.from_bytes(extra[2:4], "little")
        if len(extra) < 4 + length:
            raise Disagreement("Malformed zip file")
        kind = int.from_bytes(extra[:2], "little")
        if kind in seen and kind in ONLY_ONCE:
            raise Disagreement("Invalid duplicate extra in local file")
        seen.add(kind)
        data = extra[4 : 4 + length]
        if kind == ZIP64_EXTRA:
            compressed, size = _long_sizes(data, method, compressed, size)
        elif kind == UNICODE_PATH_EXTRA:
            _unicode_name(data)
        extra = extra[4 + length :]
    return compressed, size


def _long_sizes(data: bytes, method: int, compressed: int, size: int) -> tuple[int, int]:
    if len(data) not in ZIP64_LENGTHS:
        raise Disagreement("Malformed zip file")
    if not data:
        if IN_ZIP64 in {compressed, size}:
            raise Disagreement("Malformed zip file")
        return compressed, size
    whole = int.from_bytes(data[:8], "little")
    if len(data) == 8 and method != 0:  # the one size counts for both only where nothing is compressed
        raise Disagreement("Malformed zip file")
    packed = whole if len(data) == 8 else int.from_bytes(data[8:16], "little")
    return packed, whole if size == IN_ZIP64 else size


def _unicode_name(data: bytes) -> None:
    name = data[5:]
    _printable(name)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        raise Disagreement("Filename not valid UTF-8") from None
