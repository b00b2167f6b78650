"""The projects of a fake index, for tests to read and to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from fake_pypi.operations import deletion, projects, releases, roles
from fake_pypi.operations.actor import ADMINISTRATOR

if TYPE_CHECKING:
    from fake_pypi.fake.users import FakeUsers
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import Role, Status
    from fake_pypi.index.releases import FileRow, ReleaseRow
    from fake_pypi.operations.file_storage import FileStorage


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
    """One version of a project, with its files in the order of their upload."""

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
    """One project as it was when it was read: `project.releases["1.0"].filenames`."""

    name: str
    status: str
    releases: dict[str, Release] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


class FakeProjects:
    """The projects of one index.

    Changes are made by the site's administrator. Where a `user` can be named, that user makes the change on the web
    site, with its own permissions: what PyPI does not allow raises `OperationRejected`.
    """

    def __init__(self, index: Index, users: FakeUsers, files: FileStorage) -> None:
        self._index = index
        self._users = users
        self._files = files

    def get(self, name: str) -> Project | None:
        """Return a project as it is now, in any spelling of its name, or None."""
        row = self._index.projects.get(name)
        if row is None:
            return None
        files: dict[int, list[File]] = {}
        for file in self._index.releases.files(row):
            files.setdefault(file.release, []).append(_file(file))
        releases = {row.version: _release(row, files.get(row.id, [])) for row in self._index.releases.of(row)}
        return Project(row.name, row.status, releases, dict(self._index.projects.roles(row)))

    def add(self, name: str, *, owner: User | str | None = None, role: Role = "Owner") -> None:
        """Register a project without a release; give a user a role in a project that exists."""
        user = self._users.resolve(owner)
        if self._index.projects.get(name) is None:
            projects.create(self._index, ADMINISTRATOR, name, user, role)
        else:
            roles.add(self._index, ADMINISTRATOR, name, user, role)

    def change_role(self, project: str, member: User | str, role: Role, *, user: User | str | None = None) -> None:
        """Change the role of a member of a project."""
        roles.change(self._index, self._users.actor(user), project, self._users.resolve(member), role)

    def remove_role(self, project: str, member: User | str, *, user: User | str | None = None) -> None:
        """Remove the role of a member of a project; `NotFound` names the users who have one."""
        roles.remove(self._index, self._users.actor(user), project, self._users.resolve(member))

    def add_organization(
        self,
        name: str,
        *,
        project: str,
        active: bool = True,
        type: str = "Community",
        members: Mapping[str, str] | None = None,
    ) -> None:
        """Make an organization the owner of a project. `members` are users with their role, as {"bob": "manager"}."""
        projects.add_organization(self._index, ADMINISTRATOR, name, project, active=active, type=type, members=members)

    def yank(self, project: str, version: str, reason: str = "", *, user: User | str | None = None) -> None:
        """Yank a release: installers ignore it unless its exact version is wanted."""
        releases.yank(self._index, self._users.actor(user), project, version, reason)

    def unyank(self, project: str, version: str, *, user: User | str | None = None) -> None:
        """Unyank a release."""
        releases.unyank(self._index, self._users.actor(user), project, version)

    def delete(
        self,
        project: str | None = None,
        version: str | None = None,
        *,
        filename: str | None = None,
        user: User | str | None = None,
    ) -> None:
        """Delete a file, a release, or a whole project. The names of its files cannot be used again.

        A `filename` alone is enough; what does not exist raises `NotFound`, which names what exists.
        """
        actor = self._users.actor(user)
        deletion.delete(self._index, actor, project, version, filename=filename, files=self._files)

    def archive(self, project: str, *, user: User | str | None = None) -> None:
        """Archive a project: it accepts no uploads any more, and is not listed."""
        projects.archive(self._index, self._users.actor(user), project)

    def unarchive(self, project: str, *, user: User | str | None = None) -> None:
        """Make an archived project active again."""
        projects.unarchive(self._index, self._users.actor(user), project)

    def set_status(self, project: str, status: Status, *, version: str | None = None) -> None:
        """Archive, quarantine or re-activate a project, or one release of it."""
        if version is None:
            projects.set_status(self._index, ADMINISTRATOR, project, status)
        else:
            releases.set_status(self._index, ADMINISTRATOR, project, version, status)

    def backdate(self, project: str, version: str, *, days: float) -> None:
        """Set the creation of a release back by some days; nothing else changes."""
        releases.backdate(self._index, ADMINISTRATOR, project, version, days=days)

    def prune(self, *, older_than: float) -> list[str]:
        """Delete the releases older than that many days, as TestPyPI does at times; return what was deleted.

        >>> testpypi.prune(older_than=180)                          # doctest: +SKIP
        ['hello 1.0']
        """
        return deletion.prune(self._index, ADMINISTRATOR, older_than=older_than, files=self._files)


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
