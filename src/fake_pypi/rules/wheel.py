"""What is in the wheel's own folder: RECORD, METADATA, entry points, licence files."""

from __future__ import annotations

import configparser
import csv
import posixpath
import re
from collections.abc import Iterator

from fake_pypi.index import Index
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.filename import LONGEST
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload
from fake_pypi.rules.zip_directory import TooMuchWork
from fake_pypi.rules.zip_members import READING_FAILS

ENTRY_POINT_NAME = re.compile(r"[\w.-]+")
SCRIPTS = ("console_scripts", "gui_scripts")


def dist_info(upload: Upload, name: str) -> str | None:
    """Where a file of the wheel's own folder is, as PyPI reads the folder's name off the file name.

    None when the file is no wheel that could be read.
    """
    parts = upload.filename.split("-", 2)
    readable = upload.archive is not None and upload.archive.members is not None and not upload.archive.broken
    if not upload.filename.endswith(".whl") or len(parts) < 3 or not readable:
        return None
    return f"{parts[0]}-{parts[1]}.dist-info/{name}"


def content(upload: Upload, path: str) -> bytes | None:
    """The content of a member; None when it is missing or cannot be read."""
    members = upload.archive.members if upload.archive else None
    if members is None or path not in members:
        return None
    try:
        return members.read(path)
    except (*READING_FAILS, TooMuchWork):
        return None


class MissingLicenseFile(Rule):
    """The metadata names a licence file that is not in the archive.

    In a wheel licence files belong into `….dist-info/licenses/`, in a source distribution into its folder, at
    the very path that `License-File` says.
    """

    id = "missing-license-file"
    message_template = "License-File {path} does not exist in distribution file {filename} at {place}"
    remedy = "Make `license-files` in pyproject.toml match files that are packed; update the build backend."
    source = "https://peps.python.org/pep-0639/"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Reject the first licence file that is missing."""
        return next(iter(self.check_all(upload, index)), None)

    def check_all(self, upload: Upload, index: Index) -> Iterator[Rejection]:
        """Reject every licence file that is missing."""
        for path in upload.license_files:
            place = self._place(upload, path)
            if place is not None and upload.archive is not None and not upload.archive.has(place):
                yield self.reject(path=path, filename=upload.filename, place=place)

    def _place(self, upload: Upload, path: str) -> str | None:
        if upload.filename.endswith(".whl"):
            return dist_info(upload, f"licenses/{path}")
        if upload.archive is None or not upload.archive.top:
            return None
        return posixpath.join(upload.archive.top, path)

    def example(self) -> Example:
        """Name a licence file, and do not pack it."""
        return Example(wheel("demo", headers=[("License-File", "LICENSE")]))


class UnreadableWheelFile(Rule):
    """A file in the wheel's own folder is damaged. PyPI itself fails here.

    The checksums of METADATA, RECORD, entry_points.txt and licence files are looked at because these are
    read; those of other files are not.
    """

    id = "wheel-file-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Build again: the archive is damaged."
    source = "the real server reads these files without expecting damage"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Fail at the first file that cannot be read, unless PyPI finds fault with another one before it."""
        names = [f"licenses/{path}" for path in upload.license_files]
        for name in (*names, "RECORD", "entry_points.txt", "METADATA"):
            path = dist_info(upload, name)
            if path is None or upload.archive is None or (name == "RECORD" and not upload.archive.has(path)):
                return None
            text = content(upload, path)
            if text is None and upload.archive.has(path):
                return Rejection(self, members=(path,))
            odd_record = name == "RECORD" and record(upload) is None
            if odd_record or (name == "entry_points.txt" and text is not None and not _good_entry_points(text)):
                return None
        return None

    def example(self) -> Example:
        """Change a byte of METADATA."""
        package = wheel("demo")
        damaged = package.read().replace(b"Summary: A package", b"Summary: A Package")
        return Example(Package(package.filename, damaged))


class MissingRecord(Rule):
    """The wheel lacks RECORD, the list of its files, or RECORD is not text.

    Installers remove a package by it. What it says is not compared here: a wrong one brings an e-mail only.
    """

    id = "missing-record-file"
    message_template = "Wheel '{filename}' does not contain the required RECORD file: {path}"
    remedy = "Let the build backend write the wheel; after changing it by hand use `wheel pack`."
    source = "recorded case archive/wheel-no-RECORD"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no when there is none, or none that can be read as a table."""
        path = dist_info(upload, "RECORD")
        if path is None or upload.archive is None:
            return None
        if upload.archive.has(path) and (content(upload, path) is None or record(upload) is not None):
            return None
        return self.reject(filename=upload.filename, path=path)

    def example(self) -> Example:
        """Leave RECORD out."""
        return Example(wheel("demo", broken="no-record"))


def record(upload: Upload) -> list[list[str]] | None:
    """The lines of RECORD, each taken apart; None when there are none or they are no table."""
    path = dist_info(upload, "RECORD")
    text = None if path is None else content(upload, path)
    try:
        return None if text is None else list(csv.reader(text.decode().replace("\0", " ").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        return None


class BlankLineInRecord(Rule):
    """RECORD has an empty line. PyPI itself fails here: it expects a file name on each line.

    Tools that write RECORD by hand like to end it with one line feed too many.
    """

    id = "record-blank-line"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Remove the empty line from RECORD, or let the build backend write it."
    source = "the real server takes the first field of every line"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Fail at an empty line."""
        path = dist_info(upload, "RECORD")
        blank = path is not None and any(not line for line in record(upload) or [])
        return Rejection(self, members=(str(path),)) if blank else None

    def example(self) -> Example:
        """Put an empty line into RECORD."""
        package = wheel("demo")
        return Example(_with_content(package, "demo-1.0.dist-info/RECORD", b"demo/__init__.py,,\n\n"))


class InvalidEntryPoints(Rule):
    """The file entry_points.txt cannot be read, or has a command whose name is none.

    It is an INI file with `=` between name and value. Names of commands have letters, digits, `.`, `_` and
    `-`: a slash in one would let an installer write outside of its folder.
    """

    id = "invalid-entry-points"
    message_template = "Wheel '{filename}' has invalid entry points defined in the entry_points.txt file"
    remedy = "Correct `[project.scripts]` in pyproject.toml and build again."
    source = "https://packaging.python.org/en/latest/specifications/entry-points/"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to what is no INI file, and to odd names of commands."""
        path = dist_info(upload, "entry_points.txt")
        text = None if path is None else content(upload, path)
        return None if text is None or _good_entry_points(text) else self.reject(filename=upload.filename)

    def example(self) -> Example:
        """Write an entry_points.txt that is no INI file."""
        return Example(wheel("demo", broken="bad-entry-points"))


def _good_entry_points(text: bytes) -> bool:
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text.decode())
    except (UnicodeDecodeError, configparser.Error):
        return False
    sections = [parser[section] for section in SCRIPTS if parser.has_section(section)]
    return all(ENTRY_POINT_NAME.fullmatch(name) for section in sections for name in section)


class MissingMetadata(Rule):
    """The wheel lacks METADATA at the place that its file name tells. PyPI serves that file to installers."""

    id = "missing-metadata-file"
    message_template = "Wheel '{filename}' does not contain the required METADATA file: {path}"
    remedy = "Let the build backend write the wheel."
    source = "https://peps.python.org/pep-0658/"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no when there is none."""
        path = dist_info(upload, "METADATA")
        if path is None or upload.archive is None or upload.archive.has(path):
            return None
        return self.reject(filename=upload.filename, path=path)

    def example(self) -> Example:
        """Leave METADATA out."""
        return Example(wheel("demo", broken="no-metadata"))


class FilenameTooLong(Rule):
    """The wheel's file name and `.metadata` have more than 255 bytes, so PyPI cannot keep the metadata.

    Installers ask for that name to read the metadata alone.
    """

    id = "filename-too-long"
    message_template = "Filename is too long: '{filename}'"
    remedy = "Shorten the name: fewer compressed tags in one wheel, or a shorter project name."
    source = "recorded case filename/metadata-name-too-long"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        """Say no to more than 246 bytes."""
        long = len(f"{upload.filename}.metadata".encode("utf-8", "surrogatepass")) > LONGEST
        return self.reject(filename=upload.filename) if long and upload.filename.endswith(".whl") else None

    def example(self) -> Example:
        """Repeat a platform tag until the name is too long."""
        return Example(wheel("demo", tag="py3-none-" + ".".join(["any"] * 58)))


def _with_content(package: Package, path: str, content: bytes) -> Package:
    """The same wheel with another content at that path."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package.read())) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == path else old.read(info))
    return Package(package.filename, buffer.getvalue())
