"""Malformed archives for the examples of rules."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

from fake_pypi.inspection.zip_directory import CENTRAL, CENTRAL_SIGNATURE, END64, LOCATOR64, MOST_MEMBERS
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel


def zip_of_too_many_members() -> bytes:
    """Return a zip archive whose directory lists one empty member more often than archives are read."""
    count = MOST_MEMBERS + 1
    entry = CENTRAL_SIGNATURE.ljust(CENTRAL.size, b"\0")
    directory = entry * count
    end64 = END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), 0)
    locator = LOCATOR64.pack(b"PK\x06\x07", 0, len(directory), 1)
    end = io.BytesIO()
    with zipfile.ZipFile(end, "w"):
        pass
    return directory + end64 + locator + end.getvalue()


def sparse_sdist() -> bytes:
    """Return a source distribution with a sparse member."""
    original = gzip.decompress(sdist("demo").read())
    buffer = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(original)) as old, tarfile.open(fileobj=buffer, mode="w") as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        hole = tarfile.TarInfo("demo-1.0/hole.bin")
        hole.type = tarfile.GNUTYPE_SPARSE
        new.addfile(hole)
    return gzip.compress(buffer.getvalue(), mtime=0)


def wheel_with_comments(comments: dict[str, bytes]) -> Package:
    """Return a wheel with further members, each with its comment, by their names."""
    package = wheel("demo")
    buffer = io.BytesIO(package.read())
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, comment in comments.items():
            note = zipfile.ZipInfo(name)
            note.comment = comment
            archive.writestr(note, b"a note\n")
    return Package(package.filename, buffer.getvalue())


def wheel_with_content(package: Package, path: str, content: bytes) -> Package:
    """Return the wheel with another content at a path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package.read())) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == path else old.read(info))
    return Package(package.filename, buffer.getvalue())
