"""Files that a distribution must have beside its code: RECORD, METADATA, entry points and licence files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from fake_pypi.index import Index
from fake_pypi.inspection.dist_info import DistInfo
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import ISSUES, LICENSE_EXPRESSIONS, PULLS
from fake_pypi.rules.example_archives import wheel_with_content
from fake_pypi.rules.filename import LONGEST
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

COMMAND = re.compile(r"[\w.-]+")


def has_valid_entry_points(folder: DistInfo) -> bool:
    """Return whether entry_points.txt is missing or valid."""
    entry_points = folder.entry_points
    if entry_points is None:
        return True
    return entry_points.is_readable and all(COMMAND.fullmatch(command) for command in entry_points.commands)


class MissingLicenseFile(Rule):
    """The metadata names a licence file that is not in the archive.

    In a wheel licence files belong into `….dist-info/licenses/`, in a source distribution into its top folder, at
    exactly the path in `License-File`.
    """

    id = "missing-license-file"
    message_template = "License-File {path} does not exist in distribution file {filename} at {place}"
    remedy = "Make `license-files` in pyproject.toml match files that are packed; update the build backend."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("metadata/license-file-wheel-missing")
    since = "2024-11-25"
    dated_by = LICENSE_EXPRESSIONS

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return next(iter(self.check_all(upload, index)), None)

    def check_all(self, upload: Upload, index: Index) -> Iterator[Rejection]:
        """Reject every licence file that is missing."""
        for path in upload.license_files:
            place = self._place(upload, path)
            if place is not None and upload.archive is not None and not upload.archive.has(place):
                yield self.reject(path=path, filename=upload.filename, place=place)

    def _place(self, upload: Upload, path: str) -> str | None:
        if upload.filename.endswith(".whl"):
            return upload.dist_info.path(f"licenses/{path}") if upload.dist_info else None
        if upload.archive is None or not upload.archive.top_folder:
            return None
        return posixpath.join(upload.archive.top_folder, path)

    def example(self) -> Example:
        """Name a licence file, and do not pack it."""
        return Example(wheel("demo", headers=[("License-File", "LICENSE")]))


class UnreadableWheelFile(Rule):
    """A file in the wheel's `.dist-info` folder is damaged. PyPI itself fails here.

    PyPI reads METADATA, RECORD, entry_points.txt and licence files, and so compares their checksums; it does not read
    the other files.
    """

    id = "wheel-file-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Build again: the archive is damaged."
    source = warehouse("utils/wheel.py", "validate_record")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        folder = upload.dist_info
        if folder is None:
            return None
        names = [f"licenses/{path}" for path in upload.license_files]
        for name in (*names, "RECORD", "entry_points.txt", "METADATA"):
            if folder.has(name) and folder.content(name) is None:
                return self.reject_members([folder.path(name)])
            if name == "RECORD" and folder.record is None:
                return None
            if name == "entry_points.txt" and not has_valid_entry_points(folder):
                return None
        return None

    def example(self) -> Example:
        """DatedChange a byte of METADATA."""
        package = wheel("demo")
        damaged = package.read().replace(b"Summary: A package", b"Summary: A Package")
        return Example(Package(package.filename, damaged))


class MissingRecord(Rule):
    """The wheel has no RECORD, the list of its files, or RECORD is not text.

    Installers need it to remove a package. PyPI does not reject a RECORD with wrong entries; it sends an e-mail.
    """

    id = "missing-record-file"
    message_template = "Wheel '{filename}' does not contain the required RECORD file: {path}"
    remedy = "Let the build backend write the wheel; after changing it by hand use `wheel pack`."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("archive/wheel-no-RECORD")
    since = "2025-08-07"
    dated_by = f"{PULLS}/18492"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        folder = upload.dist_info
        if folder is None:
            return None
        is_damaged = folder.has("RECORD") and folder.content("RECORD") is None
        if is_damaged or folder.record is not None:
            return None
        return self.reject(filename=upload.filename, path=folder.path("RECORD"))

    def example(self) -> Example:
        """Leave RECORD out."""
        return Example(wheel("demo", broken="no-record"))


class BlankLineInRecord(Rule):
    """RECORD has an empty line. PyPI itself fails here: it expects a file name on each line.

    Tools that write RECORD without a library often end it with one line feed too many.
    """

    id = "record-blank-line"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Remove the empty line from RECORD, or let the build backend write it."
    source = warehouse("utils/wheel.py", "validate_record")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        folder = upload.dist_info
        if folder is None or all(folder.record or []):
            return None
        return self.reject_members([folder.path("RECORD")])

    def example(self) -> Example:
        """Put an empty line into RECORD."""
        package = wheel("demo")
        return Example(wheel_with_content(package, "demo-1.0.dist-info/RECORD", b"demo/__init__.py,,\n\n"))


class InvalidEntryPoints(Rule):
    """The file entry_points.txt cannot be read, or has a command with an invalid name.

    It is an INI file with `=` between name and value. Names of commands have letters, digits, `.`, `_` and `-`: with a
    slash, an installer would write outside of its folder.
    """

    id = "invalid-entry-points"
    message_template = "Wheel '{filename}' has invalid entry points defined in the entry_points.txt file"
    remedy = "Correct `[project.scripts]` in pyproject.toml and build again."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("archive/wheel-entry-points-01")
    since = "2026-05-18"
    dated_by = f"{PULLS}/20081"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.dist_info is None or has_valid_entry_points(upload.dist_info):
            return None
        return self.reject(filename=upload.filename)

    def example(self) -> Example:
        """Write an entry_points.txt that is no INI file."""
        return Example(wheel("demo", broken="bad-entry-points"))


class MissingMetadata(Rule):
    """The wheel has no METADATA in the folder that its file name determines. PyPI serves that file to installers."""

    id = "missing-metadata-file"
    message_template = "Wheel '{filename}' does not contain the required METADATA file: {path}"
    remedy = "Let the build backend write the wheel."
    source = warehouse("forklift/legacy.py", "file_upload")
    since = "2023-07-22"
    dated_by = f"{ISSUES}/14192"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        folder = upload.dist_info
        if folder is None or folder.has("METADATA"):
            return None
        return self.reject(filename=upload.filename, path=folder.path("METADATA"))

    def example(self) -> Example:
        """Leave METADATA out."""
        return Example(wheel("demo", broken="no-metadata"))


class FilenameTooLong(Rule):
    """The wheel's file name and `.metadata` have more than 255 bytes, so PyPI cannot store the metadata.

    Installers request the file of that name to read only the metadata.
    """

    id = "filename-too-long"
    message_template = "Filename is too long: '{filename}'"
    remedy = "Shorten the name: fewer compressed tags in one wheel, or a shorter project name."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("filename/metadata-name-too-long")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        long = len(f"{upload.filename}.metadata".encode("utf-8", "surrogatepass")) > LONGEST
        return self.reject(filename=upload.filename) if long and upload.filename.endswith(".whl") else None

    def example(self) -> Example:
        """Repeat a platform tag until the name is too long."""
        return Example(wheel("demo", tag="py3-none-" + ".".join(["any"] * 58)))
