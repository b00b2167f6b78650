"""Facts about a gzipped tar archive, read in one pass and in bounded memory. Nothing is extracted."""

from __future__ import annotations

import gzip
import os
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from fake_pypi.inspection.python_files import NO_MARKS, PythonFile, is_scanned, marks_in, scanned_content
from fake_pypi.inspection.read_failure import FailureCause, ReadFailure
from fake_pypi.inspection.zip_directory import MOST_MEMBERS, TooMuchWork, is_zip
from fake_pypi.inspection.zip_members import MOST_UNPACKED

PIECE = 1 << 18
LIKELY_UNPACKED = 192 << 20
LIKELY_RATIO = 64
"""A source distribution is read up to the larger of the two: these bytes, or this multiple of its own size."""
LARGEST_HEADER = 16 << 20
"""Bytes that one header, with its extended fields, may have; ordinary ones have 512."""

MOST_TOP_NAMES = 20
"""The most names at the top of an archive that are recorded."""

UNFORESEEN = (ValueError, ArithmeticError, LookupError, TypeError)
UNREADABLE = (tarfile.TarError, EOFError, OSError, zlib.error, *UNFORESEEN)
"""Exceptions that reading a broken tar archive raises; `tarfile` does not foresee some malformed headers."""


class BoundedStream:
    """An unpacked stream that returns a limited number of bytes, at once and altogether.

    `in_header` is whether the last read was that of a header: there, a broken stream has another answer.
    """

    def __init__(self, stream: IO[bytes], most: int = MOST_UNPACKED) -> None:
        self._stream = stream
        self._most = most
        self._at = 0
        self.in_header = True

    def read(self, length: int = -1) -> bytes:
        """Return the next bytes, fewer at the end."""
        self.in_header = length >= tarfile.BLOCKSIZE
        if not 0 <= length <= LARGEST_HEADER:
            raise tarfile.ReadError("a header that is too large")
        data = self._stream.read(length)
        self._advance(len(data))
        return data

    def seek(self, position: int) -> int:
        """Go to a later position by reading up to it. `tarfile.StreamError` for an earlier one."""
        self.in_header = False
        if position < self._at:
            raise tarfile.StreamError("tar archives are read once")
        while self._at < position:
            piece = self._stream.read(min(position - self._at, PIECE))
            if not piece:
                break
            self._advance(len(piece))
        return self._at

    def _advance(self, count: int) -> None:
        self._at += count
        if self._at > self._most:
            raise TooMuchWork

    def tell(self) -> int:
        """Return the current position."""
        return self._at

    def close(self) -> None:
        """Do nothing: the caller closes the stream that it opened."""


@dataclass(frozen=True)
class TarArchive:
    """A gzipped tar archive, read once from start to end.

    If the file is a zip archive as well, is no tar archive, or cannot be read to its end (`failure`), the
    other facts are empty: PyPI reads all headers before it looks at any member.
    """

    is_recognized: bool = True
    is_zip_and_tar: bool = False
    failure: ReadFailure | None = None
    top_folder: str | None = None
    """The folder that all members share; ".", "/" or "" if they share none, None without members."""
    top_names: tuple[str, ...] = ()
    """The names at the top of the archive, at most `MOST_TOP_NAMES`."""
    names: frozenset[str] = frozenset()
    """The names of the requested members."""
    sparse_members: tuple[str, ...] = ()
    python_files: tuple[PythonFile, ...] = ()

    def has(self, name: str) -> bool:
        """Return whether there is a member of that name, if it was requested."""
        return name in self.names

    @property
    def is_readable(self) -> bool:
        """Whether every member that PyPI reads can be read."""
        return self.failure is None


def read_tar(path: Path, endings: frozenset[str]) -> TarArchive:
    """Read a gzipped tar archive. Names of members that end with one of `endings`, or with PKG-INFO, are recorded."""
    with path.open("rb") as file:
        if is_zip(file) and is_tar(file):
            return TarArchive(is_zip_and_tar=True)
        file.seek(0)
        with gzip.GzipFile(fileobj=file, mode="rb") as unzipped:
            stream = BoundedStream(cast("IO[bytes]", unzipped), most_unpacked(file))
            try:
                tar = tarfile.TarFile(fileobj=cast("IO[bytes]", stream), encoding="utf-8")
            except (EOFError, *UNFORESEEN):
                return TarArchive(failure=ReadFailure(FailureCause.UNFORESEEN))
            except (OSError, tarfile.TarError, zlib.error):
                other = _is_other_tar(file)
                return (
                    TarArchive(failure=ReadFailure(FailureCause.DAMAGED)) if other else TarArchive(is_recognized=False)
                )
            return _Reader(tar, (*endings, "PKG-INFO")).read(stream)


def most_unpacked(file: BinaryIO) -> int:
    """Return the number of unpacked bytes after which reading ends; a tar archive does not announce its size."""
    size = os.fstat(file.fileno()).st_size
    return min(MOST_UNPACKED, max(LIKELY_UNPACKED, LIKELY_RATIO * size))


class _Reader:
    """Collects facts about the members of one tar archive, in one pass."""

    def __init__(self, tar: tarfile.TarFile, endings: tuple[str, ...]) -> None:
        self._tar = tar
        self._endings = endings
        self._top_folder: str | None = None
        self._top_names: dict[str, None] = {}
        self._names: set[str] = set()
        self._sparse: list[str] = []
        self._python_files: list[PythonFile] = []
        self._python_bytes = 0
        self._mixes_absolute_names = False

    def read(self, stream: BoundedStream) -> TarArchive:
        """Read all members."""
        try:
            for position, member in enumerate(self._members()):
                self._look_at(member, position)
        except (TooMuchWork, *UNREADABLE) as error:
            return TarArchive(failure=ReadFailure(_cause(error, in_header=stream.in_header)))
        if self._mixes_absolute_names:
            return TarArchive(failure=ReadFailure(FailureCause.UNFORESEEN))
        return TarArchive(
            top_folder=self._top_folder,
            top_names=tuple(self._top_names),
            names=frozenset(self._names),
            sparse_members=tuple(self._sparse),
            python_files=tuple(self._python_files),
        )

    def _members(self) -> Iterator[tarfile.TarInfo]:
        first = self._tar.firstmember  # type: ignore[attr-defined] # it was read when the archive was opened
        if first is None:  # Python 3.10 would look for the next one in front of the start
            return
        for _ in range(MOST_MEMBERS):
            member = self._tar.next()
            if member is None:
                return
            yield member
            self._tar.members = []  # type: ignore[attr-defined] # it would keep them all
        raise TooMuchWork

    def _look_at(self, member: tarfile.TarInfo, position: int) -> None:
        names = [member.name] if self._top_folder is None else [self._top_folder, member.name]
        try:
            self._top_folder = posixpath.commonpath(names)
        except ValueError:  # absolute and relative names together
            self._mixes_absolute_names = True
        if len(self._top_names) < MOST_TOP_NAMES:
            self._top_names[member.name.removeprefix("./").partition("/")[0]] = None
        if member.name.endswith(self._endings):
            self._names.add(member.name)
        if member.issparse():
            self._sparse.append(member.name)
        elif member.isfile() and is_scanned(member.name):
            self._scan(member, position)

    def _scan(self, member: tarfile.TarInfo, position: int) -> None:
        reader = cast("IO[bytes]", self._tar.extractfile(member))
        content = scanned_content(iter(lambda: reader.read(PIECE), b""))
        marks = NO_MARKS if content is None else marks_in(content)
        self._python_files.append(PythonFile(member.name, position, self._python_bytes, marks))
        self._python_bytes += len(content or b"")


def _cause(error: BaseException, *, in_header: bool) -> FailureCause:
    if isinstance(error, TooMuchWork):
        return FailureCause.TOO_LARGE
    if isinstance(error, (tarfile.ReadError, EOFError)) or (isinstance(error, zlib.error) and in_header):
        return FailureCause.DAMAGED
    return FailureCause.OS_ERROR if isinstance(error, OSError) else FailureCause.UNFORESEEN


def is_tar(file: BinaryIO) -> bool:
    """Return whether the file starts as a tar archive does, compressed or not."""
    file.seek(0)
    try:
        block = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(PIECE), tarfile.BLOCKSIZE)
    except zlib.error:
        return _is_other_tar(file)
    return _is_header(block)


def _is_other_tar(file: BinaryIO) -> bool:
    """Return whether the file is a tar archive with another compression, or with none: PyPI reads on then."""
    file.seek(0)
    start = file.read(PIECE)
    if start.startswith(b"\x28\xb5\x2f\xfd"):  # zstandard, which Python can read from 3.14 on
        return True
    try:
        return _is_header(_decompressed(start)[: tarfile.BLOCKSIZE])
    except (OSError, EOFError, ValueError):
        return False


def _is_header(block: bytes) -> bool:
    """Return whether a tar archive can start with the block: a header, or the zeros that end an empty archive."""
    try:
        if block.strip(b"\0"):
            tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (ValueError, tarfile.TarError):
        return False
    return len(block) == tarfile.BLOCKSIZE


def _decompressed(start: bytes) -> bytes:
    import bz2
    import lzma

    if start.startswith(b"BZh"):
        return bz2.BZ2Decompressor().decompress(start, tarfile.BLOCKSIZE)
    if start.startswith(b"\xfd7zXZ\0"):
        try:
            return lzma.LZMADecompressor(memlimit=1 << 27).decompress(start, tarfile.BLOCKSIZE)
        except lzma.LZMAError:
            return b""
    return start
