"""Releases and their files. The name of a deleted file cannot be used again."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from fake_pypi.errors import NotFound
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.journal import Journal, status_action
from fake_pypi.index.projects import ProjectRow

DAY = 86_400
LONGEST_CACHED = 100
"""Characters of a version up to which its canonical form is kept."""


@dataclass(frozen=True)
class ReleaseRow:
    """One version of a project. `created` is seconds since 1970, `metadata` the upload form of its first file."""

    id: int
    project: str
    version: str
    canonical: str
    created: float
    yanked: bool
    yanked_reason: str
    status: str
    metadata: dict[str, Any]


@dataclass(frozen=True)
class FileRow:
    """One file of a release. Sizes are bytes, digests hexadecimal, `path` is relative to the folder of files."""

    project: str
    release: int
    filename: str
    packagetype: str
    python_version: str
    requires_python: str | None
    size: int
    md5: str
    sha256: str
    blake2_256: str
    path: str
    uploaded: float
    sender: str
    metadata_sha256: str | None = None
    provenance: str | None = None
    comment: str | None = None

    @property
    def form_id(self) -> str:
        """The id by which a form of the web site names the file, as PyPI's a UUID."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.path))


RELEASE_COLUMNS = tuple(field.name for field in fields(ReleaseRow))
FILE_COLUMNS = tuple(field.name for field in fields(FileRow))


class Releases:
    """The releases of one index and the files in them."""

    def __init__(self, db: Database, clock: Clock, journal: Journal) -> None:
        self._db = db
        self._clock = clock
        self._journal = journal

    # -- releases

    def create(self, project: ProjectRow, version: str, metadata: Mapping[str, Any], sender: str = "") -> ReleaseRow:
        """Add a release, with its version exactly as it was sent."""
        columns: dict[str, Any] = {
            "project": project.id,
            "version": version,
            "canonical": canonical(version),
            "created": self._clock.timestamp(),
        }
        with self._db.joined_transaction():
            self._journal.write(project.name, version, "new release", sender)
            row_id = self._db.insert("releases", **columns, metadata=json.dumps(metadata))
        return ReleaseRow(row_id, **columns, yanked=False, yanked_reason="", status="active", metadata=dict(metadata))

    def get(self, project: ProjectRow, version: str) -> ReleaseRow | None:
        """Return the release of that version in any spelling, or None."""
        query = "SELECT * FROM releases WHERE project = ? AND canonical = ?"
        row = self._db.row(query, project.id, canonical(version))
        return None if row is None else _release(row)

    def named(self, project: ProjectRow, version: str) -> ReleaseRow:
        """Return the release, or raise a `NotFound` that names the existing ones."""
        release = self.get(project, version)
        if release is None:
            raise NotFound(f"release of {project.name}", version, [each.version for each in self.of(project)])
        return release

    def by_id(self, release_id: int) -> ReleaseRow:
        """Return the release with that id, which has to exist."""
        return _release(self._db.rows("SELECT * FROM releases WHERE id = ?", release_id)[0])

    def of(self, project: ProjectRow) -> list[ReleaseRow]:
        """Return the project's releases in the order in which they were created."""
        query = "SELECT * FROM releases WHERE project = ? ORDER BY id"
        return [_release(row) for row in self._db.rows(query, project.id)]

    def yank(
        self, project: ProjectRow, version: str, reason: str = "", sender: str = "", *, journal: bool = True
    ) -> None:
        """Yank every file of a release. Without `journal` only the state changes, as by an edit of PyPI's database."""
        self._change(project, version, "yank release", sender, journal=journal, yanked=1, yanked_reason=reason)

    def unyank(self, project: ProjectRow, version: str, sender: str = "") -> None:
        """Unyank every file of a release."""
        self._change(project, version, "unyank release", sender, yanked=0, yanked_reason="")

    def set_status(
        self, project: ProjectRow, version: str, status: str, sender: str = "", *, journal: bool = True
    ) -> None:
        """Quarantine, archive or re-activate one release; `journal` as for `yank`."""
        action = status_action("release", self.named(project, version).status, status)
        self._change(project, version, action, sender, journal=journal, status=status)

    def _change(
        self, project: ProjectRow, version: str, action: str, sender: str, *, journal: bool = True, **columns: Any
    ) -> None:
        """Set columns of a release, and write the journal entry unless nothing changes."""
        release = self.named(project, version)
        if all(getattr(release, name) == value for name, value in columns.items()):
            return
        with self._db.transaction():
            if journal:
                self._journal.write(project.name, release.version, action, sender)
            assignments = ", ".join(f"{name} = ?" for name in columns)
            statement = f"UPDATE releases SET {assignments} WHERE id = ?"  # noqa: S608 - names are ours
            self._db.change(statement, *columns.values(), release.id)

    def delete(self, project: ProjectRow, version: str, sender: str = "") -> list[FileRow]:
        """Delete a release with its files, and return these files."""
        release = self.named(project, version)
        with self._db.transaction():
            deleted = self._delete(release, self.files(project, release))
            self._journal.write(project.name, release.version, "remove release", sender)
        return deleted

    def delete_all(self, project: ProjectRow) -> list[FileRow]:
        """Delete every release of a project that is being deleted; the journal has no entry for each release."""
        with self._db.transaction():
            return [file for each in self.of(project) for file in self._delete(each, self.files(project, each))]

    def _delete(self, release: ReleaseRow, files: list[FileRow]) -> list[FileRow]:
        self._db.change("DELETE FROM files WHERE release = ?", release.id)
        self._remove_data_of(files)
        self._db.change("DELETE FROM releases WHERE id = ?", release.id)
        return files

    # -- files

    def add_file(self, project: ProjectRow, release: ReleaseRow, file: FileRow, metadata: bytes | None = None) -> None:
        """Add a file to its release; its name cannot be used again, even after the file is deleted."""
        with self._db.joined_transaction():
            self._db.insert("files", **{name: getattr(file, name) for name in FILE_COLUMNS})
            self._db.change("INSERT OR IGNORE INTO used_filenames VALUES (?)", file.filename)
            if metadata is not None:
                self._db.insert("core_metadata", filename=file.filename, content=metadata)
            self._db.change("UPDATE projects SET total_size = total_size + ? WHERE id = ?", file.size, project.id)
            action = f"add {file.python_version} file {file.filename}"
            self._journal.write(project.name, release.version, action, file.sender)

    def file(self, filename: str) -> FileRow | None:
        """Return the file of that name, or None."""
        row = self._db.row("SELECT * FROM files WHERE filename = ?", filename)
        return None if row is None else _file(row)

    def file_at(self, path: str) -> FileRow | None:
        """Return the file at that path below /packages/, or None."""
        row = self._db.row("SELECT * FROM files WHERE path = ?", path)
        return None if row is None else _file(row)

    def sizes(self) -> dict[str, int]:
        """Return the path below /packages/ of every file, with its size in bytes."""
        return {row["path"]: row["size"] for row in self._db.rows("SELECT path, size FROM files")}

    def paths(self) -> list[str]:
        """Return the path below /packages/ of every file."""
        return [row[0] for row in self._db.rows("SELECT path FROM files")]

    def filenames(self) -> list[str]:
        """Return the name of every file, sorted."""
        return [row[0] for row in self._db.rows("SELECT filename FROM files ORDER BY filename")]

    def file_with(self, blake2_256: str) -> FileRow | None:
        """Return the file with that digest, in any project, or None."""
        row = self._db.row("SELECT * FROM files WHERE blake2_256 = ?", blake2_256)
        return None if row is None else _file(row)

    def files(self, project: ProjectRow, release: ReleaseRow | None = None) -> list[FileRow]:
        """Return the files of a project (of one release) in the order of their upload."""
        query = "SELECT * FROM files WHERE project = ? AND (? IS NULL OR release = ?) ORDER BY id"
        chosen = None if release is None else release.id
        return [_file(row) for row in self._db.rows(query, project.id, chosen, chosen)]

    def delete_file(self, project: ProjectRow, filename: str, sender: str = "") -> FileRow:
        """Delete one file. Raises `NotFound` if the project does not have it."""
        file = self.file(filename)
        if file is None or file.project != project.id:
            raise NotFound(f"file of {project.name}", filename, [each.filename for each in self.files(project)])
        version = self._db.value("SELECT version FROM releases WHERE id = ?", file.release)
        with self._db.transaction():
            self._db.change("DELETE FROM files WHERE filename = ?", filename)
            self._remove_data_of([file])
            self._journal.write(project.name, version, f"remove file {filename}", sender)
        return file

    def was_used(self, filename: str) -> bool:
        """Return whether a file ever had that name, including deleted files."""
        return self._db.row("SELECT 1 FROM used_filenames WHERE filename = ?", filename) is not None

    def core_metadata(self, filename: str) -> bytes | None:
        """Return the METADATA of a wheel as PEP 658 serves it, or None."""
        content: bytes | None = self._db.value("SELECT content FROM core_metadata WHERE filename = ?", filename)
        return content

    def age_days(self, release: ReleaseRow) -> float:
        """Return how many days ago the release was created, on the index's clock."""
        return (self._clock.timestamp() - release.created) / DAY

    def make_older(self, project: ProjectRow, version: str, days: float) -> None:
        """Set the creation of a release back in time."""
        release = self.named(project, version)
        self._db.change("UPDATE releases SET created = created - ? WHERE id = ?", days * DAY, release.id)

    def _remove_data_of(self, files: list[FileRow]) -> None:
        for file in files:
            self._db.change("DELETE FROM core_metadata WHERE filename = ?", file.filename)
            self._db.change(
                "UPDATE projects SET total_size = max(0, total_size - ?) WHERE id = ?",
                file.size,
                file.project,
            )


def canonical(version: str) -> str:
    """Return the version as PyPI compares it; text that is not a version is returned as it is.

    >>> canonical("v1.0.0-RC1")
    '1rc1'
    """
    return _canonical(version) if len(version) <= LONGEST_CACHED else _canonical.__wrapped__(version)


@lru_cache(maxsize=1024)
def _canonical(version: str) -> str:
    from packaging.utils import canonicalize_version

    try:
        return canonicalize_version(version)
    except ValueError:  # a number with more digits than Python reads
        return version


def _release(row: sqlite3.Row) -> ReleaseRow:
    values = {name: row[name] for name in RELEASE_COLUMNS}
    return ReleaseRow(**{**values, "yanked": bool(row["yanked"]), "metadata": json.loads(row["metadata"])})


def _file(row: sqlite3.Row) -> FileRow:
    return FileRow(**{name: row[name] for name in FILE_COLUMNS})
