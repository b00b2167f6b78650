"""From an installed distribution back to the wheel it came from.

An installer unpacks a wheel, writes launchers for its entry points, compiles, and notes all of it in RECORD.
Going back means: take the files that RECORD lists, put scripts and data where wheels keep them, leave out
what the installer added, and write RECORD anew. METADATA and WHEEL stay as they are, byte for byte.

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

COPIED_AT_ONCE = 1 << 20
"""Bytes."""
WRITTEN_BY_INSTALLERS = {
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
}
"""Files of a dist-info folder that were not in the wheel."""


@dataclass(frozen=True)
class Installed:
    """A distribution as it lies in site-packages: its `.dist-info` folder.

    >>> Installed(Path("site-packages/demo-1.0.dist-info")).filename        # doctest: +SKIP
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
        """The file name of its wheel, tags as the file WHEEL has them."""
        from packaging.utils import canonicalize_name
        from packaging.version import Version

        wheel = email.message_from_bytes((self.dist_info / "WHEEL").read_bytes())
        name = canonicalize_name(self.headers["name"]).replace("-", "_")
        parts = [name, str(Version(self.headers["version"])), wheel.get("Build", "")]
        return "-".join(part for part in [*parts, compressed(wheel.get_all("Tag") or [])] if part) + ".whl"

    @property
    def can_be_repacked(self) -> bool:
        """Whether all of it is here and listed: not when it is editable, or came without RECORD or WHEEL."""
        try:
            return bool(self.filename and self._recorded) and not self.is_editable
        except (OSError, KeyError, ValueError):  # a file is missing, a field, or one says nonsense
            return False

    @property
    def is_editable(self) -> bool:
        """Whether it only points at a checkout (PEP 660, PEP 610)."""
        origin = self.dist_info / "direct_url.json"
        if origin.is_file() and re.search(r'"editable"\s*:\s*true', origin.read_text(encoding="utf-8")):
            return True
        return any(path.startswith(("__editable__", "_editable_impl_")) for path in self._recorded)

    @property
    def project_folder(self) -> str | None:
        """The local folder that it was installed from, if any (PEP 610)."""
        file = self.dist_info / "direct_url.json"
        try:
            url = urlsplit(json.loads(file.read_text(encoding="utf-8"))["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return url2pathname(url.path) if url.scheme == "file" else None

    def repack(self, target: Path) -> None:
        """Write its wheel; deterministic, uncompressed because it travels over loopback only."""
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
        """Each file that was in the wheel: its path there, and where it is now."""
        own = f"{self.dist_info.name}/"
        for recorded in self._recorded:
            source = self.dist_info.parent / recorded
            if recorded.endswith(".pyc") or not source.is_file():
                continue
            if recorded.startswith(own):
                inside = recorded.removeprefix(own)
                if inside not in WRITTEN_BY_INSTALLERS:
                    yield f"{self._folder}/{inside}", source
            elif recorded.startswith("../") or PurePosixPath(recorded).is_absolute():
                yield from self._outside(source)
            else:
                yield recorded, source

    def _outside(self, source: Path) -> Iterator[tuple[str, Path]]:
        """A script or a data file under the environment's prefix; launchers come back by themselves."""
        source = Path(os.path.normpath(source))
        data = self._folder.replace(".dist-info", ".data")
        scripts = Path(sysconfig.get_path("scripts"))
        if source.parent == scripts:
            if not self._is_launcher(source.name):
                yield f"{data}/scripts/{source.name}", source
        elif source.is_relative_to(sys.prefix):
            yield f"{data}/data/{source.relative_to(sys.prefix).as_posix()}", source

    def _is_launcher(self, script: str) -> bool:
        """Also for `pip3.11`, which pip makes of the entry point `pip3`."""
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


def compressed(tags: Iterable[str]) -> str:
    """One compressed tag set for the tags that a file WHEEL lists one by one.

    >>> compressed(["py2-none-any", "py3-none-any"])
    'py2.py3-none-any'

    A list that no compressed set stands for is cut down to its first tag that this interpreter supports.
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
    """Copy a file into the archive, piece by piece because some are gigabytes; answer its line of RECORD."""
    facts = source.stat()
    member = zip_member(path, executable=bool(facts.st_mode & 0o100))
    member.file_size = facts.st_size  # so zipfile knows early whether ZIP64 is needed
    sha256, size = hashlib.sha256(), 0
    with source.open("rb") as file, archive.open(member, "w") as packed:
        for chunk in _chunks(file, is_script=".data/scripts/" in path):
            sha256.update(chunk)
            size += len(chunk)
            packed.write(chunk)
    return record_line(path, sha256, size)


def _chunks(file: BinaryIO, *, is_script: bool) -> Iterator[bytes]:
    """A script gets the placeholder back that the next installer fills with its own interpreter."""
    first = file.read(COPIED_AT_ONCE)
    if is_script and re.match(rb"#![^\n]*python", first):
        first = b"#!python" + first[first.find(b"\n") :]
    while first:
        yield first
        first = file.read(COPIED_AT_ONCE)
