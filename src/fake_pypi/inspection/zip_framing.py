"""The records of a zip archive read from its start, compared with its central directory.

Installers read the central directory at the end; scanners often read record after record from the start. An archive
that shows other files to each of them can hide a file from one of them, so PyPI requires both views to agree.
Sources: APPNOTE.TXT 4.3.7 to 4.3.16, https://docs.pypi.org/archives and the recorded cases archive/zip-*.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import BinaryIO

from fake_pypi.inspection.zip_directory import (
    CENTRAL_SIGNATURE,
    END64_SIGNATURE,
    END_SIGNATURE,
    IN_ZIP64,
    LOCATOR64_SIGNATURE,
    UNICODE_PATH_EXTRA,
    ZIP64_EXTRA,
    DirectoryEntry,
)
from fake_pypi.inspection.zip_members import LOCAL_SIGNATURE

LOCAL_REST = struct.Struct("<2x2H8x2L2H")
CENTRAL_REST = struct.Struct("<16xL4x3H12x")
END_REST = struct.Struct("<4x2H2LH")
END64_REST = struct.Struct("<Q12x4Q")
LOCATOR64_REST = struct.Struct("<4xQ4x")
DATA_DESCRIPTOR = 0x08
UNPRINTABLE = frozenset(range(0x20)) | {0x7F}
ONLY_ONCE = frozenset({ZIP64_EXTRA, UNICODE_PATH_EXTRA})
ZIP64_LENGTHS = frozenset({0, 8, 16, 24, 28})


class FramingError(Enum):
    """The ways in which the records of a zip archive are malformed or disagree with its central directory."""

    TRAILING_DATA = auto()
    UNKNOWN_RECORD = auto()
    DATA_DESCRIPTOR = auto()
    DUPLICATE_LOCAL_NAME = auto()
    DUPLICATE_CENTRAL_NAME = auto()
    CONTROL_CHARACTER_IN_NAME = auto()
    NAME_NOT_UTF8 = auto()
    UNICODE_NAME_NOT_UTF8 = auto()
    MALFORMED_RECORD = auto()
    DUPLICATE_EXTRA_FIELD = auto()
    ZIP64_EXTENSIBLE_DATA = auto()
    CENTRAL_COMMENT = auto()
    NAME_ONLY_IN_LOCAL_HEADER = auto()
    NAME_ONLY_IN_DIRECTORY = auto()
    OTHER_COMPRESSED_SIZE = auto()
    OTHER_FILE_SIZE = auto()
    OTHER_NUMBER_OF_ENTRIES = auto()
    OTHER_DIRECTORY_OFFSET = auto()
    OTHER_DIRECTORY_SIZE = auto()


@dataclass(frozen=True)
class FramingProblem:
    """The first framing error of an archive. `member` is named in the malformed record, "" if it names none."""

    error: FramingError
    member: str = ""


class _Malformed(Exception):
    """Reading the records stops; the argument is the `FramingError`."""


def framing_problem(file: BinaryIO, entries: list[DirectoryEntry]) -> FramingProblem | None:
    """Return the first framing error of a zip archive, None if both views of it agree."""
    length = file.seek(0, 2)
    file.seek(0)
    reader = _RecordReader(file, {entry.original: (entry.compressed, entry.size) for entry in entries})
    try:
        while reader.record():
            pass
    except _Malformed as malformed:
        return FramingProblem(malformed.args[0], reader.member.decode("utf-8", "replace"))
    return None if file.tell() == length else FramingProblem(FramingError.TRAILING_DATA)


@dataclass
class _RecordReader:
    """Reads the archive record by record, from its first byte."""

    file: BinaryIO
    announced: dict[str, tuple[int, int]]  # sizes by name in the central directory
    local_names: set[bytes] = field(default_factory=set)
    central_names: set[bytes] = field(default_factory=set)
    directory_at: int | None = None
    directory_size: int = 0
    end64: tuple[int, int, int] | None = None
    end64_seen: bool = False
    locator_seen: bool = False
    member: bytes = b""  # the name in the present record, b"" if it has none

    def record(self) -> bool:
        """Read the next record; return False after the end record."""
        self.member = b""
        signature = self._read(4)
        if signature == LOCAL_SIGNATURE:
            self._local()
        elif signature == CENTRAL_SIGNATURE:
            self._central()
        elif signature == END64_SIGNATURE:
            self._end64()
        elif signature == LOCATOR64_SIGNATURE:
            self._unpack(LOCATOR64_REST)
            self.locator_seen = True
        elif signature == END_SIGNATURE:
            self._end()
            return False
        else:
            raise _Malformed(FramingError.UNKNOWN_RECORD)
        return True

    def _local(self) -> None:
        flags, method, compressed, size, name_length, extra_length = self._unpack(LOCAL_REST)
        name = self.member = self._read(name_length)
        extra = self._read(extra_length)
        _printable(name)
        compressed, size = _sizes(extra, method, compressed, size)
        if flags & DATA_DESCRIPTOR:
            raise _Malformed(FramingError.DATA_DESCRIPTOR)
        self._compare_with_directory(name, compressed, size)
        self.file.seek(compressed, 1)
        if name in self.local_names:
            raise _Malformed(FramingError.DUPLICATE_LOCAL_NAME)
        self.local_names.add(name)

    def _compare_with_directory(self, name: bytes, compressed: int, size: int) -> None:
        try:
            announced = self.announced.get(name.decode("utf-8"))
        except UnicodeDecodeError:
            raise _Malformed(FramingError.NAME_NOT_UTF8) from None
        if announced is None:
            raise _Malformed(FramingError.NAME_ONLY_IN_LOCAL_HEADER)
        if announced[0] != compressed:
            raise _Malformed(FramingError.OTHER_COMPRESSED_SIZE)
        if announced[1] != size:
            raise _Malformed(FramingError.OTHER_FILE_SIZE)

    def _central(self) -> None:
        if self.directory_at is None:
            self.directory_at = self.file.tell() - 4
        _, name_length, extra_length, comment_length = self._unpack(CENTRAL_REST)
        name = self.member = self._read(name_length)
        if comment_length:
            raise _Malformed(FramingError.CENTRAL_COMMENT)
        self._read(extra_length)
        _printable(name)
        self.directory_size += 4 + CENTRAL_REST.size + name_length + extra_length
        if name in self.central_names:
            raise _Malformed(FramingError.DUPLICATE_CENTRAL_NAME)
        if name not in self.local_names:
            raise _Malformed(FramingError.NAME_ONLY_IN_DIRECTORY)
        self.central_names.add(name)

    def _end64(self) -> None:
        self.end64_seen = True
        length, here, entries, size, offset = self._unpack(END64_REST)
        if here != entries:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        if length != 44:
            raise _Malformed(FramingError.ZIP64_EXTENSIBLE_DATA)
        self.end64 = (entries, size, offset)

    def _end(self) -> None:
        if self.end64_seen and not self.locator_seen:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        at = self.file.tell() - 4 if self.directory_at is None else self.directory_at
        here, entries, size, offset, comment_length = self._unpack(END_REST)
        if here != entries:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        self.file.seek(comment_length, 1)
        if self.end64 is not None:
            entries, size, offset = self.end64
        if entries != len(self.central_names):
            raise _Malformed(FramingError.OTHER_NUMBER_OF_ENTRIES)
        if offset != at:
            raise _Malformed(FramingError.OTHER_DIRECTORY_OFFSET)
        if size != self.directory_size:
            raise _Malformed(FramingError.OTHER_DIRECTORY_SIZE)

    def _unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self._read(layout.size))

    def _read(self, length: int) -> bytes:
        data = self.file.read(length)
        if len(data) != length:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        return data


def _printable(name: bytes) -> None:
    if not UNPRINTABLE.isdisjoint(name):
        raise _Malformed(FramingError.CONTROL_CHARACTER_IN_NAME)


def _sizes(extra: bytes, method: int, compressed: int, size: int) -> tuple[int, int]:
    """Return both sizes, as the extra field of the member's own header corrects them."""
    kinds: set[int] = set()
    while extra:
        length = int.from_bytes(extra[2:4], "little")
        if len(extra) < 4 + length:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        kind = int.from_bytes(extra[:2], "little")
        if kind in kinds and kind in ONLY_ONCE:
            raise _Malformed(FramingError.DUPLICATE_EXTRA_FIELD)
        kinds.add(kind)
        data = extra[4 : 4 + length]
        if kind == ZIP64_EXTRA:
            compressed, size = _long_sizes(data, method, compressed, size)
        elif kind == UNICODE_PATH_EXTRA:
            _unicode_name(data)
        extra = extra[4 + length :]
    return compressed, size


def _long_sizes(data: bytes, method: int, compressed: int, size: int) -> tuple[int, int]:
    if len(data) not in ZIP64_LENGTHS:
        raise _Malformed(FramingError.MALFORMED_RECORD)
    if not data:
        if IN_ZIP64 in {compressed, size}:
            raise _Malformed(FramingError.MALFORMED_RECORD)
        return compressed, size
    unpacked = int.from_bytes(data[:8], "little")
    if len(data) == 8 and method != 0:  # the one size counts for both only where nothing is compressed
        raise _Malformed(FramingError.MALFORMED_RECORD)
    packed = unpacked if len(data) == 8 else int.from_bytes(data[8:16], "little")
    return packed, unpacked if size == IN_ZIP64 else size


def _unicode_name(data: bytes) -> None:
    name = data[5:]
    _printable(name)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        raise _Malformed(FramingError.UNICODE_NAME_NOT_UTF8) from None
