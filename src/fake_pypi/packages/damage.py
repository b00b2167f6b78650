"""How the defects come about: small changes to metadata, to a list of members, or to a finished archive."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from collections.abc import Callable

from fake_pypi.packages.build_backend import MADE_AT, Member, with_record

Members = list[Member]

LOCAL_HEADER = struct.Struct("<4s2H")
"""Where a member starts: signature, version needed, flags (APPNOTE.TXT 4.3.7)."""
CENTRAL_FLAGS_AT = 8
"""Bytes into an entry of the central directory (APPNOTE.TXT 4.3.12)."""
MEBIBYTE = 1 << 20


# ---- metadata


def other_name(metadata: bytes) -> bytes:
    """Metadata of another project."""
    return re.sub(rb"(?m)^Name: .*$", b"Name: somebody-elses-project", metadata, count=1)


def other_version(metadata: bytes) -> bytes:
    """Metadata of another version."""
    return re.sub(rb"(?m)^Version: .*$", b"Version: 99.0", metadata, count=1)


def rubbish(_metadata: bytes) -> bytes:
    """No metadata at all, but bytes."""
    return b"\x00\xff\xfe not metadata"


# ---- members


def without(name: str) -> Callable[[Members, str], Members]:
    """The member of that name in the archive's own folder is left out."""
    return lambda members, folder: [each for each in members if each[0] != f"{folder}/{name}"]


def with_member(path: str) -> Callable[[Members, str], Members]:
    """One member more, at a path that should not be."""
    return lambda members, _folder: [*members, (path, b"where am I?\n")]


def record_saying(content: bytes) -> Callable[[Members, str], Members]:
    """RECORD has this content."""
    return lambda members, folder: [(path, content if path == f"{folder}/RECORD" else old) for path, old in members]


def wrong_hashes(members: Members, folder: str) -> Members:
    """RECORD lists the files as they were before somebody changed them."""
    record = with_record([(path, content + b"#") for path, content in members[:-1]], folder)[-1]
    return [*members[:-1], record]


def moved(members: Members, folder: str) -> Members:
    """The dist-info folder is called after version 99.0."""
    other = re.sub(r"-[^-]*\.dist-info$", "-99.0.dist-info", folder)
    renamed = [
        (other + path.removeprefix(folder) if path.startswith(f"{folder}/") else path, content)
        for path, content in members[:-1]
    ]
    return with_record(renamed, other)


def second(members: Members, folder: str) -> Members:
    """A second dist-info folder, with metadata of its own, and RECORD knows of it."""
    other = "another-1.0.dist-info"
    inside = dict(members)
    copies = [
        (f"{other}/METADATA", b"Metadata-Version: 2.1\nName: another\nVersion: 1.0\n"),
        (f"{other}/WHEEL", inside[f"{folder}/WHEEL"]),
        (f"{other}/RECORD", b""),
    ]
    return with_record([*members[:-1], *copies], folder)


def bad_entry_points(members: Members, folder: str) -> Members:
    """An entry_points.txt that is no INI file."""
    path = f"{folder}/entry_points.txt"
    rest = [each for each in members[:-1] if each[0] != path]
    return with_record([*rest, (path, b"[console_scripts\nthis is = not\n= readable\n")], folder)


def failing_backend(members: Members, folder: str) -> Members:
    """The build backend of the sdist raises."""
    backend = b"def build_wheel(*_, **__):\n    raise RuntimeError('this package was made to fail')\n"
    path = f"{folder}/_build/build_backend.py"
    return [(each, backend if each == path else content) for each, content in members]


def second_top_folder(members: Members, _folder: str) -> Members:
    """A member beside the sdist's only folder."""
    return [*members, ("another-folder/README.txt", b"I should not be here\n")]


# ---- the finished archive


def no_archive(_archive: bytes) -> bytes:
    """Text instead of an archive."""
    return b"this is not an archive\n"


def gzipped_text(_archive: bytes) -> bytes:
    """A gzip file with a sentence in it."""
    return gzip.compress(b"this is not a tar archive\n", mtime=0)


def nothing(_archive: bytes) -> bytes:
    """An empty file."""
    return b""


def first_half(archive: bytes) -> bytes:
    """The upload stopped half-way."""
    return archive[: len(archive) // 2]


def followed_by_junk(archive: bytes) -> bytes:
    """Something was appended."""
    return archive + b"\njunk\n"


def preceded_by_junk(archive: bytes) -> bytes:
    """Something was put in front, as self-extracting archives have it."""
    return b"#!/bin/sh\n" + archive


def encrypted(archive: bytes) -> bytes:
    """The first member's flags say that it is encrypted, in both headers."""
    changed = bytearray(archive)
    central = archive.index(b"PK\x01\x02")
    for flags_at in (LOCAL_HEADER.size - 2, central + CENTRAL_FLAGS_AT):
        changed[flags_at] |= 1
    return bytes(changed)


def bad_crc(archive: bytes) -> bytes:
    """The last byte of the first member differs from what its checksum promises."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        second_member = opened.infolist()[1]
    changed = bytearray(archive)
    changed[second_member.header_offset - 1] ^= 0x01
    return bytes(changed)


def bzipped(archive: bytes) -> bytes:
    """The same members, compressed in a way that wheels may not use."""
    return _written_again(archive, io.BytesIO(), zipfile.ZIP_BZIP2)


def streamed(archive: bytes) -> bytes:
    """The same members, written by somebody who could not go back to fill in the sizes."""
    return _written_again(archive, _Pipe(), zipfile.ZIP_DEFLATED)


def bomb(archive: bytes) -> bytes:
    """The same members and 65 MiB of zeros: above PyPI's 64 MiB, far above its ratio of 50."""
    buffer = io.BytesIO(archive)
    zeros = bytes(MEBIBYTE)
    member = zipfile.ZipInfo("zeros.bin", MADE_AT)
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "a") as opened, opened.open(member, "w") as file:
        for _ in range(65):
            file.write(zeros)
    return buffer.getvalue()


def repeated(archive: bytes) -> bytes:
    """The first member comes twice, the second time with other bytes.

    `zipfile` warns about a name that it has written before, so a stand-in of the same length is written.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        name = opened.namelist()[0].encode()
    stand_in = b"?" * len(name)
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(zipfile.ZipInfo(stand_in.decode(), MADE_AT), b"# the same name again\n")
    return buffer.getvalue().replace(stand_in, name)


class _Pipe(io.BytesIO):
    """A file that cannot be rewound, so `zipfile` writes data descriptors."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation("a pipe has no position")


def _written_again(archive: bytes, target: io.BytesIO, compression: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = [(info.filename, opened.read(info)) for info in opened.infolist()]
    with zipfile.ZipFile(target, "w") as written:
        for path, content in members:
            member = zipfile.ZipInfo(path, MADE_AT)
            member.compress_type = compression
            member.create_system = 3
            written.writestr(member, content)
    return target.getvalue()
