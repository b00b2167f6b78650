"""The members of a wheel or sdist: sizes, digests, and what an archive records about each file."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fake_pypi.packages.distribution_metadata import UNREADABLE

CHUNK = 1 << 20


@dataclass(frozen=True)
class MemberOfArchive:
    """A file in an archive: `size` in bytes, `modified`, `mode` and `owner` as the archive records them."""

    name: str
    size: int
    modified: object
    mode: int
    owner: str


def members_of(file: Path) -> list[MemberOfArchive]:
    """Return the files in a wheel or sdist, in their order; none if it cannot be read, which a rule rejects."""
    try:
        if file.name.endswith(".tar.gz"):
            with tarfile.open(file) as tar:
                return [_tar_member(member) for member in tar if not member.isdir()]
        with zipfile.ZipFile(file) as archive:
            return [_zip_member(info) for info in archive.infolist() if not info.is_dir()]
    except UNREADABLE:
        return []


def names_in_tree(file: Path) -> list[str]:
    """Return the names of the files in an sdist without its top folder NAME-VERSION/."""
    return [member.name.partition("/")[2] for member in members_of(file) if "/" in member.name]


def digests_of(file: Path) -> dict[str, str]:
    """Return the SHA-256 of the content of each file in a wheel or sdist, by its name."""
    return dict(_digests(file))


def _digests(file: Path) -> Iterator[tuple[str, str]]:
    if file.name.endswith(".tar.gz"):
        with tarfile.open(file) as tar:
            for member in tar:
                opened = tar.extractfile(member) if member.isfile() else None
                if opened is not None:
                    yield member.name, _digest(opened)
        return
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                with archive.open(info) as content:
                    yield info.filename, _digest(content)


def _digest(opened: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := opened.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _tar_member(member: tarfile.TarInfo) -> MemberOfArchive:
    owner = f"{member.uname or member.uid}:{member.gname or member.gid}"
    return MemberOfArchive(member.name, member.size, member.mtime, member.mode, owner)


def _zip_member(info: zipfile.ZipInfo) -> MemberOfArchive:
    return MemberOfArchive(info.filename, info.file_size, info.date_time, info.external_attr >> 16, "")
