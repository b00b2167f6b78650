"""The core metadata of a distribution file, and the upload form that twine makes of it."""

from __future__ import annotations

import gzip
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from fake_pypi.errors import UnreadablePackage
from fake_pypi.packages.package import Package

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

LONGEST_METADATA = 32 << 20
"""Most bytes of METADATA or PKG-INFO that are read."""
LONGEST_UNPACKED = 1 << 30
"""Most bytes of an sdist that are unpacked, in memory and in chunks, to find its PKG-INFO."""

UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, tarfile.TarError, zlib.error)
"""Exceptions that the archive modules raise for broken, encrypted or unsupported archives."""

FORM_FIELD_NAMES = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
}
"""Metadata fields that have another name in the upload form."""
NOT_IN_THE_FORM = {"import_names", "import_namespaces"}
"""Metadata fields that twine 7 does not send."""


def metadata_bytes(package: Package | Path) -> bytes:
    """Return the METADATA of a wheel or the PKG-INFO of an sdist, byte for byte; nothing is extracted to disk.

    It must be in the top folder: some projects contain the `.dist-info` of others in deeper folders.
    Raises `UnreadablePackage` if there is none, if it is longer than `LONGEST_METADATA`, or if the archive is broken.
    Sources: the binary distribution format; PEP 625 for sdists (zip archives, from before it, are read too).
    """
    package = _as_package(package)
    read = _from_tar if package.filename.endswith(".tar.gz") else _from_zip
    try:
        with package.open() as file:
            content = read(file, package.filename)
    except UNREADABLE as error:
        raise UnreadablePackage(package.filename, f"the archive is broken ({error})") from error
    if content is None:
        expected = "METADATA" if package.filename.endswith(".whl") else "PKG-INFO"
        raise UnreadablePackage(package.filename, f"it has no {expected} in its top folder")
    if len(content) > LONGEST_METADATA:
        raise UnreadablePackage(package.filename, f"its metadata is longer than {LONGEST_METADATA} bytes")
    return content


def read_metadata(package: Package | Path) -> RawMetadata:
    """Return the core metadata of a wheel or an sdist, parsed but not validated, without unknown fields.

    >>> from fake_pypi.packages.wheel import wheel
    >>> read_metadata(wheel("demo", "1.0", dependencies=["rich"]))["requires_dist"]
    ['rich']

    Raises `UnreadablePackage` as `metadata_bytes` does.
    """
    from packaging.metadata import parse_email

    return parse_email(metadata_bytes(package))[0]


def form_fields(package: Package | Path) -> list[tuple[str, str]]:
    """Return the text fields that twine 7 sends with the file to `/legacy/`.

    >>> from fake_pypi.packages.sdist import sdist
    >>> dict(form_fields(sdist("demo", "1.0")))["filetype"]
    'sdist'

    Twine's order of the metadata fields differs from run to run; here it is that of the file. Metadata that makes
    twine fail is sent as far as it can be read. Raises `UnreadablePackage` if there is none; use `bare_form_fields`
    in that case.
    """
    package = _as_package(package)
    metadata = read_metadata(package)
    if not {"metadata_version", "name", "version"} <= metadata.keys():
        raise UnreadablePackage(package.filename, "its metadata lacks Metadata-Version, Name or Version")
    return [*_metadata_fields(metadata), *_file_fields(package), *ACTION]


def bare_form_fields(package: Package | Path) -> list[tuple[str, str]]:
    """Return the fewest fields with which PyPI examines the file: for archives without readable metadata.

    Name and version are those of the file name.
    """
    package = _as_package(package)
    name, version = _name_and_version(package.filename)
    metadata = [("metadata_version", "2.1"), ("name", name), ("version", version)]
    return [*metadata, *_file_fields(package), *ACTION]


ACTION = ((":action", "file_upload"), ("protocol_version", "1"))


def _metadata_fields(metadata: RawMetadata) -> Iterator[tuple[str, str]]:
    for key, value in cast("dict[str, str | list[str] | dict[str, str]]", metadata).items():
        if key in NOT_IN_THE_FORM or (key == "license_files" and _older_than_2_4(metadata)):
            continue
        field = FORM_FIELD_NAMES.get(key, key)
        if key == "name":
            yield field, re.sub(r"[^A-Za-z0-9.]+", "-", metadata["name"])
        elif key == "keywords":
            yield field, ", ".join(value)
        elif isinstance(value, dict):
            yield from ((field, f"{label}, {url}") for label, url in value.items())
        elif isinstance(value, list):
            yield from ((field, text) for text in value)
        else:
            yield field, value


def _file_fields(package: Package) -> list[tuple[str, str]]:
    return [
        ("pyversion", _python_tag(package.filename)),
        ("filetype", package.filetype),
        ("sha256_digest", package.sha256),
        ("blake2_256_digest", package.blake2_256),
    ]


def _older_than_2_4(metadata: RawMetadata) -> bool:
    """Return whether License-File did not exist yet; setuptools wrote it all the same, and twine does not send it."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(metadata.get("metadata_version", "0")) < Version("2.4")
    except InvalidVersion:
        return True


def _python_tag(filename: str) -> str:
    if not filename.endswith(".whl"):
        return "source"
    parts = filename.removesuffix(".whl").split("-")
    return parts[-3] if len(parts) >= 5 else "any"


def _name_and_version(filename: str) -> tuple[str, str]:
    stem = re.sub(r"\.(whl|tar\.gz|zip)$", "", filename)
    if filename.endswith(".whl"):
        name, version, *_ = [*stem.split("-"), ""]
        return name, version
    name, _, version = stem.rpartition("-")
    return name or version, version if name else ""


def _as_package(package: Package | Path) -> Package:
    return package if isinstance(package, Package) else Package.at(package)


def _from_zip(file: BinaryIO, filename: str) -> bytes | None:
    """Return METADATA or PKG-INFO, preferably of the folder that belongs to the file name."""
    is_wheel = filename.endswith(".whl")
    pattern = r"[^/]+\.dist-info/METADATA" if is_wheel else r"[^/]+/PKG-INFO"
    stem = "-".join(filename.split("-")[:2]).lower() if is_wheel else filename.lower()
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(pattern, name)]
        if not names:
            return None
        best = next((name for name in names if name.lower().startswith(f"{stem}.")), names[0])
        with archive.open(best) as member:
            return member.read(LONGEST_METADATA + 1)


def _from_tar(file: BinaryIO, _filename: str) -> bytes | None:
    with gzip.GzipFile(fileobj=file) as unpacked:
        limited = cast("IO[bytes]", _LimitedStream(unpacked))
        with tarfile.open(fileobj=limited, mode="r|", bufsize=1 << 16) as archive:
            for member in archive:
                if member.isfile() and re.fullmatch(r"[^/]+/PKG-INFO", member.name.removeprefix("./")):
                    content = archive.extractfile(member)
                    return content.read(LONGEST_METADATA + 1) if content else None
    return None


class _LimitedStream:
    """A stream that fails after `LONGEST_UNPACKED` bytes, so that a small archive cannot take long."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = LONGEST_UNPACKED

    def read(self, size: int) -> bytes:
        chunk = self._stream.read1(size)  # `read` would fail if anything behind is broken
        self._left -= len(chunk)
        if self._left < 0:
            raise OSError(f"it unpacks to more than {LONGEST_UNPACKED} bytes")
        return chunk
