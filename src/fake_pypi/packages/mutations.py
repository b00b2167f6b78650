"""Functions that corrupt a distribution: they change its metadata, its list of members, or the finished archive."""

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
"""The start of a member's local header: signature, version needed, flags (APPNOTE.TXT 4.3.7)."""
CENTRAL_FLAGS_OFFSET = 8
"""Offset of the flags in a header of the central directory (APPNOTE.TXT 4.3.12)."""
MEBIBYTE = 1 << 20


# ---- metadata


def replace_name(metadata: bytes) -> bytes:
    """Replace the project name."""
    return re.sub(rb"(?m)^Name: .*$", b"Name: another-project", metadata, count=1)


def replace_version(metadata: bytes) -> bytes:
    """Replace the version."""
    return re.sub(rb"(?m)^Version: .*$", b"Version: 99.0", metadata, count=1)


def replace_with_binary(_metadata: bytes) -> bytes:
    """Return bytes that are not metadata."""
    return b"\x00\xff\xfe not metadata"


# ---- members


def remove_member(name: str) -> Callable[[Members, str], Members]:
    """Return a function that removes the member of that name from the dist-info or top folder."""
    return lambda members, folder: [member for member in members if member[0] != f"{folder}/{name}"]


def add_member(path: str) -> Callable[[Members, str], Members]:
    """Return a function that adds a member at that path."""
    return lambda members, _folder: [*members, (path, b"an unexpected member\n")]


def replace_record(content: bytes) -> Callable[[Members, str], Members]:
    """Return a function that gives RECORD this content."""
    return lambda members, folder: [(path, content if path == f"{folder}/RECORD" else old) for path, old in members]


def corrupt_record_hashes(members: Members, folder: str) -> Members:
    """Write a RECORD whose hashes and sizes are those of other contents."""
    record = with_record([(path, content + b"#") for path, content in members[:-1]], folder)[-1]
    return [*members[:-1], record]


def rename_dist_info(members: Members, folder: str) -> Members:
    """Rename the dist-info folder to that of version 99.0."""
    new_folder = re.sub(r"-[^-]*\.dist-info$", "-99.0.dist-info", folder)
    renamed = [
        (new_folder + path.removeprefix(folder) if path.startswith(f"{folder}/") else path, content)
        for path, content in members[:-1]
    ]
    return with_record(renamed, new_folder)


def add_second_dist_info(members: Members, folder: str) -> Members:
    """Add the dist-info folder of another project, and list it in RECORD."""
    second_folder = "another-1.0.dist-info"
    contents = dict(members)
    added = [
        (f"{second_folder}/METADATA", b"Metadata-Version: 2.1\nName: another\nVersion: 1.0\n"),
        (f"{second_folder}/WHEEL", contents[f"{folder}/WHEEL"]),
        (f"{second_folder}/RECORD", b""),
    ]
    return with_record([*members[:-1], *added], folder)


def add_invalid_entry_points(members: Members, folder: str) -> Members:
    """Add an entry_points.txt that is not an INI file."""
    path = f"{folder}/entry_points.txt"
    others = [member for member in members[:-1] if member[0] != path]
    return with_record([*others, (path, b"[console_scripts\nthis is = not\n= readable\n")], folder)


def replace_build_backend(members: Members, folder: str) -> Members:
    """Replace the build backend of the sdist by one that raises an exception."""
    backend = b"def build_wheel(*_, **__):\n    raise RuntimeError('this package was made to fail')\n"
    backend_path = f"{folder}/_build/build_backend.py"
    return [(path, backend if path == backend_path else content) for path, content in members]


def add_second_top_folder(members: Members, _folder: str) -> Members:
    """Add a member outside the sdist's top folder."""
    return [*members, ("another-folder/README.txt", b"an unexpected member\n")]


# ---- the finished archive


def replace_with_text(_archive: bytes) -> bytes:
    """Return text instead of an archive."""
    return b"this is not an archive\n"


def replace_with_gzipped_text(_archive: bytes) -> bytes:
    """Return a gzip file of text instead of an archive."""
    return gzip.compress(b"this is not a tar archive\n", mtime=0)


def remove_everything(_archive: bytes) -> bytes:
    """Return an empty file."""
    return b""


def truncate(archive: bytes) -> bytes:
    """Return the first half, as after an interrupted download."""
    return archive[: len(archive) // 2]


def append_data(archive: bytes) -> bytes:
    """Append bytes to the archive."""
    return archive + b"\njunk\n"


def prepend_data(archive: bytes) -> bytes:
    """Put bytes before the archive, as self-extracting archives have them."""
    return b"#!/bin/sh\n" + archive


def set_encryption_flag(archive: bytes) -> bytes:
    """Mark the first member as encrypted, in both headers."""
    copy = bytearray(archive)
    central = archive.index(b"PK\x01\x02")
    for flags_offset in (LOCAL_HEADER.size - 2, central + CENTRAL_FLAGS_OFFSET):
        copy[flags_offset] |= 1
    return bytes(copy)


def corrupt_content(archive: bytes) -> bytes:
    """Change the last byte of the first member, so that its checksum is wrong."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        second_member = opened.infolist()[1]
    copy = bytearray(archive)
    copy[second_member.header_offset - 1] ^= 0x01
    return bytes(copy)


def compress_with_bzip2(archive: bytes) -> bytes:
    """Compress the members with bzip2, which wheels may not use."""
    return _rewrite(archive, io.BytesIO(), zipfile.ZIP_BZIP2)


def add_data_descriptors(archive: bytes) -> bytes:
    """Write the sizes behind each member, as zip files that are written to a pipe have them."""
    return _rewrite(archive, _Pipe(), zipfile.ZIP_DEFLATED)


def add_zeros(archive: bytes) -> bytes:
    """Add a compressed member of 65 MiB of zeros: above PyPI's limits of 64 MiB and of a ratio of 50."""
    buffer = io.BytesIO(archive)
    zeros = bytes(MEBIBYTE)
    member = zipfile.ZipInfo("zeros.bin", MADE_AT)
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "a") as opened, opened.open(member, "w") as file:
        for _ in range(65):
            file.write(zeros)
    return buffer.getvalue()


def duplicate_first_member(archive: bytes) -> bytes:
    """Add a second member with the name of the first and other content.

    `zipfile` warns about a duplicate name, so a placeholder of the same length is written and replaced.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        name = opened.namelist()[0].encode()
    placeholder = b"?" * len(name)
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(zipfile.ZipInfo(placeholder.decode(), MADE_AT), b"# the same name again\n")
    return buffer.getvalue().replace(placeholder, name)


class _Pipe(io.BytesIO):
    """A file without a position, for which `zipfile` writes data descriptors."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation("a pipe has no position")


def _rewrite(archive: bytes, target: io.BytesIO, compression: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = [(info.filename, opened.read(info)) for info in opened.infolist()]
    with zipfile.ZipFile(target, "w") as written:
        for path, content in members:
            member = zipfile.ZipInfo(path, MADE_AT)
            member.compress_type = compression
            member.create_system = 3
            written.writestr(member, content)
    return target.getvalue()
