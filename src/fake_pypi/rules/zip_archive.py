"""What is wrong with a zip archive, by the id of the rule that says so. Nothing is extracted."""

from __future__ import annotations

import posixpath
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile

from fake_pypi.rules.archive_findings import Archive
from fake_pypi.rules.content import first_bytes, is_looked_into, rejected_by
from fake_pypi.rules.tar_archive import is_tar
from fake_pypi.rules.upload import FilePart
from fake_pypi.rules.zip_directory import TooMuchWork, entries, is_zip
from fake_pypi.rules.zip_framing import disagreement
from fake_pypi.rules.zip_members import READING_FAILS, Encrypted, ZipMembers

BOMB_FROM = 64 << 20
"""Unpacked bytes up to which PyPI does not ask about the ratio."""
BOMB_RATIO = 50
READ_FIRST = 50 << 20
"""Bytes of Python files that PyPI reads before it looks into any; it looks into each further file at once."""

RULE_OF_DISAGREEMENT = {
    "Trailing data": "zip-trailing-data",
    "Unknown record signature": "zip-unknown-record",
    "ZIP contains a data descriptor": "zip-data-descriptor",
    "Duplicate filename in local headers": "zip-duplicate-member",
    "Duplicate filename in central directory": "zip-duplicate-member",
    "Invalid character in filename": "zip-member-name",
    "Filename not unicode": "zip-member-name",
    "Filename not valid UTF-8": "zip-member-name",
    "Malformed zip file": "zip-malformed",
    "Invalid duplicate extra in local file": "zip-malformed",
    "ZIP64 extensible data not allowed": "zip-malformed",
    "Comment in central directory": "zip-malformed",
}
"""All other sentences are of two views that disagree."""


def zip_archive(part: FilePart, filename: str) -> Archive:
    """Read a wheel, or a zipped sdist, and note everything that a rule may ask about."""
    archive = Archive()
    with part.open() as file:
        if not is_zip(file):
            archive.found["not-a-zipfile"] = {}
            return archive
        if is_tar(file):
            archive.found["zip-and-tar"] = {}
            return archive
        try:
            archive.members = members = ZipMembers(part.path, entries(file))
        except BadZipFile:
            archive.found["unreadable-archive"] = {}
            return archive
        except (UnicodeDecodeError, NotImplementedError):
            archive.found["archive-breaks-pypi"] = {}
            return archive
        except TooMuchWork:
            archive.found["archive-exhausts-pypi"] = {}
            return archive
        _look_at_directory(archive, members, part.size)
        if filename.endswith(".zip"):
            _look_for_pkg_info(archive, members)
        else:
            _look_for_wheel_file(archive, members, filename)
        if not archive.broken:
            _look_into_python_files(archive, members, file)
        _look_at_framing(archive, members, file)
    return archive


def _look_at_directory(archive: Archive, members: ZipMembers, size: int) -> None:
    unpacked = sum(entry.size for entry in members.entries)
    if unpacked > BOMB_FROM and unpacked / size > BOMB_RATIO:
        archive.found["decompression-bomb"] = {"ratio": BOMB_RATIO}
    for entry in members.entries:
        if entry.method not in {ZIP_STORED, ZIP_DEFLATED}:
            archive.note("unsupported-compression", entry.name)


def _look_for_pkg_info(archive: Archive, members: ZipMembers) -> None:
    try:
        archive.top = posixpath.commonpath(members.names) if members.names else ""
    except ValueError:  # absolute and relative names together
        archive.found["archive-breaks-pypi"] = {}
        return
    if archive.top in {".", "/", ""}:
        archive.found["sdist-top-level"] = {}
        for name in dict.fromkeys(member.partition("/")[0] for member in members.names):
            archive.note("sdist-top-level", name)
        return
    _look_for(archive, members, posixpath.join(archive.top, "PKG-INFO"), "no-pkg-info")


def _look_for_wheel_file(archive: Archive, members: ZipMembers, filename: str) -> None:
    parts = filename.split("-", 2)
    if len(parts) < 3:
        archive.found["unparsable-wheel-name"] = {}
        return
    _look_for(archive, members, f"{parts[0]}-{parts[1]}.dist-info/WHEEL", "no-wheel-file")


def _look_for(archive: Archive, members: ZipMembers, name: str, rule: str) -> None:
    if name not in members:
        archive.found[rule] = {"path": name}
        return
    try:
        members.verify(name)
    except (*READING_FAILS, TooMuchWork) as failure:
        archive.note(rule_of_failure(failure), name)


def _look_into_python_files(archive: Archive, members: ZipMembers, file: BinaryIO) -> None:
    """Look into every Python file, in the order of the directory.

    PyPI reads all of them before it looks into any, so one that cannot be read is answered before the content
    of the others; but above `READ_FIRST` bytes it answers for the first file that it rejects.
    """
    length = 0
    for position, entry in enumerate(members.entries):
        if entry.is_folder or not is_looked_into(entry.name):
            continue
        unreadable, rejected = (0, 1) if length <= READ_FIRST else (2, 2)
        try:
            # PyPI asks for a member by its name, so of two with the same name it sees the last one twice.
            content = first_bytes(members.pieces(file, members.by_name[entry.name]))
        except READING_FAILS as failure:
            archive.note(rule_of_failure(failure), entry.name, (unreadable, position))
            continue
        except TooMuchWork as failure:
            archive.note(rule_of_failure(failure), entry.name, (unreadable, position))
            return
        if content is not None:
            length += len(content)
            for order, rule in enumerate(rejected_by(content)):
                archive.note(rule, entry.name, (rejected, position, order))


def _look_at_framing(archive: Archive, members: ZipMembers, file: BinaryIO) -> None:
    difference = disagreement(file, members.entries)
    if difference is None:
        return
    sentence = str(difference)
    rule = RULE_OF_DISAGREEMENT.get(sentence, "zip-views-differ")
    archive.found[rule] = {"error": sentence, "where": sentence.rpartition(" in ")[2]}
    if difference.member:
        archive.note(rule, difference.member)


def rule_of_failure(failure: Exception) -> str:
    """Return the id of the rule for a member that cannot be read."""
    if isinstance(failure, TooMuchWork):
        return "archive-exhausts-pypi"
    if isinstance(failure, BadZipFile):
        return "unreadable-archive"
    if isinstance(failure, Encrypted):
        return "encrypted-member"
    if isinstance(failure, OSError):
        return "archive-breaks-connection"
    return "archive-breaks-pypi"
