"""Archives that cannot be read, or in which a member that PyPI reads cannot be."""

from __future__ import annotations

import gzip

from fake_pypi.index import Index
from fake_pypi.inspection.read_failure import FailureCause
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.example_archives import zip_of_too_many_members
from fake_pypi.rules.member_rule import MemberRule
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection
from fake_pypi.rules.upload import Upload


class UnreadableArchive(MemberRule):
    """The archive is recognized, but cannot be read to its end: bytes are missing or damaged.

    "None" in the message is what the real server prints if it has no reason.
    """

    id = "unreadable-archive"
    message_template = "Invalid distribution file. None"
    remedy = "Build again, and upload from a disk that is not full."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdist-truncated-early")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_failures(upload, FailureCause.DAMAGED)

    def example(self) -> Example:
        """Send a tar archive that is not gzipped, under a name that ends in .tar.gz."""
        package = sdist("demo")
        return Example(Package(package.filename, gzip.decompress(package.read())))


class EncryptedMember(MemberRule):
    """A Python file in the archive is encrypted. PyPI itself fails here.

    It scans Python files, and does not expect that one needs a password.
    """

    id = "encrypted-member"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Pack without a password: installers cannot read the file."
    source = warehouse("utils/scanner.py", "iter_zip_members")
    recorded = cases("archive/zip-encrypted-flag-on-py")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_failures(upload, FailureCause.ENCRYPTED)

    def example(self) -> Example:
        """Set the flag of an encrypted member."""
        return Example(wheel("demo", broken="encrypted-member"))


class ArchiveBreaksPypi(MemberRule):
    """The archive has something that the real server does not expect. PyPI itself fails here.

    Examples are names that are marked as UTF-8 and are not, absolute and relative names in one sdist, invalid
    compressed data, and a gzip header without data.
    """

    id = "archive-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Let a current build backend write the archive."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdist-absolute-member")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_failures(upload, FailureCause.UNFORESEEN)

    def example(self) -> Example:
        """Put an absolute name into an sdist."""
        return Example(sdist("demo", broken="absolute-path"))


class ArchiveBreaksConnection(MemberRule):
    """The first bytes of the archive are missing, and the real server closes the connection. PyPI itself fails here.

    A publishing tool reports a closed connection, and tries again.
    """

    id = "archive-breaks-connection"
    status = 0
    remedy = "Build again: the beginning of the file is missing."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_failures(upload, FailureCause.OS_ERROR)

    def example(self) -> Example:
        """Cut off the first bytes."""
        package = wheel("demo")
        return Example(Package(package.filename, package.read()[4:]))


class ArchiveExhaustsPypi(MemberRule):
    """The archive unpacks to gigabytes, or has more than 100,000 members. PyPI itself fails here.

    The real server reads a source distribution to its end, until its watchdog ends the worker and the connection. The
    fake stops at 100,000 members, at 4 GiB, and for a source distribution already at 192 MiB if that is more than 64
    times its size, and closes the connection as well.
    """

    id = "archive-exhausts-pypi"
    status = 0
    remedy = "Leave generated data out of the archive."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject_failures(upload, FailureCause.TOO_LARGE)

    def example(self) -> Example:
        """Give a zip archive 100,001 members."""
        return Example(Package("demo-1.0-py3-none-any.whl", zip_of_too_many_members()))
