"""Zip archives that different tools read differently: https://docs.pypi.org/archives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fake_pypi.index import Index
from fake_pypi.inspection.zip_directory import END
from fake_pypi.inspection.zip_framing import FramingError
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import ZIP_CONFUSION
from fake_pypi.rules.example_archives import wheel_with_comments
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

NOT_ACCEPTED = (
    "Invalid distribution file. ZIP archive not accepted: {error}. "
    "See https://docs.pypi.org/archives for more information"
)


class FramingRule(Rule):
    """A rule about errors in the records of a zip archive. `sentences` are PyPI's words for each of them."""

    sentences: ClassVar[Mapping[FramingError, str]]

    @property
    def messages(self) -> tuple[str, ...]:
        """PyPI's messages, one for each of the sentences."""
        return tuple(self.message_template.replace("{error}", error) for error in self.sentences.values())

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        problem = upload.zip_archive.framing_problem if upload.zip_archive else None
        if problem is None or problem.error not in self.sentences:
            return None
        members = (problem.member,) if problem.member else ()
        return Rejection(self, {"error": self.sentences[problem.error]}, members=members)


class TrailingData(FramingRule):
    """Bytes follow the end of the zip archive. They may be a second archive, which other tools would read."""

    id = "zip-trailing-data"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {FramingError.TRAILING_DATA: "Trailing data"}
    remedy = "Build again; something was appended to the file, for example a signature or a line feed."
    source = warehouse("utils/zipfiles.py", "validate_zipfile")
    recorded = cases("archive/zip-trailing-bytes")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Append a few bytes."""
        return Example(wheel("demo", broken="trailing-data"))


class UnknownRecord(FramingRule):
    """Bytes between the members, or in front of the first, belong to no member.

    Self-extracting archives have such bytes, and archives from which a member was deleted in place.
    """

    id = "zip-unknown-record"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {FramingError.UNKNOWN_RECORD: "Unknown record signature"}
    remedy = "Write a new archive instead of changing one in place."
    source = warehouse("utils/zipfiles.py", "validate_zipfile")
    recorded = cases("archive/zip-prepended-bytes")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Put a script in front."""
        return Example(wheel("demo", broken="prepended-data"))


class DataDescriptor(FramingRule):
    """The size of a member stands behind its content instead of in front of it.

    Tools that write a zip archive to a pipe do this, and some wheel builders in other languages. A tool that reads from
    the start has to guess where such a member ends.
    """

    id = "zip-data-descriptor"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {FramingError.DATA_DESCRIPTOR: "ZIP contains a data descriptor"}
    remedy = "Write the archive to a file instead of a pipe; update the tool that packs it."
    source = warehouse("utils/zipfiles.py", "_handle_local_file_header")
    recorded = cases("archive/zip-data-descriptor")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Write the wheel to a pipe."""
        return Example(wheel("demo", broken="data-descriptor"))


class DuplicateMember(FramingRule):
    """Two members have the same name, and installers differ in which of them they use."""

    id = "zip-duplicate-member"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {
        FramingError.DUPLICATE_LOCAL_NAME: "Duplicate filename in local headers",
        FramingError.DUPLICATE_CENTRAL_NAME: "Duplicate filename in central directory",
    }
    remedy = "Write each file once; do not append to a wheel to change a file in it."
    source = warehouse("utils/zipfiles.py", "validate_zipfile")
    recorded = cases("archive/zip-duplicate-name")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Append a member whose name is there already."""
        package = wheel_with_comments({"demo/note-1.txt": b"", "demo/note-2.txt": b""})
        return Example(Package(package.filename, package.read().replace(b"note-2", b"note-1")))


class MemberName(FramingRule):
    """A member's name has a control character, or is not UTF-8."""

    id = "zip-member-name"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {
        FramingError.CONTROL_CHARACTER_IN_NAME: "Invalid character in filename",
        FramingError.NAME_NOT_UTF8: "Filename not unicode",
        FramingError.UNICODE_NAME_NOT_UTF8: "Filename not valid UTF-8",
    }
    remedy = "Rename the file that is packed."
    source = warehouse("utils/zipfiles.py", "_handle_local_file_header")
    recorded = cases("archive/zip-control-char-name")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Put a control character into a name."""
        return Example(wheel("demo", broken="control-character"))


class MalformedZip(FramingRule):
    """The zip archive uses a part of the format that is broken, or that no wheel needs.

    Examples are comments on members, a 64-bit field that occurs twice, and truncated extra fields.
    """

    id = "zip-malformed"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {
        FramingError.MALFORMED_RECORD: "Malformed zip file",
        FramingError.DUPLICATE_EXTRA_FIELD: "Invalid duplicate extra in local file",
        FramingError.ZIP64_EXTENSIBLE_DATA: "ZIP64 extensible data not allowed",
        FramingError.CENTRAL_COMMENT: "Comment in central directory",
    }
    remedy = "Let a current build backend write the wheel."
    source = warehouse("utils/zipfiles.py", "validate_zipfile")
    recorded = cases("archive/zip-extra-truncated")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Put a comment on a member."""
        return Example(wheel_with_comments({"demo/note.txt": b"hello"}))


class ViewsDiffer(FramingRule):
    """The directory at the end of the file and the members have different names or sizes."""

    id = "zip-views-differ"
    message_template = NOT_ACCEPTED
    sentences: ClassVar[Mapping[FramingError, str]] = {
        FramingError.NAME_ONLY_IN_LOCAL_HEADER: "Filename not in central directory",
        FramingError.NAME_ONLY_IN_DIRECTORY: "Missing filename in local headers",
        FramingError.OTHER_COMPRESSED_SIZE: "Mis-matched data size",
        FramingError.OTHER_FILE_SIZE: "Mis-matched file size",
        FramingError.OTHER_NUMBER_OF_ENTRIES: "Mismatched central directory records",
        FramingError.OTHER_DIRECTORY_OFFSET: "Mismatched central directory offset",
        FramingError.OTHER_DIRECTORY_SIZE: "Mismatched central directory size",
    }
    remedy = "Let a current build backend write the wheel: this one was modified, or made to deceive."
    source = warehouse("utils/zipfiles.py", "validate_zipfile")
    recorded = cases("archive/zip-local-size-differs")
    since = "2025-08-07"
    dated_by = ZIP_CONFUSION

    def example(self) -> Example:
        """Count one member too many at the end."""
        package = wheel("demo")
        content = bytearray(package.read())
        for count_at in (8, 10):
            content[len(content) - END.size + count_at] += 1
        return Example(Package(package.filename, bytes(content)))
