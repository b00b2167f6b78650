"""The archive of a wheel or a source distribution: whether it is one, and has the members that it must have."""

from __future__ import annotations

import posixpath
import tarfile
from zipfile import ZIP_DEFLATED, ZIP_STORED

from fake_pypi.index import Index
from fake_pypi.inspection.tar_archive import TarArchive
from fake_pypi.inspection.zip_archive import ZipArchive
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.reference_data import limit
from fake_pypi.rules.dated_change import PULLS, STRICTER_ARCHIVES, DatedChange
from fake_pypi.rules.example_archives import sparse_sdist
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

SMALL_ENOUGH = limit("compression_ratio_min_size")
"""Unpacked bytes up to which PyPI does not look at the ratio."""
MOST_RATIO, FIRST_RATIO = limit("compression_ratio"), 10
HIGHER_RATIO = DatedChange(
    "2023-06-21", f"An archive may unpack to {MOST_RATIO} times its size, not {FIRST_RATIO} times.", f"{PULLS}/13967"
)
SUPPORTED_METHODS = (ZIP_STORED, ZIP_DEFLATED)


def wheel_archive(upload: Upload) -> ZipArchive | None:
    """Return the archive of a wheel whose members can be listed."""
    archive = upload.zip_archive
    return archive if archive and archive.is_wheel and archive.members is not None else None


def sdist_archive(upload: Upload) -> ZipArchive | TarArchive | None:
    """Return the archive of a source distribution whose members can be listed and share a kind of name."""
    archive = upload.zip_archive
    if archive is None:
        tar = upload.tar_archive
        return tar if tar and tar.is_recognized and not tar.is_zip_and_tar and tar.failure is None else None
    listed = not archive.is_wheel and archive.members is not None and archive.top_folder is not None
    return archive if listed else None


class ZipAndTar(Rule):
    """The file is a zip archive to a tool that reads its end, and a tar archive to a tool that reads its start.

    Its content depends on the tool that unpacks it.
    """

    id = "zip-and-tar"
    message_template = "Invalid distribution file. File is both a zip and a tar file"
    remedy = "Build again; no build backend makes such a file."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.archive and upload.archive.is_zip_and_tar else None

    def example(self) -> Example:
        """Put an empty tar archive in front of a wheel."""
        package = wheel("demo")
        return Example(Package(package.filename, bytes(tarfile.BLOCKSIZE) + package.read()))


class NotAZipfile(Rule):
    """The wheel is not a zip archive: it is truncated, or it is a file of another kind with a wheel's name.

    An upload tool sends every file in dist/. A build that was interrupted leaves such a file behind.
    """

    id = "not-a-zipfile"
    message_template = "Invalid distribution file. File is not a zipfile"
    remedy = "Empty dist/, build again, and look at the file with `python -m zipfile -l`."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/wheel-not-a-zip")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = upload.zip_archive
        return self.reject() if archive and not archive.is_recognized else None

    def example(self) -> Example:
        """Send text."""
        return Example(wheel("demo", broken="bad-zip"))


class NotATarfile(Rule):
    """The source distribution, gzipped or not, contains no tar archive.

    A common cause is an HTML error page that was saved as demo-1.0.tar.gz.
    """

    id = "not-a-tarfile"
    message_template = "Invalid distribution file. File is not a tarfile"
    remedy = "Build again, and look at the file with `tar -tzf`."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdist-gzip-of-text")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = upload.tar_archive
        return self.reject() if archive and not archive.is_recognized else None

    def example(self) -> Example:
        """Send gzipped text."""
        return Example(sdist("demo", broken="bad-tar"))


class DecompressionBomb(Rule):
    """The archive unpacks to more than 64 MiB and to more than 50 times its size.

    PyPI treats it as an attack on the machines that install it. Large tables of zeros have the same effect.
    """

    id = "decompression-bomb"
    message_template = "Invalid distribution file. File exceeds compression ratio of {ratio}"
    remedy = "Generate or download the data when the package is first used, instead of packing them."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/wheel-bomb")
    since = "2023-06-06"
    dated_by = f"{PULLS}/13877"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = upload.zip_archive
        if archive is None or archive.unpacked_size <= SMALL_ENOUGH:
            return None
        most = MOST_RATIO if HIGHER_RATIO.is_in_force(self.as_of) else FIRST_RATIO
        return self.reject(ratio=most) if archive.unpacked_size / archive.size > most else None

    def example(self) -> Example:
        """Pack 65 MiB of zeros."""
        return Example(wheel("demo", broken="zip-bomb"))


class UnsupportedCompression(Rule):
    """A member is compressed with a method other than "deflate", which some installers cannot read."""

    id = "unsupported-compression"
    message_template = "Invalid distribution file. File does not use a supported compression type"
    remedy = "Let the build backend write the wheel, or pack it with deflate."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/wheel-compression-bzip2")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        members = upload.zip_archive.members if upload.zip_archive else None
        names = [entry.name for entry in members.entries if entry.method not in SUPPORTED_METHODS] if members else []
        return self.reject_members(names) if names else None

    def example(self) -> Example:
        """Compress with bzip2."""
        return Example(wheel("demo", broken="unsupported-compression"))


class SparseMember(Rule):
    """A member of the tar archive is a sparse file, which different tools unpack to different contents."""

    id = "tar-sparse-member"
    message_template = (
        "Invalid distribution file. tar archive not accepted: Sparse members are not allowed. "
        "See https://docs.pypi.org/archives for more information"
    )
    remedy = "Pack without `tar --sparse`; let `python -m build --sdist` do it."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdist-gnu-sparse")
    since = "2026-08-17"
    dated_by = f"{PULLS}/20404"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = upload.tar_archive
        return self.reject_members(archive.sparse_members) if archive and archive.sparse_members else None

    def example(self) -> Example:
        """Put a sparse file into the archive."""
        return Example(Package("demo-1.0.tar.gz", sparse_sdist()))


class SdistTopLevel(Rule):
    """The source distribution unpacks into several folders, or into none: all members must share one.

    Installers build in that folder. A second one is the result of packing by hand, or of names that start with `./` or
    `/`.
    """

    id = "sdist-top-level"
    message_template = "Invalid distribution file. Incorrect number of top-level directories in sdist"
    remedy = "Let `python -m build --sdist` pack it."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdistzip-two-top")
    since = "2024-11-18"
    dated_by = STRICTER_ARCHIVES

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = sdist_archive(upload)
        if archive is None or archive.top_folder not in {".", "/", "", None}:
            return None
        return self.reject_members(archive.top_names)

    def example(self) -> Example:
        """Put a second folder beside the first."""
        return Example(sdist("demo", broken="two-top-folders"))


class NoPkgInfo(Rule):
    """The source distribution has no file PKG-INFO, which holds its metadata, in its top folder.

    `git archive` and the archives on GitHub have no such file: they are not source distributions.
    """

    id = "no-pkg-info"
    message_template = "Invalid distribution file. PKG-INFO not found at {path}"
    remedy = "Upload what `python -m build --sdist` made, not an archive of the repository."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/sdist-no-pkg-info")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = sdist_archive(upload)
        if archive is None or archive.top_folder in {".", "/", "", None}:
            return None
        path = posixpath.join(archive.top_folder or "", "PKG-INFO")
        return None if archive.has(path) else self.reject(path=path.encode("utf-8", "replace").decode())

    def example(self) -> Example:
        """Leave PKG-INFO out."""
        return Example(sdist("demo", broken="sdist-without-pkg-info"))


class UnparsableWheelName(Rule):
    """The wheel's file name has fewer than two hyphens, so PyPI cannot derive the folder of its metadata from it."""

    id = "unparsable-wheel-name"
    message_template = "Invalid distribution file. Unable to parse name and version from wheel filename"
    remedy = "Do not rename wheels: the name lists the Python versions and platforms that they are for."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("filename/wheel-one-part")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = wheel_archive(upload)
        return self.reject() if archive and archive.dist_info_folder is None else None

    def example(self) -> Example:
        """Rename the wheel."""
        return Example(wheel("demo").renamed("demo.whl"))


class NoWheelFile(Rule):
    """The wheel has no file WHEEL in the folder that its file name determines.

    The name of the folder must be spelled exactly as in the file name. A wheel that was renamed, or whose folder is
    spelled differently, is rejected with this message.
    """

    id = "no-wheel-file"
    message_template = "Invalid distribution file. WHEEL not found at {path}"
    remedy = "Do not rename wheels; build again with a current build backend."
    source = warehouse("forklift/legacy.py", "_is_valid_dist_file")
    recorded = cases("archive/wheel-no-WHEEL")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        archive = wheel_archive(upload)
        path = archive.identifying_file if archive else None
        return None if archive is None or path is None or archive.has(path) else self.reject(path=path)

    def example(self) -> Example:
        """Leave the file WHEEL out."""
        return Example(wheel("demo", broken="no-wheel-file"))
