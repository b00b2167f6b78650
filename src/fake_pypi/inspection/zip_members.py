"""The content of the members of a zip archive, read in pieces and compared with the checksum."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

from fake_pypi.inspection.zip_directory import UTF8_NAME, DirectoryEntry, TooMuchWork

LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_SIGNATURE = b"PK\x03\x04"
ENCRYPTED = 0x1
PATCHED = 0x20
STRONGLY_ENCRYPTED = 0x40

PIECE = 1 << 18
"""Bytes that are read and unpacked at once."""
LARGEST_CONTENT = 32 << 20
"""Most bytes of one member that are read into memory: METADATA, RECORD and the like have far less."""
MOST_UNPACKED = 4 << 30
"""Bytes that are unpacked from one archive; PyPI's limit for a file is 100 MB."""

READING_FAILS = (BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError, ValueError)
"""Exceptions that reading a member raises. All but `BadZipFile` are answered with 500 by the real server."""


class Encrypted(RuntimeError):
    """The member needs a password."""


@dataclass
class ZipMembers:
    """The members of an archive by name; of two with the same name the last one counts, as in `zipfile`."""

    path: Path
    entries: list[DirectoryEntry]
    archive: bytes | None = None
    """The whole archive, if it is small: opening its file for each member takes longer than reading it."""
    unpacked: int = 0
    _contents: dict[str, bytes | Exception] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = {entry.name: entry for entry in self.entries}

    @property
    def names(self) -> list[str]:
        """The names in the order of the central directory."""
        return [entry.name for entry in self.entries]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def opened(self) -> BinaryIO:
        """Open the archive."""
        return self.path.open("rb") if self.archive is None else io.BytesIO(self.archive)

    def read(self, name: str) -> bytes:
        """Return the content of a small member; it is read once.

        `KeyError` for an unknown name, else what `READING_FAILS` lists, and `TooMuchWork` above `LARGEST_CONTENT`.
        """
        if name not in self._contents:
            entry = self.by_name[name]
            with self.opened() as file:
                try:
                    self._contents[name] = b"".join(_limited(self.pieces(file, entry)))
                except (*READING_FAILS, TooMuchWork) as failure:
                    self._contents[name] = failure
        content = self._contents[name]
        if isinstance(content, Exception):
            raise content
        return content

    def verify(self, name: str) -> None:
        """Read a member of any size to its end without keeping it. Raises what `read` raises."""
        with self.opened() as file:
            for _ in self.pieces(file, self.by_name[name]):
                pass

    def pieces(self, file: BinaryIO, entry: DirectoryEntry) -> Iterator[bytes]:
        """Yield the content in pieces, and compare its checksum at the end."""
        _go_to_data(file, entry)
        checksum = 0
        for piece in _unpacked(file, entry):
            checksum = zlib.crc32(piece, checksum)
            self.unpacked += len(piece)
            if self.unpacked > MOST_UNPACKED:
                raise TooMuchWork
            yield piece
        if checksum != entry.crc:
            raise BadZipFile


def _limited(pieces: Iterator[bytes]) -> Iterator[bytes]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > LARGEST_CONTENT:
            raise TooMuchWork
        yield piece


def _go_to_data(file: BinaryIO, entry: DirectoryEntry) -> None:
    """Read the member's local header, which must agree with the directory, and stop where the data starts."""
    if entry.header_at < 0:
        raise OSError("the archive lacks its first bytes")
    file.seek(entry.header_at)
    header = file.read(LOCAL.size)
    if len(header) != LOCAL.size or not header.startswith(LOCAL_SIGNATURE):
        raise BadZipFile
    _, _, own_flags, *_, name_length, extra_length = LOCAL.unpack(header)
    name = file.read(name_length)
    file.seek(extra_length, 1)
    if entry.flags & (PATCHED | STRONGLY_ENCRYPTED):
        raise NotImplementedError
    if name.decode("utf-8" if own_flags & UTF8_NAME else "cp437") != entry.original:
        raise BadZipFile
    if file.tell() + entry.compressed > entry.ends_by and entry.ends_by != entry.header_at:
        raise BadZipFile
    if entry.flags & ENCRYPTED:
        raise Encrypted


def _unpacked(file: BinaryIO, entry: DirectoryEntry) -> Iterator[bytes]:
    """Yield at most as many bytes as the directory announces; fewer only if the data end as they should."""
    if entry.method not in {ZIP_STORED, ZIP_DEFLATED}:
        raise NotImplementedError
    announced = entry.size
    for piece in _stored(file, entry) if entry.method == ZIP_STORED else _inflated(file, entry):
        yield piece[:announced]
        announced -= min(len(piece), announced)
        if announced == 0:
            return


def _stored(file: BinaryIO, entry: DirectoryEntry) -> Iterator[bytes]:
    remaining = entry.compressed
    while remaining > 0:
        piece = file.read(min(remaining, PIECE))
        if not piece:
            raise EOFError
        remaining -= len(piece)
        yield piece


def _inflated(file: BinaryIO, entry: DirectoryEntry) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in _stored(file, entry):
        yield inflate.decompress(piece, PIECE)
        while inflate.unconsumed_tail and not inflate.eof:
            yield inflate.decompress(inflate.unconsumed_tail, PIECE)
        if inflate.eof:
            return
    yield inflate.flush()
