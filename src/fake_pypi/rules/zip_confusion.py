"""Zip archives that do not say the same to everybody who reads them: https://docs.pypi.org/archives."""

from __future__ import annotations

import io
import zipfile

from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.archive_findings import ArchiveRule
from fake_pypi.rules.rule_set import Example
from fake_pypi.rules.zip_directory import END

SAYS = (
    "Invalid distribution file. ZIP archive not accepted: {error}. "
    "See https://docs.pypi.org/archives for more information"
)


class TrailingData(ArchiveRule):
    """Bytes follow the end of the zip archive: a second archive, perhaps, that other tools would read."""

    id = "zip-trailing-data"
    message_template = SAYS.replace("{error}", "Trailing data")
    remedy = "Build again; something appended to the file, a signature or a line feed perhaps."
    source = "recorded case archive/zip-trailing-bytes"

    def example(self) -> Example:
        """Append a few bytes."""
        return Example(wheel("demo", broken="trailing-data"))


class UnknownRecord(ArchiveRule):
    """Between the members, or in front of the first, are bytes that belong to none.

    Self-extracting archives have them, and archives from which a member was deleted in place.
    """

    id = "zip-unknown-record"
    message_template = SAYS.replace("{error}", "Unknown record signature")
    remedy = "Write the archive anew instead of changing it in place."
    source = "recorded case archive/zip-prepended-bytes"

    def example(self) -> Example:
        """Put a script in front."""
        return Example(wheel("demo", broken="prepended-data"))


class DataDescriptor(ArchiveRule):
    """A member's size follows its content, instead of standing in front of it.

    Tools that write a zip archive to a pipe do this, and some wheel builders of other languages. Who reads
    from the front then has to guess where a member ends.
    """

    id = "zip-data-descriptor"
    message_template = SAYS.replace("{error}", "ZIP contains a data descriptor")
    remedy = "Write the archive to a file that can be sought; update the tool that packs it."
    source = "recorded case archive/zip-data-descriptor"

    def example(self) -> Example:
        """Write the wheel to a pipe."""
        return Example(wheel("demo", broken="data-descriptor"))


class DuplicateMember(ArchiveRule):
    """Two members have the same name, and installers differ in which of them they take."""

    id = "zip-duplicate-member"
    message_template = SAYS.replace("{error}", "Duplicate filename in {where}")
    remedy = "Write each file once; do not append to a wheel to change a file in it."
    source = "recorded case archive/zip-duplicate-name"

    def example(self) -> Example:
        """Append a member whose name is there already."""
        package = _with_members({"demo/note-1.txt": b"", "demo/note-2.txt": b""})
        return Example(Package(package.filename, package.read().replace(b"note-2", b"note-1")))


class MemberName(ArchiveRule):
    """A member's name has a control character, or is not UTF-8."""

    id = "zip-member-name"
    message_template = SAYS
    remedy = "Rename the file that is packed."
    source = "recorded case archive/zip-control-char-name"

    def example(self) -> Example:
        """Put a control character into a name."""
        return Example(wheel("demo", broken="control-character"))


class MalformedZip(ArchiveRule):
    """The zip archive uses a part of the format that is broken, or that no wheel needs.

    Comments on members, two 64-bit fields where there is one, extra fields that end in mid-air.
    """

    id = "zip-malformed"
    message_template = SAYS
    remedy = "Let a current build backend write the wheel."
    source = "recorded case archive/zip-extra-truncated"

    def example(self) -> Example:
        """Put a comment on a member."""
        return Example(_with_members({"demo/note.txt": b"hello"}))


class ViewsDiffer(ArchiveRule):
    """The directory at the end of the file and the members themselves tell other names or sizes."""

    id = "zip-views-differ"
    message_template = SAYS
    remedy = "Let a current build backend write the wheel: this one was patched, or made to deceive."
    source = "recorded case archive/zip-local-size-differs"

    def example(self) -> Example:
        """Count one member too many at the end."""
        package = wheel("demo")
        content = bytearray(package.read())
        for count_at in (8, 10):
            content[len(content) - END.size + count_at] += 1
        return Example(Package(package.filename, bytes(content)))


def _with_members(comments: dict[str, bytes]) -> Package:
    """A wheel with a few notes beside its package, and a comment on each."""
    package = wheel("demo")
    buffer = io.BytesIO(package.read())
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, comment in comments.items():
            note = zipfile.ZipInfo(name)
            note.comment = comment
            archive.writestr(note, b"a note\n")
    return Package(package.filename, buffer.getvalue())
