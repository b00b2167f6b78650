"""What is wrong with a gzipped tar archive, by the id of the rule that says so. Nothing is extracted.

One pass through the stream, in bounded memory: members are looked at and forgotten.
"""

from __future__ import annotations

import gzip
import os
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from fake_pypi.rules.archive_findings import Archive
from fake_pypi.rules.content import first_bytes, is_looked_into, rejected_by
from fake_pypi.rules.upload import FilePart
from fake_pypi.rules.zip_directory import MOST_MEMBERS, TooMuchWork, is_zip
from fake_pypi.rules.zip_members import MOST_UNPACKED

PIECE = 1 << 18
LIKELY_UNPACKED = 192 << 20
LIKELY_RATIO = 64
"""What a source distribution is expected to unpack to: bytes, or that many times its own size if that is more."""
LARGEST_HEADER = 16 << 20
"""Bytes that one header, with its extended fields, may have; ordinary ones have 512."""

MOST_TOPS = 20
"""Names at the top of an archive that are kept, to be shown."""

UNFORESEEN = (ValueError, ArithmeticError, LookupError, TypeError)
UNREADABLE = (tarfile.TarError, EOFError, OSError, zlib.error, *UNFORESEEN)
"""What reading a broken tar archive raises; some headers are odd in ways that `tarfile` does not foresee."""


class Unpacked:
    """The unpacked stream: it cannot be asked for too much at once, nor for too much in all.

    `in_header` is what the last thing asked for was: a broken stream means something else there.
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
            raise tarfile.ReadError("an absurdly large header")
        data = self._stream.read(length)
        self._advance(len(data))
        return data

    def seek(self, position: int) -> int:
        """Go on to a later position by reading up to it; back is the start only, where we are."""
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
        """Return the present position."""
        return self._at

    def close(self) -> None:
        """Leave the stream to whoever opened it."""


def tar_archive(part: FilePart, wanted: frozenset[str]) -> Archive:
    """Read an sdist. `wanted` are the ends of names that rules may ask for, besides PKG-INFO."""
    archive = Archive()
    with part.open() as file:
        if is_zip(file) and is_tar(file):
            archive.found["zip-and-tar"] = {}
            return archive
        file.seek(0)
        return _read(archive, file, wanted)


def _read(archive: Archive, file: BinaryIO, wanted: frozenset[str]) -> Archive:
    with gzip.GzipFile(fileobj=file, mode="rb") as unzipped:
        stream = Unpacked(cast("IO[bytes]", unzipped), most_unpacked(file))
        try:
            tar = tarfile.TarFile(fileobj=cast("IO[bytes]", stream), encoding="utf-8")
        except (EOFError, *UNFORESEEN):
            archive.found["archive-breaks-pypi"] = {}
            return archive
        except (OSError, tarfile.TarError, zlib.error):
            other = _is_other_tar(file)
            archive.found["unreadable-archive" if other else "not-a-tarfile"] = {}
            return archive
        rule = _walk(archive, tar, stream, wanted | {"PKG-INFO"})
        if rule is None and archive.broken:
            rule = "archive-breaks-pypi"
        if rule is not None:
            archive.found, archive.places = {rule: {}}, {}  # PyPI reads all headers before it looks at anything
        else:
            _look_for_pkg_info(archive)
    return archive


def most_unpacked(file: BinaryIO) -> int:
    """Return after how many unpacked bytes reading an archive ends: a tar archive has no directory to ask."""
    size = os.fstat(file.fileno()).st_size
    return min(MOST_UNPACKED, max(LIKELY_UNPACKED, LIKELY_RATIO * size))


def _walk(archive: Archive, tar: tarfile.TarFile, stream: Unpacked, wanted: frozenset[str]) -> str | None:
    """Look at every member; return the id of the rule for a stream that cannot be read to its end."""
    try:
        for position, member in enumerate(_members(tar)):
            _look_at(archive, tar, member, tuple(wanted), position)
    except (TooMuchWork, *UNREADABLE) as failure:
        return _rule_of_failure(failure, in_header=stream.in_header)
    return None


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    first = tar.firstmember  # type: ignore[attr-defined] # it was read when the archive was opened
    if first is None:  # Python 3.10 would look for the next one in front of the start
        return
    for _ in range(MOST_MEMBERS):
        member = tar.next()
        if member is None:
            return
        yield member
        tar.members = []  # type: ignore[attr-defined] # it would keep them all
    raise TooMuchWork


def _look_at(
    archive: Archive, tar: tarfile.TarFile, member: tarfile.TarInfo, wanted: tuple[str, ...], position: int
) -> None:
    names = [member.name] if archive.top is None else [archive.top, member.name]
    try:
        archive.top = posixpath.commonpath(names)
    except ValueError:  # absolute and relative names together
        archive.note("archive-breaks-pypi", member.name)
    if len(archive.tops) < MOST_TOPS:
        archive.tops[member.name.removeprefix("./").partition("/")[0]] = None
    if member.name.endswith(wanted):
        archive.names.add(member.name)
    if member.issparse():
        archive.note("tar-sparse-member", member.name)
    elif member.isfile() and is_looked_into(member.name):
        _look_into(archive, tar, member, position)


def _look_into(archive: Archive, tar: tarfile.TarFile, member: tarfile.TarInfo, position: int) -> None:
    content = cast("IO[bytes]", tar.extractfile(member))
    looked_at = first_bytes(iter(lambda: content.read(PIECE), b""))
    for order, rule in enumerate([] if looked_at is None else rejected_by(looked_at)):
        archive.note(rule, member.name, (position, order))


def _rule_of_failure(failure: BaseException, *, in_header: bool) -> str:
    if isinstance(failure, TooMuchWork):
        return "archive-exhausts-pypi"
    if isinstance(failure, (tarfile.ReadError, EOFError)) or (isinstance(failure, zlib.error) and in_header):
        return "unreadable-archive"
    return "archive-breaks-connection" if isinstance(failure, OSError) else "archive-breaks-pypi"


def _look_for_pkg_info(archive: Archive) -> None:
    if archive.top in {".", "/", "", None}:
        archive.found["sdist-top-level"] = {}
        for name in archive.tops:
            archive.note("sdist-top-level", name)
        return
    path = posixpath.join(archive.top or "", "PKG-INFO")
    if path not in archive.names:
        printable = path.encode("utf-8", "replace").decode()
        archive.found["no-pkg-info"] = {"path": printable}


def is_tar(file: BinaryIO) -> bool:
    """Whether the file starts as a tar archive does, in whatever wrapping."""
    file.seek(0)
    try:
        block = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(PIECE), tarfile.BLOCKSIZE)
    except zlib.error:
        return _is_other_tar(file)
    return _is_header(block)


def _is_other_tar(file: BinaryIO) -> bool:
    """Whether it is a tar archive in another wrapping, or in none: PyPI then gets one step further."""
    file.seek(0)
    start = file.read(PIECE)
    if start.startswith(b"\x28\xb5\x2f\xfd"):  # zstandard, which Python can read from 3.14 on
        return True
    try:
        return _is_header(_unwrapped(start)[: tarfile.BLOCKSIZE])
    except (OSError, EOFError, ValueError):
        return False


def _is_header(block: bytes) -> bool:
    """Whether a tar archive can start so: with a header, or with the zeros that end an empty one."""
    try:
        if block.strip(b"\0"):
            tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (ValueError, tarfile.TarError):
        return False
    return len(block) == tarfile.BLOCKSIZE


def _unwrapped(start: bytes) -> bytes:
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
