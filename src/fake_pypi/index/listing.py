"""Queries for the pages of an index: one query each, and a project's pages cost no more when others grow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from fake_pypi.index.database import Database
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.releases import ReleaseRow

LISTED = """
SELECT files.id, filename, path, size, md5, sha256, blake2_256, packagetype, python_version, requires_python, uploaded,
       metadata_sha256, provenance, comment, version, yanked, yanked_reason
FROM files JOIN releases ON releases.id = files.release WHERE"""
FILES = f"{LISTED} files.project = ? AND releases.status <> 'quarantined'"
FILES_WITH = f"{LISTED} files.id IN ({{}})"
KEYS = """
SELECT files.id, filename, yanked, yanked_reason FROM files JOIN releases ON releases.id = files.release
WHERE files.project = ? AND releases.status <> 'quarantined'"""
FILES_OF_ONE = f"{FILES} AND files.release = ?"

VERSIONS = "SELECT version, yanked FROM releases WHERE project = ? AND status <> 'quarantined'"

MARKED = """
SELECT id, status, yanked, yanked_reason FROM releases
WHERE project = ? AND (status <> 'active' OR yanked = 1) ORDER BY id"""

RECENT = """
SELECT projects.name, releases.version, releases.created, releases.metadata
FROM releases JOIN projects ON projects.id = releases.project
WHERE projects.status <> 'quarantined' AND {which}
ORDER BY releases.created DESC, releases.id DESC LIMIT ?"""

NEWEST = """
SELECT name, latest.version, projects.created, latest.metadata
FROM projects JOIN releases AS latest
     ON latest.id = (SELECT max(id) FROM releases WHERE releases.project = projects.id)
WHERE projects.status <> 'quarantined'
ORDER BY projects.created DESC, projects.rowid DESC LIMIT ?"""

NEWEST_TOKENS = """
SELECT coalesce(users.name, publishers.kind, ''), description, projects, tokens.created, last_used
FROM tokens LEFT JOIN users ON users.id = tokens.user LEFT JOIN publishers ON publishers.id = tokens.publisher
ORDER BY tokens.rowid DESC LIMIT ?"""

ROLES = """
SELECT role, projects.name
FROM roles JOIN users ON users.id = roles.user JOIN projects ON projects.id = roles.project
WHERE users.name = ? ORDER BY role DESC, projects.name"""

SITEMAP = """
SELECT name, '/project/' || normalized || '/', created FROM projects WHERE created < ?
UNION ALL SELECT name, '/user/' || name || '/', created FROM users WHERE created < ?"""

RELEASES = """
SELECT version, created, yanked, yanked_reason, status,
       (SELECT count(*) FROM files WHERE files.release = releases.id)
FROM releases WHERE project = ? AND status <> 'quarantined'"""

SUMMARIES = """
SELECT projects.name, projects.normalized, releases.version, releases.created, releases.yanked, releases.metadata
FROM releases JOIN projects ON projects.id = releases.project
WHERE projects.status <> 'quarantined' AND releases.status <> 'quarantined'"""
SUMMARIES_OF_USER = """
AND projects.id IN (SELECT project FROM roles JOIN users ON users.id = roles.user WHERE users.name = ?)"""

COUNTED = ("projects", "releases", "files", "users")

LARGEST = """
SELECT projects.name, sum(files.size) FROM files JOIN projects ON projects.id = files.project
GROUP BY projects.id ORDER BY 2 DESC, 1 LIMIT ?"""


class ListedFile(NamedTuple):
    """A file, with the version and the yank of its release. `uploaded` is seconds since 1970, `size` bytes."""

    id: int
    filename: str
    path: str
    size: int
    md5: str
    sha256: str
    blake2_256: str
    packagetype: str
    python_version: str
    requires_python: str | None
    uploaded: float
    metadata_sha256: str | None
    provenance: str | None
    comment: str | None
    version: str
    yanked: int
    yanked_reason: str


FileKey = tuple[int, str, int, str]
"""The id and the name of a file, and the yank of its release with its reason: what the pages show depends on these."""


class News(NamedTuple):
    """A new release or project. `at` is seconds since 1970."""

    project: str
    version: str
    at: float
    summary: str | None
    author_email: str | None


def files_of(db: Database, project: ProjectRow, release: ReleaseRow | None = None) -> list[ListedFile]:
    """Return the files that installers see, of one release or of all but the quarantined ones; in no order."""
    if release is None:
        return [ListedFile._make(row) for row in db.rows(FILES, project.id)]
    return [ListedFile._make(row) for row in db.rows(FILES_OF_ONE, project.id, release.id)]


def keys_of_files(db: Database, project: ProjectRow) -> list[FileKey]:
    """Return the keys of the files that `files_of` returns, in a fifth of its time for a project with many files."""
    return [tuple(row) for row in db.rows(KEYS, project.id)]


def key_of(file: ListedFile) -> FileKey:
    """Return what can change of a file, together with what it is: its row never changes, but its id can be reused."""
    return file.id, file.filename, file.yanked, file.yanked_reason


def files_with(db: Database, ids: Sequence[int]) -> list[ListedFile]:
    """Return the files with these ids."""
    return [ListedFile._make(row) for row in db.rows(FILES_WITH.format(", ".join("?" * len(ids))), *ids)]


def versions_of(db: Database, project: ProjectRow) -> list[tuple[str, bool]]:
    """Return (version, is it yanked) of every release that is not quarantined; in no order."""
    return [(row[0], bool(row[1])) for row in db.rows(VERSIONS, project.id)]


def state_of(db: Database, project: ProjectRow) -> tuple[object, ...]:
    """Return everything that the project's pages depend on; a status or a yank does not change the serial.

    Serials begin again where the content of the database is replaced, so its number counts too.
    """
    marked = [tuple(row) for row in db.rows(MARKED, project.id)]
    return (db.content_number, project.id, project.name, project.status, project.organization, project.serial, *marked)


def recent_releases(db: Database, most: int, project: ProjectRow | None = None) -> list[News]:
    """Return the newest releases first, of one project or of all."""
    if project is None:
        return [_news(row) for row in db.rows(RECENT.format(which="1"), most)]
    return [_news(row) for row in db.rows(RECENT.format(which="releases.project = ?"), project.id, most)]


class CreatedToken(NamedTuple):
    """A token without its secret. `owner` is a user, or the kind of a publisher; times are seconds since 1970."""

    owner: str
    description: str
    projects: tuple[str, ...] | None
    created: float
    last_used: float | None


def newest_tokens(db: Database, most: int) -> list[CreatedToken]:
    """Return the tokens of all users and publishers that were created last, the newest first."""
    return [
        CreatedToken(owner, description, None if projects is None else tuple(json.loads(projects)), created, last_used)
        for owner, description, projects, created, last_used in db.rows(NEWEST_TOKENS, most)
    ]


def newest_projects(db: Database, most: int) -> list[News]:
    """Return the projects that were registered last and have a release, the newest first."""
    return [_news(row) for row in db.rows(NEWEST, most)]


def _news(row: sqlite3.Row) -> News:
    project, version, at, metadata = row
    fields = json.loads(metadata)  # not in SQL: SQLite cuts a text at its first NUL
    return News(project, version, at, fields.get("summary"), fields.get("author_email"))


def roles_of(db: Database, user: str) -> list[tuple[str, str]]:
    """Return (role, project) of every project in which a user has a role; owned projects first."""
    return [(row[0], row[1]) for row in db.rows(ROLES, user)]


def pages_before(db: Database, moment: float) -> list[tuple[str, str, float]]:
    """Return (name, path, created) of the pages of projects and users that existed at a time."""
    return [(row[0], row[1], row[2]) for row in db.rows(SITEMAP, moment, moment)]


class ListedRelease(NamedTuple):
    """A release in a list. `created` is seconds since 1970, `files` the number of its files."""

    version: str
    created: float
    yanked: int
    yanked_reason: str
    status: str
    files: int


class ProjectSummary(NamedTuple):
    """A project in a list, as its newest release describes it. `released` is seconds since 1970."""

    name: str
    normalized: str
    version: str
    released: float
    yanked: int
    metadata: dict[str, Any]


def releases_of(db: Database, project: ProjectRow) -> list[ListedRelease]:
    """Return the releases of a project that are not quarantined, without their metadata; in no order."""
    return [ListedRelease._make(row) for row in db.rows(RELEASES, project.id)]


def project_releases(db: Database, user: str | None = None) -> list[ProjectSummary]:
    """Return every release of the projects that can be found: of all, or of those in which a user has a role."""
    query = f"{SUMMARIES} {SUMMARIES_OF_USER}" if user else SUMMARIES
    rows = db.rows(query, user) if user else db.rows(query)
    return [ProjectSummary._make((*tuple(row)[:5], json.loads(row[5]))) for row in rows]


def counts_of(db: Database) -> dict[str, int]:
    """Return the number of projects, releases, files and users."""
    return {table: int(db.value(f"SELECT count(*) FROM {table}")) for table in COUNTED}  # noqa: S608 - names are ours


def largest_projects(db: Database, most: int) -> list[tuple[str, int]]:
    """Return (name, bytes) of the projects with the largest files in total."""
    return [(row[0], row[1]) for row in db.rows(LARGEST, most)]


def stored_bytes(db: Database) -> int:
    """Return the size of all files."""
    return int(db.value("SELECT coalesce(sum(size), 0) FROM files"))
