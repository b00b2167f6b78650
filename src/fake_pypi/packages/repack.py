"""Re-pack an installed distribution into the wheel that it was installed from.

An installer unpacks a wheel, writes launchers for its entry points, compiles, and lists all files in RECORD.
To undo this, take the files that RECORD lists, move scripts and data to their folders in a wheel, leave out what the
installer added, and write a new RECORD. METADATA and WHEEL stay the same, byte for byte.

Sources: the binary distribution format and the record of installed projects (packaging.python.org).
"""

from __future__ import annotations

import csv
import email
import hashlib
import json
import os
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fake_pypi.packages.build_backend import record_line, zip_member

CHUNK_SIZE = 1 << 20
"""Bytes of a file that are copied at once."""
INSTALLER_FILES = {
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
}
"""Files of a dist-info folder that installers write."""


@dataclass(frozen=True)
class InstalledDistribution:
    """A distribution in site-packages, by its `.dist-info` folder.

    >>> InstalledDistribution(Path("site-packages/demo-1.0.dist-info")).filename        # doctest: +SKIP
    'demo-1.0-py3-none-any.whl'
    """

    dist_info: Path

    @cached_property
    def metadata(self) -> bytes:
        """METADATA, byte for byte."""
        return (self.dist_info / "METADATA").read_bytes()

    @cached_property
    def headers(self) -> dict[str, str]:
        """The first value of each metadata field, by lower-case name."""
        message = email.message_from_bytes(self.metadata)
        return {key.lower(): str(value) for key, value in reversed(message.items())}

    @cached_property
    def filename(self) -> str:
        """The file name of its wheel, with the tags of the file WHEEL."""
        from packaging.utils import canonicalize_name
        from packaging.version import Version

        wheel = email.message_from_bytes((self.dist_info / "WHEEL").read_bytes())
        name = canonicalize_name(self.headers["name"]).replace("-", "_")
        parts = [name, str(Version(self.headers["version"])), wheel.get("Build", "")]
        return "-".join(part for part in [*parts, compress_tags(wheel.get_all("Tag") or [])] if part) + ".whl"

    @property
    def can_be_repacked(self) -> bool:
        """Whether its wheel can be made: not if it is editable, or if RECORD or WHEEL is missing."""
        try:
            return bool(self.filename and self._recorded) and not self.is_editable
        except (OSError, KeyError, ValueError):  # a file or a field is missing or invalid
            return False

    @property
    def is_editable(self) -> bool:
        """Whether it is an editable install (PEP 660, PEP 610)."""
        origin = self.dist_info / "direct_url.json"
        if origin.is_file() and re.search(r'"editable"\s*:\s*true', origin.read_text(encoding="utf-8")):
            return True
        return any(path.startswith(("__editable__", "_editable_impl_")) for path in self._recorded)

    @property
    def project_folder(self) -> str | None:
        """The local folder that it was installed from; None if there is none (PEP 610)."""
        file = self.dist_info / "direct_url.json"
        try:
            url = urlsplit(json.loads(file.read_text(encoding="utf-8"))["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return url2pathname(url.path) if url.scheme == "file" else None

    def repack(self, target: Path) -> None:
        """Write its wheel, always the same bytes; uncompressed, because it is only sent over loopback."""
        record = f"{self._folder}/RECORD"
        with zipfile.ZipFile(target, "w") as archive:
            lines = [_add(archive, path, source) for path, source in sorted(self._members())]
            archive.writestr(zip_member(record), "".join([*lines, f"{record},,\n"]))

    @property
    def _folder(self) -> str:
        return "-".join(self.filename.split("-")[:2]) + ".dist-info"

    @cached_property
    def _recorded(self) -> list[str]:
        """The paths in RECORD, relative to site-packages, with forward slashes."""
        text = (self.dist_info / "RECORD").read_text(encoding="utf-8")
        return [row[0].replace("\\", "/") for row in csv.reader(text.splitlines()) if row]

    def _members(self) -> Iterator[tuple[str, Path]]:
        """Yield the files of the wheel: the path in the wheel, and the path of the installed file."""
        own_folder = f"{self.dist_info.name}/"
        for recorded in self._recorded:
            source = self.dist_info.parent / recorded
            if recorded.endswith(".pyc") or not source.is_file():
                continue
            if recorded.startswith(own_folder):
                path = recorded.removeprefix(own_folder)
                if path not in INSTALLER_FILES:
                    yield f"{self._folder}/{path}", source
            elif recorded.startswith("../") or PurePosixPath(recorded).is_absolute():
                yield from self._outside_site_packages(source)
            else:
                yield recorded, source

    def _outside_site_packages(self, source: Path) -> Iterator[tuple[str, Path]]:
        """Yield a script or a data file below the environment's prefix; installers make launchers themselves."""
        source = Path(os.path.normpath(source))
        data = self._folder.replace(".dist-info", ".data")
        scripts = Path(sysconfig.get_path("scripts"))
        if source.parent == scripts:
            if not self._is_launcher(source.name):
                yield f"{data}/scripts/{source.name}", source
        elif source.is_relative_to(sys.prefix):
            yield f"{data}/data/{source.relative_to(sys.prefix).as_posix()}", source

    def _is_launcher(self, script: str) -> bool:
        """Return whether a script is the launcher of an entry point; `pip3.11` is one of `pip3`."""
        stem = re.sub(r"(-script\.pyw?|\.exe)$", "", script)
        return any(re.fullmatch(re.escape(name) + r"[-\d.]*", stem) for name in self._entry_points)

    @cached_property
    def _entry_points(self) -> set[str]:
        file = self.dist_info / "entry_points.txt"
        parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        if file.is_file():
            parser.read_string(file.read_text(encoding="utf-8"))
        groups = [group for group in ("console_scripts", "gui_scripts") if parser.has_section(group)]
        return {name for group in groups for name in parser[group]}


def compress_tags(tags: Iterable[str]) -> str:
    """Return the compressed tag set of the tags that a file WHEEL lists.

    >>> compress_tags(["py2-none-any", "py3-none-any"])
    'py2.py3-none-any'

    If no compressed set stands for exactly these tags, return the first tag that this interpreter supports.
    Source: the platform compatibility tags specification.
    """
    listed = list(dict.fromkeys(tags)) or ["py3-none-any"]
    columns = [list(dict.fromkeys(column)) for column in zip(*(tag.split("-") for tag in listed), strict=True)]
    if {"-".join(parts) for parts in product(*columns)} == set(listed):
        return "-".join(".".join(sorted(column)) for column in columns)
    from packaging.tags import sys_tags

    supported = {str(tag) for tag in sys_tags()}
    return next((tag for tag in listed if tag in supported), listed[0])


def _add(archive: zipfile.ZipFile, path: str, source: Path) -> str:
    """Copy a file into the archive, in chunks because some have gigabytes, and return its line of RECORD."""
    status = source.stat()
    member = zip_member(path, executable=bool(status.st_mode & 0o100))
    member.file_size = status.st_size  # zipfile needs it to decide on ZIP64
    sha256, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(member, "w") as packed:
        for chunk in _chunks(file, is_script=".data/scripts/" in path):
            sha256.update(chunk)
            size += len(chunk)
            packed.write(chunk)
    return record_line(path, sha256, size)


def _chunks(file: BinaryIO, *, is_script: bool) -> Iterator[bytes]:
    """Yield the content; the first line of a script becomes the placeholder that installers replace."""
    first = file.read(CHUNK_SIZE)
    if is_script and re.match(rb"#![^\n]*python", first):
        first = b"#!python" + first[first.find(b"\n") :]
    while first:
        yield first
        first = file.read(CHUNK_SIZE)
