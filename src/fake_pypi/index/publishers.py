"""Trusted publishers: workflows that can publish without a long-lived token."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.names import normalized
from fake_pypi.index.projects import ProjectRow

if TYPE_CHECKING:
    import sqlite3

    from fake_pypi.index.accounts import User

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
GOOGLE = "https://accounts.google.com"
ACTIVESTATE = "https://platform.activestate.com/api/v1/oauth/oidc"
ISSUERS = {"github": GITHUB, "gitlab": GITLAB, "google": GOOGLE, "activestate": ACTIVESTATE}


@dataclass(frozen=True)
class Publisher:
    """A workflow that an index trusts. `kind` is "github", "gitlab", "google" or "activestate".

    `facts` are the fields of its registration form, `projects` the ids of the projects that it can publish.
    """

    id: str
    kind: str
    issuer: str
    facts: dict[str, str] = field(hash=False)
    projects: tuple[str, ...] = ()

    def __str__(self) -> str:
        values = (value for name, value in self.facts.items() if value and name != "owner_id")
        return f"{self.kind} {'/'.join(values)}"


@dataclass(frozen=True)
class PendingPublisher:
    """A publisher registered for a project that does not exist yet; its first use creates the project."""

    id: str
    kind: str
    issuer: str
    facts: dict[str, str] = field(hash=False)
    project_name: str
    user_id: str


class Publishers:
    """The trusted publishers of one index, and the identity tokens that were exchanged."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(self, kind: str, facts: dict[str, str], project: ProjectRow, issuer: str | None = None) -> Publisher:
        """Register a publisher for a project. The same publisher of two projects is stored once."""
        trusted = issuer or ISSUERS[kind]
        with self._db.transaction():
            known = next((publisher for publisher in self.all(trusted) if publisher.facts == facts), None)
            publisher_id = known.id if known else self._insert("publishers", kind, trusted, facts)
            statement = "INSERT OR IGNORE INTO publisher_projects VALUES (?, ?)"
            self._db.change(statement, publisher_id, project.id)
        return self[publisher_id]

    def add_pending(
        self, kind: str, facts: dict[str, str], project_name: str, user: User, issuer: str | None = None
    ) -> PendingPublisher:
        """Register a pending publisher, which creates the project on behalf of the user."""
        trusted = issuer or ISSUERS[kind]
        columns = {"project_name": project_name, "normalized": normalized(project_name), "user": user.id}
        pending_id = self._insert("pending_publishers", kind, trusted, facts, **columns)
        return PendingPublisher(pending_id, kind, trusted, facts, project_name, user.id)

    def remove(self, publisher: Publisher, project: ProjectRow) -> None:
        """Remove a publisher from a project; one without projects is deleted."""
        with self._db.transaction():
            statement = "DELETE FROM publisher_projects WHERE publisher = ? AND project = ?"
            self._db.change(statement, publisher.id, project.id)
            if not self[publisher.id].projects:
                self._db.change("DELETE FROM tokens WHERE publisher = ?", publisher.id)
                self._db.change("DELETE FROM publishers WHERE id = ?", publisher.id)

    def all(self, issuer: str) -> list[Publisher]:
        """Return the publishers that trust an issuer, oldest first."""
        rows = self._db.rows("SELECT * FROM publishers WHERE issuer = ? ORDER BY created, rowid", issuer)
        return [self._publisher(row) for row in rows]

    def of(self, project: ProjectRow) -> list[Publisher]:
        """Return the publishers of a project, oldest first."""
        query = """SELECT publishers.* FROM publishers JOIN publisher_projects ON publisher = publishers.id
            WHERE project = ? ORDER BY created, publishers.rowid"""
        return [self._publisher(row) for row in self._db.rows(query, project.id)]

    def pending(self, issuer: str) -> list[PendingPublisher]:
        """Return the pending publishers that trust an issuer, oldest first."""
        query = "SELECT * FROM pending_publishers WHERE issuer = ? ORDER BY created, rowid"
        return [_pending(row) for row in self._db.rows(query, issuer)]

    def pending_of(self, user: User) -> list[PendingPublisher]:
        """Return the pending publishers that a user registered, oldest first."""
        query = "SELECT * FROM pending_publishers WHERE user = ? ORDER BY created, rowid"
        return [_pending(row) for row in self._db.rows(query, user.id)]

    def drop_pending(self, pending: PendingPublisher) -> None:
        """Delete a pending publisher."""
        self._db.change("DELETE FROM pending_publishers WHERE id = ?", pending.id)

    def establish(self, pending: PendingPublisher, project: ProjectRow) -> Publisher:
        """Turn a pending publisher into a full one; those of other users for the same name are deleted."""
        with self._db.transaction():
            publisher = self.add(pending.kind, pending.facts, project, pending.issuer)
            self.drop_pending(pending)
            self.drop_pending_of_others(project, pending.user_id)
        return publisher

    def drop_pending_of_others(self, project: ProjectRow, creator: str | None) -> None:
        """Delete the pending publishers for a new project's name, except those of the user who created it.

        `creator` is a user id. PyPI keeps the creator's own, and drops them when they are used.
        """
        query = "DELETE FROM pending_publishers WHERE normalized = ? AND user IS NOT ?"
        self._db.change(query, project.normalized, creator)

    def issuers(self) -> dict[str, str]:
        """Return every issuer that the index knows with its kind: PyPI's four, and self-managed ones."""
        query = "SELECT issuer, kind FROM publishers UNION SELECT issuer, kind FROM pending_publishers"
        own = {row["issuer"]: row["kind"] for row in self._db.rows(query)}
        return own | {issuer: kind for kind, issuer in ISSUERS.items()}

    def is_used(self, issuer: str, jti: str) -> bool:
        """Return whether an identity token with that `jti` has been exchanged before."""
        return self._db.row("SELECT 1 FROM used_jtis WHERE issuer = ? AND jti = ?", issuer, jti) is not None

    def use_up(self, issuer: str, jti: str, expires: float) -> bool:
        """Remember that an identity token has been exchanged; return False if it was exchanged before.

        `expires` is seconds since 1970.
        """
        return self._db.change("INSERT OR IGNORE INTO used_jtis VALUES (?, ?, ?)", issuer, jti, expires) == 1

    def by_id(self, publisher_id: str) -> Publisher | None:
        """Return the publisher with that id, or None."""
        row = self._db.row("SELECT * FROM publishers WHERE id = ?", publisher_id)
        return None if row is None else self._publisher(row)

    def __getitem__(self, publisher_id: str) -> Publisher:
        return self._publisher(self._db.rows("SELECT * FROM publishers WHERE id = ?", publisher_id)[0])

    def _insert(self, table: str, kind: str, issuer: str, facts: dict[str, str], **columns: str) -> str:
        row_id = str(uuid.uuid4())
        self._db.insert(
            table,
            id=row_id,
            kind=kind,
            issuer=issuer,
            facts=json.dumps(facts),
            created=self._clock.timestamp(),
            **columns,
        )
        return row_id

    def _publisher(self, row: sqlite3.Row) -> Publisher:
        query = "SELECT project FROM publisher_projects WHERE publisher = ? ORDER BY rowid"
        projects = tuple(each[0] for each in self._db.rows(query, row["id"]))
        return Publisher(row["id"], row["kind"], row["issuer"], json.loads(row["facts"]), projects)


def _pending(row: sqlite3.Row) -> PendingPublisher:
    facts = json.loads(row["facts"])
    return PendingPublisher(row["id"], row["kind"], row["issuer"], facts, row["project_name"], row["user"])
