"""What a distribution file says about itself, and the form that twine makes of it."""

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

MOST_METADATA = 32 << 20
"""Bytes of METADATA or PKG-INFO that we read at most."""
MOST_UNPACKED = 1 << 30
"""Bytes of an sdist that we unpack at most, in memory and piece by piece, to get to its PKG-INFO."""

UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, tarfile.TarError, zlib.error)
"""What the archive modules raise at broken, encrypted or unsupported archives."""

FORM_FIELD = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
}
"""Metadata that the upload form calls by another name."""
NOT_IN_THE_FORM = {"import_names", "import_namespaces"}
"""Metadata that twine 7 leaves out."""


def metadata_bytes(package: Package | Path) -> bytes:
    """The METADATA of a wheel or the PKG-INFO of an sdist, as it is in the archive; nothing is extracted.

    Only the folder at the top counts: some projects carry the `.dist-info` of others deeper down.
    `UnreadablePackage` if there is none, it is absurdly big, or the archive is broken.
    Sources: the binary distribution format; PEP 625 for sdists (zip archives, from before it, are read too).
    """
    package = _as_package(package)
    read = _from_tar if package.filename.endswith(".tar.gz") else _from_zip
    try:
        with package.open() as file:
            found = read(file, package.filename)
    except UNREADABLE as broken:
        raise UnreadablePackage(package.filename, f"the archive is broken ({broken})") from broken
    if found is None:
        wanted = "METADATA" if package.filename.endswith(".whl") else "PKG-INFO"
        raise UnreadablePackage(package.filename, f"it has no {wanted} in its top folder")
    if len(found) > MOST_METADATA:
        raise UnreadablePackage(package.filename, f"its metadata is longer than {MOST_METADATA} bytes")
    return found


def read_metadata(package: Package | Path) -> RawMetadata:
    """The core metadata of a wheel or an sdist, parsed but not judged; fields nobody knows are left out.

    >>> from fake_pypi.packages.wheel import wheel
    >>> read_metadata(wheel("demo", "1.0", dependencies=["rich"]))["requires_dist"]
    ['rich']

    `UnreadablePackage` as `metadata_bytes` does.
    """
    from packaging.metadata import parse_email

    return parse_email(metadata_bytes(package))[0]


def form_fields(package: Package | Path) -> list[tuple[str, str]]:
    """The text fields that twine 7 sends along with the file to `/legacy/`.

    >>> from fake_pypi.packages.sdist import sdist
    >>> dict(form_fields(sdist("demo", "1.0")))["filetype"]
    'sdist'

    Twine's order of the metadata differs from run to run; ours is that of the file. Metadata that twine would
    stop at is sent as far as it can be read. `UnreadablePackage` where there is none: `bare_form_fields` then
    says what can be said without.
    """
    package = _as_package(package)
    metadata = read_metadata(package)
    if not {"metadata_version", "name", "version"} <= metadata.keys():
        raise UnreadablePackage(package.filename, "its metadata lacks Metadata-Version, Name or Version")
    return [*_metadata_fields(metadata), *_file_fields(package), *ACTION]


def bare_form_fields(package: Package | Path) -> list[tuple[str, str]]:
    """The least form with which PyPI looks into the file: for archives that have no readable metadata.

    Name and version are guessed from the file name.
    """
    package = _as_package(package)
    name, version = _name_and_version(package.filename)
    said = [("metadata_version", "2.1"), ("name", name), ("version", version)]
    return [*said, *_file_fields(package), *ACTION]


ACTION = ((":action", "file_upload"), ("protocol_version", "1"))


def _metadata_fields(metadata: RawMetadata) -> Iterator[tuple[str, str]]:
    for key, value in cast("dict[str, str | list[str] | dict[str, str]]", metadata).items():
        if key in NOT_IN_THE_FORM or (key == "license_files" and _older_than_2_4(metadata)):
            continue
        field = FORM_FIELD.get(key, key)
        if key == "name":
            yield field, re.sub(r"[^A-Za-z0-9.]+", "-", metadata["name"])
        elif key == "keywords":
            yield field, ", ".join(value)
        elif isinstance(value, dict):
            yield from ((field, f"{label}, {url}") for label, url in value.items())
        elif isinstance(value, list):
            yield from ((field, each) for each in value)
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
    """Setuptools has written License-File into metadata that did not know it yet; twine drops it there."""
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
    """METADATA or PKG-INFO, preferably of the folder that the file name promises."""
    is_wheel = filename.endswith(".whl")
    pattern = r"[^/]+\.dist-info/METADATA" if is_wheel else r"[^/]+/PKG-INFO"
    promised = "-".join(filename.split("-")[:2]).lower() if is_wheel else filename.lower()
    with zipfile.ZipFile(file) as archive:
        found = [name for name in archive.namelist() if re.fullmatch(pattern, name)]
        if not found:
            return None
        best = next((name for name in found if name.lower().startswith(f"{promised}.")), found[0])
        with archive.open(best) as member:
            return member.read(MOST_METADATA + 1)


def _from_tar(file: BinaryIO, _filename: str) -> bytes | None:
    with gzip.GzipFile(fileobj=file) as unpacked:
        bounded = cast("IO[bytes]", _Bounded(unpacked))
        with tarfile.open(fileobj=bounded, mode="r|", bufsize=1 << 16) as archive:
            for member in archive:
                if member.isfile() and re.fullmatch(r"[^/]+/PKG-INFO", member.name.removeprefix("./")):
                    content = archive.extractfile(member)
                    return content.read(MOST_METADATA + 1) if content else None
    return None


class _Bounded:
    """A stream that gives up after `MOST_UNPACKED` bytes, so a small archive cannot keep us busy for long."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MOST_UNPACKED

    def read(self, size: int) -> bytes:
        chunk = self._stream.read1(size)  # what is there, before anything broken behind it
        self._left -= len(chunk)
        if self._left < 0:
            raise OSError(f"it unpacks to more than {MOST_UNPACKED} bytes")
        return chunk
