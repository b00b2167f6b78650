"""The end record and the central directory of a zip archive.

The standard library's `zipfile` reads the same, but each version of Python rejects other archives. The real server
runs CPython 3.14, and our answer must not depend on the Python that runs the rehearsal.
Sources: APPNOTE.TXT 4.3.12 to 4.3.16 and 4.5.3, and the recorded cases archive/zip-*.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile

END = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
END64 = struct.Struct("<4sQ2H2L4Q")
END64_SIGNATURE = b"PK\x06\x06"
LOCATOR64 = struct.Struct("<4sLQL")
LOCATOR64_SIGNATURE = b"PK\x06\x07"
CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
CENTRAL_SIGNATURE = b"PK\x01\x02"
EXTRA = struct.Struct("<HH")

LONGEST_COMMENT = 0xFFFF
NEWEST_VERSION = 63  # "version needed to extract" times ten
UTF8_NAME = 0x800
IN_ZIP64 = 0xFFFF_FFFF
ZIP64_EXTRA = 0x0001
UNICODE_PATH_EXTRA = 0x7075
MOST_MEMBERS = 100_000
"""Members of one archive that are read; the largest wheels have about 20,000."""


class TooMuchWork(Exception):
    """The archive has more members or more content than is read."""


@dataclass(frozen=True)
class End:
    """The end record: where the central directory is, in bytes, and whether it is on one disk."""

    entries: int
    size: int
    offset: int
    location: int
    one_disk: bool

    @property
    def shift(self) -> int:
        """Bytes in front of the archive, as in self-extracting ones."""
        return self.location - self.size - self.offset

    @property
    def start(self) -> int:
        """Position at which the central directory starts."""
        return self.offset + self.shift


@dataclass
class DirectoryEntry:
    """A member as the central directory describes it. `original` is the name with anything that follows a NUL."""

    name: str
    original: str
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    header_at: int
    ends_by: int = 0  # position of the next record in the file

    @property
    def is_folder(self) -> bool:
        """Whether the member is a folder: its name ends with a slash."""
        return self.name.endswith("/")


def is_zip(file: BinaryIO) -> bool:
    """Return whether the file has a central directory at the position that its end record names."""
    try:
        end = end_record(file)
        if end is None:
            return False
        if end.entries == end.size == end.offset == 0:
            return True
        if not end.one_disk or end.size < CENTRAL.size or end.start < 0:
            return False
        file.seek(end.start)
        head = file.read(CENTRAL.size)
    except (OSError, BadZipFile):
        return False
    return len(head) == CENTRAL.size and head.startswith(CENTRAL_SIGNATURE)


def end_record(file: BinaryIO) -> End | None:
    """Return the end record, which a comment may follow. `BadZipFile` if its 64-bit part is broken."""
    length = file.seek(0, 2)
    searched_from = max(length - LONGEST_COMMENT - END.size, 0)
    file.seek(searched_from)
    tail = file.read()
    at = len(tail) - END.size
    if at < 0 or not tail.startswith(END_SIGNATURE, at) or tail[-2:] != b"\0\0":
        at = tail.rfind(END_SIGNATURE)
    if at < 0 or at + END.size > len(tail):
        return None
    _, disk, directory_disk, _, entries, size, offset, _ = END.unpack_from(tail, at)
    end = End(entries, size, offset, searched_from + at, disk == directory_disk)
    return _end_record_64(file, end) or end


def _end_record_64(file: BinaryIO, end: End) -> End | None:
    located_at = end.location - LOCATOR64.size
    if located_at < 0:
        return None
    file.seek(located_at)
    signature, disk, claimed_at, disks = LOCATOR64.unpack(file.read(LOCATOR64.size))
    if signature != LOCATOR64_SIGNATURE:
        return None
    at = located_at - END64.size
    if disk != 0 or disks > 1 or claimed_at > at:
        raise BadZipFile
    more = at - claimed_at
    record = _bytes_at(file, claimed_at, END64.size)
    if not record.startswith(END64_SIGNATURE):
        more, record = 0, _bytes_at(file, at, END64.size)
    if not record.startswith(END64_SIGNATURE):
        raise BadZipFile
    _, record_size, _, _, own_disk, directory_disk, _, entries, size, offset = END64.unpack(record)
    if offset + size != claimed_at or record_size + 12 != END64.size + more:
        raise BadZipFile
    return End(entries, size, offset, at - more, own_disk == directory_disk)


def entries(file: BinaryIO) -> list[DirectoryEntry]:
    """Return every member in the order of the central directory.

    `BadZipFile` for a broken directory, `UnicodeDecodeError` for a name that claims to be UTF-8 and is not,
    `NotImplementedError` for an unknown version of the format, `TooMuchWork` for more than `MOST_MEMBERS`.
    """
    end = end_record(file)
    if end is None or end.start < 0:
        raise BadZipFile
    file.seek(end.start)
    directory = file.read(end.size)
    members: list[DirectoryEntry] = []
    at = 0
    while at < end.size:
        entry, at = _entry(directory, at, end.shift)
        members.append(entry)
        if len(members) > MOST_MEMBERS:
            raise TooMuchWork
    ends_by = end.start
    for entry in reversed(sorted(members, key=lambda entry: entry.header_at)):  # noqa: C413 - not the same for equals
        entry.ends_by, ends_by = ends_by, entry.header_at
    return members


def _entry(directory: bytes, at: int, shift: int) -> tuple[DirectoryEntry, int]:
    """Read the entry at a position; return it and the position of the next."""
    if at + CENTRAL.size > len(directory) or not directory.startswith(CENTRAL_SIGNATURE, at):
        raise BadZipFile
    fields = CENTRAL.unpack_from(directory, at)
    flags, method, crc, compressed, size = fields[5], fields[6], fields[9], fields[10], fields[11]
    name_length, extra_length, comment_length = fields[12:15]
    after_name = at + CENTRAL.size + name_length
    raw = directory[at + CENTRAL.size : after_name]
    name = raw.decode("utf-8" if flags & UTF8_NAME else "cp437")
    if fields[3] > NEWEST_VERSION:
        raise NotImplementedError
    entry = DirectoryEntry(_before_nul(name), name, flags, method, crc, compressed, size, fields[-1])
    _read_extra(entry, directory[after_name : after_name + extra_length], zlib.crc32(raw))
    entry.header_at += shift
    return entry, after_name + extra_length + comment_length


def _before_nul(name: str) -> str:
    return name.partition("\0")[0]


def _read_extra(entry: DirectoryEntry, extra: bytes, name_crc: int) -> None:
    """Apply the 64-bit sizes and the Unicode name of the extra field to the entry."""
    while len(extra) >= EXTRA.size:
        kind, length = EXTRA.unpack_from(extra)
        data = extra[EXTRA.size : EXTRA.size + length]
        if length + EXTRA.size > len(extra):
            raise BadZipFile
        if kind == ZIP64_EXTRA:
            _apply_long_sizes(entry, data)
        elif kind == UNICODE_PATH_EXTRA:
            _apply_unicode_name(entry, data, name_crc)
        extra = extra[EXTRA.size + length :]


def _apply_long_sizes(entry: DirectoryEntry, data: bytes) -> None:
    for fact in ("size", "compressed", "header_at"):
        if getattr(entry, fact) == IN_ZIP64:
            if len(data) < 8:
                raise BadZipFile
            setattr(entry, fact, int.from_bytes(data[:8], "little"))
            data = data[8:]


def _apply_unicode_name(entry: DirectoryEntry, data: bytes, name_crc: int) -> None:
    if len(data) < 5:
        raise BadZipFile
    if data[0] == 1 and int.from_bytes(data[1:5], "little") == name_crc:
        try:
            entry.name = _before_nul(data[5:].decode("utf-8")) or entry.name
        except UnicodeDecodeError:
            raise BadZipFile from None


def _bytes_at(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    data = file.read(length)
    if len(data) != length:
        raise OSError
    return data
