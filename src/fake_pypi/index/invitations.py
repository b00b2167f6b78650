"""Invitations of users to a role in a project."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.projects import Role


@dataclass(frozen=True)
class Invitation:
    """An invitation that was neither accepted, declined nor revoked; its token may have expired.

    `project_id`, `user_id` and `invited_by` are ids; `token` is what the link in the e-mail carries.
    """

    project_id: str
    user_id: str
    role: Role
    invited_by: str
    token: str
    created: float


class Invitations:
    """The invitations of one index; a user has one at most to each project."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(self, project_id: str, user_id: str, role: Role, *, invited_by: str, token: str) -> Invitation:
        """Store an invitation, instead of an earlier one of the user to the project."""
        invitation = Invitation(project_id, user_id, role, invited_by, token, self._clock.timestamp())
        statement = "INSERT OR REPLACE INTO invitations VALUES (?, ?, ?, ?, ?, ?)"
        self._db.change(statement, project_id, user_id, role, invited_by, token, invitation.created)
        return invitation

    def get(self, project_id: str, user_id: str) -> Invitation | None:
        """Return the invitation of a user to a project, or None."""
        row = self._db.row("SELECT * FROM invitations WHERE project = ? AND user = ?", project_id, user_id)
        return None if row is None else _invitation(row)

    def to_project(self, project_id: str) -> list[Invitation]:
        """Return the invitations to a project, the oldest first."""
        return [
            _invitation(row)
            for row in self._db.rows("SELECT * FROM invitations WHERE project = ? ORDER BY created", project_id)
        ]

    def of_user(self, user_id: str) -> list[Invitation]:
        """Return the invitations of a user, the oldest first."""
        return [
            _invitation(row)
            for row in self._db.rows("SELECT * FROM invitations WHERE user = ? ORDER BY created", user_id)
        ]

    def remove(self, invitation: Invitation) -> None:
        """Delete an invitation."""
        statement = "DELETE FROM invitations WHERE project = ? AND user = ?"
        self._db.change(statement, invitation.project_id, invitation.user_id)


def _invitation(row: sqlite3.Row) -> Invitation:
    return Invitation(row["project"], row["user"], row["role"], row["invited_by"], row["token"], row["created"])
