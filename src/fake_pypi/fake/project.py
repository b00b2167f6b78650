"""A project as a test looks at it: values, read from the index at the moment of asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.releases import FileRow, ReleaseRow


@dataclass(frozen=True)
class File:
    """One file of a release. `size` is bytes, digests are hexadecimal."""

    filename: str
    packagetype: str
    size: int
    md5: str
    sha256: str
    blake2_256: str
    requires_python: str | None
    uploaded: datetime
    uploaded_by: str


@dataclass(frozen=True)
class Release:
    """One version of a project, with its files in the order of their arrival."""

    version: str
    created: datetime
    yanked: bool = False
    yanked_reason: str = ""
    status: str = "active"
    files: tuple[File, ...] = ()

    @property
    def filenames(self) -> list[str]:
        """The names of the files, sorted."""
        return sorted(file.filename for file in self.files)


@dataclass(frozen=True)
class Project:
    """One project: `project.releases["1.0"].filenames`."""

    name: str
    status: str
    releases: dict[str, Release] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, index: Index, name: str) -> Project | None:
        """Read a project from an index; None if there is none of that name, in any spelling."""
        row = index.projects.get(name)
        if row is None:
            return None
        files: dict[int, list[File]] = {}
        for file in index.releases.files(row):
            files.setdefault(file.release, []).append(_file(file))
        releases = {each.version: _release(each, files.get(each.id, [])) for each in index.releases.of(row)}
        return cls(row.name, row.status, releases, dict(index.projects.roles(row)))


def _release(row: ReleaseRow, files: list[File]) -> Release:
    created = datetime.fromtimestamp(row.created, timezone.utc)
    return Release(row.version, created, row.yanked, row.yanked_reason, row.status, tuple(files))


def _file(row: FileRow) -> File:
    return File(
        row.filename,
        row.packagetype,
        row.size,
        row.md5,
        row.sha256,
        row.blake2_256,
        row.requires_python,
        datetime.fromtimestamp(row.uploaded, timezone.utc),
        row.sender,
    )
