"""The archive that a wheel or a source distribution is: whether it opens, and has what it must have."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.archive_findings import ArchiveRule, MemberRule
from fake_pypi.rules.rule_set import Example


class NotAZipfile(ArchiveRule):
    """The wheel is no zip archive: it was cut off, or something else was given its name.

    An upload tool sends whatever lies in dist/. A build that was stopped half-way leaves such a file behind.
    """

    id = "not-a-zipfile"
    message_template = "Invalid distribution file. File is not a zipfile"
    remedy = "Empty dist/, build again, and look at the file with `python -m zipfile -l`."
    source = "recorded case archive/wheel-not-a-zip"

    def example(self) -> Example:
        """Send text."""
        return Example(wheel("demo", broken="bad-zip"))


class NotATarfile(ArchiveRule):
    """The source distribution is gzipped, or is not, but there is no tar archive in it.

    An HTML error page that was saved as demo-1.0.tar.gz is a common one.
    """

    id = "not-a-tarfile"
    message_template = "Invalid distribution file. File is not a tarfile"
    remedy = "Build again, and look at the file with `tar -tzf`."
    source = "recorded case archive/sdist-gzip-of-text"

    def example(self) -> Example:
        """Send gzipped text."""
        return Example(sdist("demo", broken="bad-tar"))


class ZipAndTar(ArchiveRule):
    """The file is a zip archive to whoever reads its end, and a tar archive to whoever reads its start.

    What such a file holds depends on who unpacks it.
    """

    id = "zip-and-tar"
    message_template = "Invalid distribution file. File is both a zip and a tar file"
    remedy = "Build again; nothing makes such a file by accident."
    source = "the real server's first look at a file"

    def example(self) -> Example:
        """Put an empty tar archive in front of a wheel."""
        package = wheel("demo")
        return Example(Package(package.filename, bytes(tarfile.BLOCKSIZE) + package.read()))


class DecompressionBomb(ArchiveRule):
    """The archive unpacks to more than 64 MiB and to more than 50 times its size.

    PyPI takes it for an attack on whoever installs it. Large tables of zeros look the same.
    """

    id = "decompression-bomb"
    message_template = "Invalid distribution file. File exceeds compression ratio of {ratio}"
    remedy = "Make the data when the package is first used, or fetch them, instead of packing them."
    source = "recorded case archive/wheel-bomb"

    def example(self) -> Example:
        """Pack 65 MiB of zeros."""
        return Example(wheel("demo", broken="zip-bomb"))


class UnsupportedCompression(ArchiveRule):
    """A member is compressed in another way than "deflate", which some installers cannot read."""

    id = "unsupported-compression"
    message_template = "Invalid distribution file. File does not use a supported compression type"
    remedy = "Let the build backend write the wheel, or pack it with deflate."
    source = "recorded case archive/wheel-compression-bzip2"

    def example(self) -> Example:
        """Compress with bzip2."""
        return Example(wheel("demo", broken="unsupported-compression"))


class SdistTopLevel(ArchiveRule):
    """The source distribution unpacks into several folders, or into none: all members must share one.

    Installers go into that folder to build. A second one comes from packing by hand, or from `./` and `/` in
    names.
    """

    id = "sdist-top-level"
    message_template = "Invalid distribution file. Incorrect number of top-level directories in sdist"
    remedy = "Let `python -m build --sdist` pack it."
    source = "recorded case archive/sdistzip-two-top"

    def example(self) -> Example:
        """Put a second folder beside the first."""
        return Example(sdist("demo", broken="two-top-folders"))


class NoPkgInfo(ArchiveRule):
    """The source distribution lacks the file PKG-INFO in its folder, so nobody knows what it is.

    `git archive` and the archives that GitHub offers have no such file: they are no source distributions.
    """

    id = "no-pkg-info"
    message_template = "Invalid distribution file. PKG-INFO not found at {path}"
    remedy = "Upload what `python -m build --sdist` made, not an archive of the repository."
    source = "recorded case archive/sdist-no-pkg-info"

    def example(self) -> Example:
        """Leave PKG-INFO out."""
        return Example(sdist("demo", broken="sdist-without-pkg-info"))


class UnparsableWheelName(ArchiveRule):
    """The wheel's file name has fewer than two hyphens, so PyPI cannot tell where its metadata is."""

    id = "unparsable-wheel-name"
    message_template = "Invalid distribution file. Unable to parse name and version from wheel filename"
    remedy = "Do not rename wheels: the name says for which Pythons and platforms they are."
    source = "recorded case filename/wheel-one-part"

    def example(self) -> Example:
        """Rename the wheel."""
        return Example(wheel("demo").renamed("demo.whl"))


class NoWheelFile(ArchiveRule):
    """The wheel lacks the file WHEEL at the place that its file name tells.

    The folder is called as the file is, letter by letter. A wheel that was renamed, or whose folder is
    spelled in another way than the file, is rejected with these words.
    """

    id = "no-wheel-file"
    message_template = "Invalid distribution file. WHEEL not found at {path}"
    remedy = "Do not rename wheels; build again with a current build backend."
    source = "recorded case archive/wheel-no-WHEEL"

    def example(self) -> Example:
        """Leave the file WHEEL out."""
        return Example(wheel("demo", broken="no-wheel-file"))


class UnreadableArchive(MemberRule):
    """The archive can be recognized, but not be read to its end: bytes are missing or damaged.

    The word "None" stands where the real server has nothing more to say.
    """

    id = "unreadable-archive"
    message_template = "Invalid distribution file. None"
    remedy = "Build again, and upload from a disk that is not full."
    source = "recorded case archive/sdist-truncated-early"

    def example(self) -> Example:
        """Send a tar archive that is not gzipped, under a name that says it is."""
        package = sdist("demo")
        return Example(Package(package.filename, gzip.decompress(package.read())))


class EncryptedMember(MemberRule):
    """A Python file in the archive needs a password. PyPI itself fails here.

    It wants to look into Python files, and does not expect to be asked for a password.
    """

    id = "encrypted-member"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Pack without a password: nobody could install this."
    source = "recorded case archive/zip-encrypted-flag-on-py"

    def example(self) -> Example:
        """Set the flag that says so."""
        return Example(wheel("demo", broken="encrypted-member"))


class ArchiveBreaksPypi(MemberRule):
    """The archive has something that the real server does not expect, and fails at. PyPI itself fails here.

    Names that claim to be UTF-8 and are not, absolute names beside relative ones in an sdist, compressed data
    that are none, a gzip header with nothing behind it.
    """

    id = "archive-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Let a current build backend write the archive."
    source = "recorded case archive/sdist-absolute-member"

    def example(self) -> Example:
        """Put an absolute name into an sdist."""
        return Example(sdist("demo", broken="absolute-path"))


class ArchiveBreaksConnection(MemberRule):
    """The archive lacks its first bytes, and the real server hangs up at it. PyPI itself fails here.

    A publishing tool sees a closed connection, and tries again.
    """

    id = "archive-breaks-connection"
    status = 0
    remedy = "Build again: the file has lost its beginning."
    source = "the real server's answer to a wheel without its first bytes"

    def example(self) -> Example:
        """Cut off the first bytes."""
        package = wheel("demo")
        return Example(Package(package.filename, package.read()[4:]))


class ArchiveExhaustsPypi(MemberRule):
    """The archive unpacks to gigabytes, or has more than a hundred thousand members. PyPI itself fails here.

    The real server goes through a source distribution to its end, until its own watchdog kills the worker and
    the connection with it. We stop at 100,000 members, at 4 GiB, and for a source distribution already at
    192 MiB if that is more than 64 times its size, and hang up as well.
    """

    id = "archive-exhausts-pypi"
    status = 0
    remedy = "Leave generated data out of the archive."
    source = "the real server's worker timeout; the limits are ours"

    def example(self) -> Example:
        """Give a zip archive more members than anybody needs."""
        return Example(Package("demo-1.0-py3-none-any.whl", _zip_of_many()))


class SparseMember(ArchiveRule):
    """A member of the tar archive is a sparse file, which different tools unpack to different contents."""

    id = "tar-sparse-member"
    message_template = (
        "Invalid distribution file. tar archive not accepted: Sparse members are not allowed. "
        "See https://docs.pypi.org/archives for more information"
    )
    remedy = "Pack without `tar --sparse`; let `python -m build --sdist` do it."
    source = "https://docs.pypi.org/archives"

    def example(self) -> Example:
        """Put a sparse file into the archive."""
        return Example(Package("demo-1.0.tar.gz", _sparse_sdist()))


def _zip_of_many() -> bytes:
    """A directory that lists one empty member again and again."""
    from fake_pypi.rules.zip_directory import CENTRAL, CENTRAL_SIGNATURE, END64, LOCATOR64, MOST_MEMBERS

    count = MOST_MEMBERS + 1
    entry = CENTRAL_SIGNATURE.ljust(CENTRAL.size, b"\0")
    directory = entry * count
    end64 = END64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), 0)
    locator = LOCATOR64.pack(b"PK\x06\x07", 0, len(directory), 1)
    end = io.BytesIO()
    with zipfile.ZipFile(end, "w"):
        pass
    return directory + end64 + locator + end.getvalue()


def _sparse_sdist() -> bytes:
    original = gzip.decompress(sdist("demo").read())
    buffer = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(original)) as old, tarfile.open(fileobj=buffer, mode="w") as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        hole = tarfile.TarInfo("demo-1.0/hole.bin")
        hole.type = tarfile.GNUTYPE_SPARSE
        new.addfile(hole)
    return gzip.compress(buffer.getvalue(), mtime=0)
