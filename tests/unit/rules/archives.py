"""Archives that no build backend writes, for tests."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass

from fake_pypi.inspection.zip_directory import CENTRAL, END
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

PLAIN = wheel("demo")
DIST_INFO = "demo-1.0.dist-info"


def members_of(package: Package) -> dict[str, bytes]:
    """The members of a wheel."""
    with zipfile.ZipFile(io.BytesIO(package.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def wheel_of(members: dict[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> Package:
    """A wheel of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return Package(PLAIN.filename, buffer.getvalue())


def wheel_with(**changed: bytes | None) -> Package:
    """The plain wheel with other files in its own folder: `wheel_with(RECORD=None)` has no RECORD."""
    members = {**members_of(PLAIN), **{f"{DIST_INFO}/{name}": text for name, text in changed.items() if text}}
    without = {f"{DIST_INFO}/{name}" for name, text in changed.items() if text is None}
    return wheel_of({name: text for name, text in members.items() if name not in without})


@dataclass
class OddMember:
    """One more member, "demo/extra.txt", each field of whose two headers can be set."""

    name: bytes = b"demo/extra.txt"
    content: bytes = b"hello"
    local_name: bytes | None = None
    flags: int = 0
    local_extra: bytes = b""
    central_extra: bytes = b""
    comment: bytes = b""
    method: int = 0
    version: int = 20
    crc: int | None = None
    compressed: int | None = None
    size: int | None = None
    local_compressed: int | None = None
    local_size: int | None = None
    local: bool = True
    central: int = 1

    def in_wheel(self, package: Package = PLAIN) -> Package:
        """Return the plain wheel, or another one, with the odd member at its end."""
        archive = package.read()
        end = END.unpack_from(archive, len(archive) - END.size)
        count, size, offset = end[3], end[5], end[6]
        directory = archive[offset : offset + size]
        local = self.local_header(offset) if self.local else b""
        more = self.central_header(offset) * self.central
        entries = count + self.central
        tail = END.pack(b"PK\x05\x06", 0, 0, entries, entries, size + len(more), offset + len(local), 0)
        return Package(PLAIN.filename, archive[:offset] + local + directory + more + tail)

    def local_header(self, _offset: int) -> bytes:
        """The member's own header and its content."""
        name = self.name if self.local_name is None else self.local_name
        sizes = (
            self._crc,
            self._or(self.local_compressed, self._or(self.compressed, len(self.content))),
            self._or(self.local_size, self._or(self.size, len(self.content))),
        )
        head = struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, self.flags, self.method, 0, 33, *sizes, len(name), len(self.local_extra)
        )
        return head + name + self.local_extra + self.content

    def central_header(self, offset: int) -> bytes:
        """The member's entry in the central directory."""
        sizes = (
            self._crc,
            self._or(self.compressed, len(self.content)),
            self._or(self.size, len(self.content)),
        )
        lengths = (len(self.name), len(self.central_extra), len(self.comment))
        head = CENTRAL.pack(
            b"PK\x01\x02", 20, 3, self.version, 0, self.flags, self.method, 0, 33, *sizes, *lengths, 0, 0, 0, offset
        )
        return head + self.name + self.central_extra + self.comment

    @property
    def _crc(self) -> int:
        return zlib.crc32(self.content) if self.crc is None else self.crc

    @staticmethod
    def _or(value: int | None, other: int) -> int:
        return other if value is None else value


def sdist_of(*members: tarfile.TarInfo | tuple[str, bytes], pkg_info: bool = True) -> Package:
    """An sdist of PKG-INFO and these members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        named = [("demo-1.0/PKG-INFO", b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")] if pkg_info else []
        for member in (*named, *members):
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return gzipped(buffer.getvalue())


def gzipped(content: bytes) -> Package:
    """Any bytes, gzipped, under the name of an sdist."""
    return Package(sdist("demo").filename, gzip.compress(content, mtime=0))
