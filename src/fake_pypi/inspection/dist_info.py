"""The `.dist-info` folder of a wheel: RECORD, METADATA and entry points, read as PyPI reads them."""

from __future__ import annotations

import configparser
import csv
from dataclasses import dataclass
from functools import cached_property

from fake_pypi.inspection.zip_archive import ZipArchive
from fake_pypi.inspection.zip_directory import TooMuchWork
from fake_pypi.inspection.zip_members import READING_FAILS, ZipMembers

COMMAND_SECTIONS = ("console_scripts", "gui_scripts")


@dataclass(frozen=True)
class EntryPoints:
    """The file entry_points.txt. `commands` are the names of the scripts that an installer would write."""

    is_readable: bool
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class DistInfo:
    """The folder at the path that PyPI derives from the wheel's file name; it may be missing in the archive."""

    members: ZipMembers
    folder: str

    def path(self, name: str) -> str:
        """Return the path of a file of the folder in the archive."""
        return f"{self.folder}/{name}"

    def has(self, name: str) -> bool:
        """Return whether the folder has a file of that name."""
        return self.path(name) in self.members

    def content(self, name: str) -> bytes | None:
        """Return the content of a file; None if it is missing or cannot be read."""
        if not self.has(name):
            return None
        try:
            return self.members.read(self.path(name))
        except (*READING_FAILS, TooMuchWork):
            return None

    @cached_property
    def record(self) -> list[list[str]] | None:
        """The rows of RECORD; None if it is missing, cannot be read or is no table."""
        content = self.content("RECORD")
        try:
            return None if content is None else list(csv.reader(content.decode().replace("\0", " ").splitlines()))
        except (UnicodeDecodeError, csv.Error):
            return None

    @cached_property
    def entry_points(self) -> EntryPoints | None:
        """The entry points; None if the file is missing or damaged."""
        content = self.content("entry_points.txt")
        return None if content is None else _entry_points(content)


def dist_info_of(archive: ZipArchive) -> DistInfo | None:
    """Return the folder of a wheel; None for another archive, and for one that cannot be read."""
    if archive.members is None or archive.dist_info_folder is None:
        return None
    return DistInfo(archive.members, archive.dist_info_folder) if archive.is_readable else None


def _entry_points(content: bytes) -> EntryPoints:
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(content.decode())
    except (UnicodeDecodeError, configparser.Error):
        return EntryPoints(is_readable=False)
    sections = [parser[section] for section in COMMAND_SECTIONS if parser.has_section(section)]
    return EntryPoints(is_readable=True, commands=tuple(name for section in sections for name in section))
