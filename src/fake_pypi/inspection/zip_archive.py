"""Facts about a wheel, or a zipped source distribution, as a zip archive. Nothing is extracted."""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

from fake_pypi.inspection.python_files import NO_MARKS, PythonFile, is_scanned, marks_in, scanned_content
from fake_pypi.inspection.read_failure import FailureCause, ReadFailure
from fake_pypi.inspection.tar_archive import is_tar
from fake_pypi.inspection.zip_directory import TooMuchWork, entries, is_zip
from fake_pypi.inspection.zip_framing import FramingProblem, framing_problem
from fake_pypi.inspection.zip_members import READING_FAILS, Encrypted, ZipMembers

IN_MEMORY = 1 << 20
"""Bytes of an archive that is read at once."""


@dataclass(frozen=True)
class ZipArchive:
    """A zip archive. The central directory is read at once, the members when a fact about them is needed.

    `members` is None, and facts about members are empty, if the file is no zip archive or a tar archive as well, or
    if its directory cannot be read. `size` is in bytes.
    """

    filename: str
    size: int
    is_recognized: bool = True
    is_zip_and_tar: bool = False
    members: ZipMembers | None = None
    directory_failure: ReadFailure | None = None

    def has(self, name: str) -> bool:
        """Return whether there is a member of that name."""
        return self.members is not None and name in self.members

    @cached_property
    def unpacked_size(self) -> int:
        """Bytes of all members together, as the central directory announces them."""
        return sum(entry.size for entry in self.members.entries) if self.members else 0

    @cached_property
    def top_folder(self) -> str | None:
        """The folder that all members share, "" if they share none; None if absolute and relative names are mixed."""
        if self.members is None:
            return None
        try:
            return posixpath.commonpath(self.members.names) if self.members.names else ""
        except ValueError:
            return None

    @property
    def top_names(self) -> tuple[str, ...]:
        """The names at the top of the archive."""
        names = self.members.names if self.members else []
        return tuple(dict.fromkeys(name.partition("/")[0] for name in names))

    @cached_property
    def dist_info_folder(self) -> str | None:
        """The folder of a wheel's metadata as PyPI derives it from the file name; None if it cannot be derived."""
        parts = self.filename.split("-", 2)
        return f"{parts[0]}-{parts[1]}.dist-info" if self.is_wheel and len(parts) == 3 else None

    @property
    def is_wheel(self) -> bool:
        """Whether the file name is that of a wheel; else the archive is a source distribution."""
        return self.filename.endswith(".whl")

    @cached_property
    def identifying_file(self) -> str | None:
        """The member that PyPI requires first: WHEEL of a wheel, PKG-INFO of a source distribution.

        None if the file name, or the folder at the top of the archive, does not determine its path.
        """
        if self.is_wheel:
            return f"{self.dist_info_folder}/WHEEL" if self.dist_info_folder else None
        return posixpath.join(self.top_folder, "PKG-INFO") if self.top_folder not in {".", "/", "", None} else None

    @cached_property
    def failure(self) -> ReadFailure | None:
        """Why the archive, or the member that identifies it, cannot be read; None if both can."""
        if self.members is None:
            return self.directory_failure
        if not self.is_wheel and self.top_folder is None:
            return ReadFailure(FailureCause.UNFORESEEN)
        name = self.identifying_file
        if name is None or name not in self.members:
            return None
        try:
            self.members.verify(name)
        except (*READING_FAILS, TooMuchWork) as error:
            return ReadFailure(_cause(error), name)
        return None

    @cached_property
    def python_files(self) -> tuple[PythonFile, ...]:
        """The Python files in the order of the directory; empty if the archive cannot be read."""
        if self.members is None or self.failure is not None:
            return ()
        with self.members.opened() as file:
            return tuple(_scan(self.members, file))

    @property
    def is_readable(self) -> bool:
        """Whether the directory and every member that PyPI reads can be read."""
        return self.failure is None and not any(file.failure for file in self.python_files)

    @cached_property
    def framing_problem(self) -> FramingProblem | None:
        """The first error in the records of the archive, or disagreement with its central directory."""
        if self.members is None:
            return None
        with self.members.opened() as file:
            return framing_problem(file, self.members.entries)


def read_zip(path: Path, filename: str) -> ZipArchive:
    """Read the central directory of a wheel or a zipped source distribution that is stored at `path`."""
    with path.open("rb") as stored:
        size = stored.seek(0, 2)
        stored.seek(0)
        archive = stored.read() if size <= IN_MEMORY else None
        file = stored if archive is None else io.BytesIO(archive)
        if not is_zip(file):
            return ZipArchive(filename, size, is_recognized=False)
        if is_tar(file):
            return ZipArchive(filename, size, is_zip_and_tar=True)
        try:
            return ZipArchive(filename, size, members=ZipMembers(path, entries(file), archive))
        except (BadZipFile, UnicodeDecodeError, NotImplementedError, TooMuchWork) as error:
            return ZipArchive(filename, size, directory_failure=ReadFailure(_cause(error)))


def _scan(members: ZipMembers, file: BinaryIO) -> list[PythonFile]:
    """Scan the Python files. Reading ends behind a file that is too large."""
    scanned: list[PythonFile] = []
    length = 0
    for position, entry in enumerate(members.entries):
        if entry.is_folder or not is_scanned(entry.name):
            continue
        try:
            # PyPI asks for a member by its name, so of two with the same name it sees the last one twice.
            content = scanned_content(members.pieces(file, members.by_name[entry.name]))
        except (*READING_FAILS, TooMuchWork) as error:
            failure = ReadFailure(_cause(error), entry.name)
            scanned.append(PythonFile(entry.name, position, length, failure=failure))
            if failure.cause is FailureCause.TOO_LARGE:
                break
            continue
        marks = NO_MARKS if content is None else marks_in(content)
        scanned.append(PythonFile(entry.name, position, length, marks))
        length += len(content or b"")
    return scanned


def _cause(error: Exception) -> FailureCause:
    if isinstance(error, TooMuchWork):
        return FailureCause.TOO_LARGE
    if isinstance(error, BadZipFile):
        return FailureCause.DAMAGED
    if isinstance(error, Encrypted):
        return FailureCause.ENCRYPTED
    return FailureCause.OS_ERROR if isinstance(error, OSError) else FailureCause.UNFORESEEN
