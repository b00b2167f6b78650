"""Uploads that PyPI rejects because of files that the index has, or had, and because of the release's age."""

from __future__ import annotations

from typing import Any

from fake_pypi.index import Index
from fake_pypi.index.releases import FileRow, ReleaseRow
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import ISSUES
from fake_pypi.rules.message_sources import cases, warehouse
from fake_pypi.rules.rule_set import Example, Rejection, Rule
from fake_pypi.rules.upload import Upload

STORED_LISTS = ("project-url", "license-file", "requires-external", "requires", "provides", "obsoletes")
"""Fields of the metadata of which a release stores every value, and which may hold any text."""
DAYS_OPEN = 14
"""Days after its creation during which a release accepts new files."""


def files_alike(upload: Upload, index: Index) -> list[FileRow]:
    """Return the files of any project with the same name, or with the same bytes."""
    if upload.file is None:
        return []
    name, digest = upload.filename, upload.file.blake2_256

    def look_up() -> list[FileRow]:
        candidates = [index.releases.file(name), index.releases.file_with(digest)]
        return [file for file in candidates if file is not None]

    return upload.looked_up("files alike", index, look_up)


def release_of(upload: Upload, index: Index) -> ReleaseRow | None:
    """Return the existing release that the file would be added to; None if it is new."""
    project, version = upload.project, upload.version
    if project is None or version is None:
        return None
    return upload.looked_up("release", index, lambda: index.releases.get(project, str(version)))


class NulInRelease(Rule):
    """A value of the metadata has a NUL character, which PyPI's database cannot store. PyPI itself fails here.

    PyPI escapes NUL only in the last value of a field, not in the other values of several platforms, project URLs or
    licence files. It stores metadata only for a new release.
    """

    id = "nul-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Look for NUL characters in the metadata: a file was probably read with the wrong encoding."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("differential/6562-0")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if release_of(upload, index) is not None:
            return None
        texts = upload.metadata.texts
        stored = [*texts.get("platform", [])[:1], *(value for name in STORED_LISTS for value in texts.get(name, []))]
        return self.reject() if any("\0" in value for value in stored) else None

    def example(self) -> Example:
        """Send two platforms, the first of which is a NUL."""
        return Example(wheel("demo"), form={"platform": ["\0", "any"]})


class NulInFile(Rule):
    """The comment or Python version of a file has a NUL character. PyPI itself fails here.

    PyPI escapes NUL only in the last value of a field, and stores the first.
    """

    id = "nul-in-file-breaks-pypi"
    status = 500
    message_template = "Internal Server Error"
    remedy = "Send each of the fields `comment` and `pyversion` once, without NUL characters."
    source = warehouse("forklift/legacy.py", "file_upload")

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if any("\0" in upload.text(name) for name in ("comment", "pyversion")) else None

    def example(self) -> Example:
        """Send two comments, the first of which is a NUL."""
        return Example(wheel("demo"), form={"comment": ["\0", "built by hand"]})


class SameFileAgain(Rule):
    """The same file was uploaded before: PyPI answers 200 and stores nothing.

    So a publishing job can be run again, even if the release does not accept new files any more. The rules that come
    after this one are not checked, so the file may be one that would be rejected today.
    """

    id = "same-file-again"
    status = 200
    message_template = "OK"
    remedy = "Nothing: the index has the file."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("duplicate/same-file-same-bytes")
    unknown_offline = "whether the same file was uploaded before"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        part = upload.file
        same = (
            part is not None
            and file.filename == upload.filename
            and file.sha256 == part.sha256
            and file.blake2_256 == part.blake2_256
            for file in files_alike(upload, index)
        )
        return self.reject() if any(same) else None

    def example(self) -> Example:
        """Send the same wheel twice."""
        package = wheel("demo")
        return Example(package, prepare=lambda index: keep(index, package))


class FileExists(Rule):
    """The index has a file with this name and other bytes, or these bytes under another name.

    PyPI never replaces a file, so that a pinned digest stays valid. Building twice rarely results in the same bytes,
    because archives contain dates. `twine upload --skip-existing` skips such files.
    """

    id = "duplicate-file"
    message_template = (
        "File already exists ({filename!r}, with blake2_256 hash {blake2_256!r}). "
        "See https://pypi.org/help/#file-name-reuse for more information."
    )
    remedy = "Give the release a new version, build again and upload that."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("age/15-days-duplicate-name-other-bytes")
    unknown_offline = "whether another file has the same name or the same bytes"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        if upload.file is None or not files_alike(upload, index):
            return None
        return self.reject(filename=upload.filename, blake2_256=upload.file.blake2_256)

    def example(self) -> Example:
        """DatedChange the package and build it again under the same version."""
        return Example(wheel("demo", summary="Now with a fix"), prepare=lambda index: keep(index, wheel("demo")))


class FilenameUsedBefore(Rule):
    """A file of this name was uploaded and deleted; the name cannot be used again.

    Deleting a release, or the whole project, does not free the names of its files.
    """

    id = "filename-reuse"
    message_template = (
        "This filename was previously used by a file that has since been deleted. Use a different version. "
        "See https://pypi.org/help/#file-name-reuse for more information."
    )
    remedy = "Give the release a new version; a post-release such as 1.0.post1 will do."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("age/15-days-deleted-filename")
    unknown_offline = "whether the file name was used by a file that was deleted"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.filename and index.releases.was_used(upload.filename) else None

    def example(self) -> Example:
        """Upload, delete, fix, and upload again."""
        return Example(wheel("demo", summary="Now with a fix"), prepare=_upload_and_delete)


class ReleaseClosed(Rule):
    """The release was created more than 14 days ago and accepts no new files.

    This keeps attackers from adding a file to an old, trusted release. Wheels that are built weeks later are rejected
    as well.
    """

    id = "release-closed"
    message_template = "Uploading new files to releases older than 14 days is not allowed."
    remedy = "Make a new release; upload all files of a release within 14 days."
    source = warehouse("forklift/legacy.py", "file_upload")
    recorded = cases("age/15-days")
    since = "2026-07-08"
    dated_by = f"{ISSUES}/20251"
    unknown_offline = "whether the release is older than 14 days"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        release = release_of(upload, index)
        if release is None or index.releases.age_days(release) <= DAYS_OPEN:
            return None
        return self.reject()

    def example(self) -> Example:
        """Add an sdist to a release of last month."""
        return Example(sdist("demo"), prepare=_wheel_of_last_month)


class SecondSdist(Rule):
    """The release has a source distribution, and may have only one.

    Installers could not tell which of the two to build.
    """

    id = "duplicate-sdist"
    message_template = "Only one sdist may be uploaded per release."
    remedy = "Delete the stale archive from dist/, or give the release a new version."
    source = warehouse("forklift/legacy.py", "file_upload")
    unknown_offline = "whether the release has an sdist already"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        release = release_of(upload, index)
        if not upload.is_sdist or upload.project is None or release is None:
            return None
        kinds = [file.packagetype for file in index.releases.files(upload.project, release)]
        return self.reject() if "sdist" in kinds else None

    def example(self) -> Example:
        """Send the same release as .zip after the .tar.gz."""
        again = sdist("demo", summary="Packed again").renamed("demo-1.0.zip")
        return Example(again, prepare=lambda index: keep(index, sdist("demo")))


def keep(index: Index, package: Package) -> None:
    """Put a file into release 1.0 of the project "demo", for examples: as an upload that passed would."""
    import hashlib

    owner = index.accounts.get("owner") or index.accounts.add("owner")
    project = index.projects.get("demo") or index.projects.create("demo", owner)
    release = index.releases.get(project, "1.0") or index.releases.create(project, "1.0", {})
    digest = package.blake2_256
    facts: dict[str, Any] = {
        "project": project.id,
        "release": release.id,
        "filename": package.filename,
        "packagetype": package.filetype,
        "python_version": "source" if package.filetype == "sdist" else "py3",
        "requires_python": None,
        "size": package.size,
        "md5": hashlib.new("md5", package.read(), usedforsecurity=False).hexdigest(),
        "sha256": package.sha256,
        "blake2_256": digest,
        "path": f"{digest[:2]}/{digest[2:4]}/{digest[4:]}/{package.filename}",
        "uploaded": index.clock.timestamp(),
        "sender": owner.name,
    }
    index.releases.add_file(project, release, FileRow(**facts))


def _upload_and_delete(index: Index) -> None:
    package = wheel("demo")
    keep(index, package)
    index.releases.delete_file(index.projects["demo"], package.filename)


def _wheel_of_last_month(index: Index) -> None:
    keep(index, wheel("demo"))
    index.releases.make_older(index.projects["demo"], "1.0", 30)
