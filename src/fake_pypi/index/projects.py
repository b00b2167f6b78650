"""Projects, their roles, and the organizations that own projects."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from typing import Literal, get_args

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index.accounts import User
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.journal import Journal, status_action
from fake_pypi.index.names import look_alike, normalized

Status = Literal["active", "archived", "archived-noindex", "quarantined", "quarantine-exit"]
Role = Literal["Owner", "Maintainer"]


@dataclass(frozen=True)
class ProjectRow:
    """A project. Sizes are bytes; a limit of None is the limit of the index."""

    id: str
    name: str
    normalized: str
    status: Status
    created: float
    organization: str | None
    file_size_limit: int | None
    total_size_limit: int | None
    total_size: int
    serial: int


@dataclass(frozen=True)
class Organization:
    """A company or community that owns projects; inactive ones cannot upload."""

    name: str
    active: bool
    type: str


class Projects:
    """The projects of one index; names are compared in normalized form."""

    def __init__(self, db: Database, clock: Clock, journal: Journal) -> None:
        self._db = db
        self._clock = clock
        self._journal = journal

    def create(self, name: str, owner: User | None, role: Role = "Owner", *, sender: str = "") -> ProjectRow:
        """Register a project, with journal entries for it and for its first role."""
        with self._db.transaction():
            try:
                self._db.insert(
                    "projects",
                    id=str(uuid.uuid4()),
                    name=name,
                    normalized=normalized(name),
                    similar=look_alike(name),
                    status="active",
                    created=self._clock.timestamp(),
                )
            except sqlite3.IntegrityError:
                raise UsageError(f"there is a project {name!r} already", "choose another name") from None
            self._journal.write(name, None, "create", sender)
            if owner is not None:
                self.add_role(name, owner, role)
        return self[name]

    def spell(self, project: ProjectRow, name: str) -> ProjectRow:
        """Change the spelling of the project's name; PyPI shows that of the newest upload."""
        if project.name == name:
            return project
        self._db.change("UPDATE projects SET name = ? WHERE id = ?", name, project.id)
        return self[name]

    def delete(self, name: str, sender: str = "") -> None:
        """Delete a project with its roles; its name can be registered again. The caller deletes its releases first."""
        project = self[name]
        with self._db.transaction():
            self._journal.write(project.name, None, "remove project", sender)
            self._db.change("DELETE FROM roles WHERE project = ?", project.id)
            self._db.change("DELETE FROM invitations WHERE project = ?", project.id)
            self._db.change("DELETE FROM events WHERE subject = ?", project.id)
            self._db.change("DELETE FROM publisher_projects WHERE project = ?", project.id)
            self._db.change("DELETE FROM projects WHERE id = ?", project.id)

    def get(self, name: str) -> ProjectRow | None:
        """Return the project, or None."""
        row = self._db.row("SELECT * FROM projects WHERE normalized = ?", normalized(name))
        return None if row is None else _project(row)

    def by_id(self, project_id: str) -> ProjectRow | None:
        """Return the project with that id, or None."""
        row = self._db.row("SELECT * FROM projects WHERE id = ?", project_id)
        return None if row is None else _project(row)

    def __getitem__(self, name: str) -> ProjectRow:
        project = self.get(name)
        if project is None:
            raise NotFound("project", name, [each.name for each in self.all()])
        return project

    def all(self) -> list[ProjectRow]:
        """Return every project, sorted by normalized name."""
        return [_project(row) for row in self._db.rows("SELECT * FROM projects ORDER BY normalized")]

    def looking_like(self, name: str) -> ProjectRow | None:
        """Return a project whose name PyPI considers too similar to this one, or None."""
        row = self._db.row("SELECT * FROM projects WHERE similar = ? LIMIT 1", look_alike(name))
        return None if row is None else _project(row)

    def set_status(self, name: str, status: Status, sender: str = "", *, journal: bool = True) -> None:
        """Archive, quarantine or re-activate a project.

        Without `journal` only the state changes, as by an edit of PyPI's database.
        """
        if status not in get_args(Status):
            raise UsageError(f"there is no project status {status!r}", f"one of {', '.join(get_args(Status))}")
        project = self[name]
        if project.status == status:
            return
        with self._db.transaction():
            if journal:
                self._journal.write(project.name, None, status_action("project", project.status, status), sender)
            self._db.change("UPDATE projects SET status = ? WHERE id = ?", status, project.id)

    def add_role(self, name: str, user: User, role: Role = "Owner") -> None:
        """Give a user a role, instead of an earlier role in the same project."""
        _require_role(role)
        project = self[name]
        with self._db.transaction():
            self._db.change("INSERT OR REPLACE INTO roles VALUES (?, ?, ?)", project.id, user.id, role)
            self._journal.write(project.name, None, f"add {role} {user.name}", user.name)

    def change_role(self, name: str, user: User, role: Role, sender: str = "") -> None:
        """Change a user's role. Raises `NotFound` if the user has none."""
        _require_role(role)
        project = self[name]
        earlier = self._required_role(project, user)
        with self._db.transaction():
            self._db.change("UPDATE roles SET role = ? WHERE project = ? AND user = ?", role, project.id, user.id)
            self._journal.write(project.name, None, f"change {earlier} {user.name} to {role}", sender)

    def accept_role(self, project: ProjectRow, user: User, role: Role) -> None:
        """Give a user the role that it was invited to."""
        with self._db.transaction():
            self._db.change("INSERT OR REPLACE INTO roles VALUES (?, ?, ?)", project.id, user.id, role)
            self._journal.write(project.name, None, f"accepted {role} {user.name}", user.name)

    def remove_role(self, name: str, user: User, sender: str = "") -> None:
        """Remove a user's role. Raises `NotFound` if the user has none."""
        project = self[name]
        role = self._required_role(project, user)
        with self._db.transaction():
            self._db.change("DELETE FROM roles WHERE project = ? AND user = ?", project.id, user.id)
            self._journal.write(project.name, None, f"remove {role} {user.name}", sender or user.name)

    def roles(self, project: ProjectRow) -> list[tuple[str, Role]]:
        """Return (user name, role) of every user with a role, sorted by name."""
        query = "SELECT users.name, role FROM roles JOIN users ON users.id = roles.user WHERE project = ? ORDER BY 1"
        return [(row[0], row[1]) for row in self._db.rows(query, project.id)]

    def role_of(self, project: ProjectRow, user: User) -> Role | None:
        """Return the user's own role in the project, or None."""
        role: Role | None = self._db.value("SELECT role FROM roles WHERE project = ? AND user = ?", project.id, user.id)
        return role

    def of(self, user: User) -> list[ProjectRow]:
        """Return the projects in which the user has a role of its own, sorted by normalized name."""
        query = """SELECT projects.* FROM projects JOIN roles ON roles.project = projects.id
            WHERE user = ? ORDER BY normalized"""
        return [_project(row) for row in self._db.rows(query, user.id)]

    def _required_role(self, project: ProjectRow, user: User) -> Role:
        role = self.role_of(project, user)
        if role is None:
            raise NotFound(
                f"role in {project.name!r} for user", user.name, [user_name for user_name, _ in self.roles(project)]
            )
        return role

    def owned_alone_by(self, user: User) -> list[ProjectRow]:
        """Return the projects whose only owner is this user, sorted by normalized name."""
        query = """SELECT projects.* FROM projects JOIN roles ON roles.project = projects.id
            WHERE role = 'Owner' GROUP BY projects.id HAVING group_concat(user) = ? ORDER BY normalized"""
        return [_project(row) for row in self._db.rows(query, user.id)]

    def add_organization(self, name: str, *, project: str, active: bool = True, type: str = "Community") -> None:
        """Make an organization the owner of a project; a new organization is created."""
        with self._db.transaction():
            self._db.change("INSERT OR REPLACE INTO organizations VALUES (?, ?, ?)", name, active, type)
            self._db.change("UPDATE projects SET organization = ? WHERE id = ?", name, self[project].id)

    def add_organization_role(self, organization: str, user: User, role: str) -> None:
        """Give a user a role in an organization: Owner, Manager, Member or Billing Manager."""
        self._db.change("INSERT OR REPLACE INTO organization_roles VALUES (?, ?, ?)", organization, user.id, role)

    def organization(self, name: str | None) -> Organization | None:
        """Return the organization, or None."""
        if name is None:
            return None
        row = self._db.row("SELECT * FROM organizations WHERE name = ?", name)
        return None if row is None else Organization(row["name"], bool(row["active"]), row["type"])

    def organizations_of(self, user: User) -> list[tuple[str, str]]:
        """Return (organization, role) of every organization in which the user has a role, sorted by name."""
        query = "SELECT organization, role FROM organization_roles WHERE user = ? ORDER BY 1"
        return [(row[0], row[1]) for row in self._db.rows(query, user.id)]

    def organization_role_of(self, organization: str | None, user: User) -> str | None:
        """Return the user's role in the organization, or None."""
        if organization is None:
            return None
        query = "SELECT role FROM organization_roles WHERE organization = ? AND user = ?"
        role: str | None = self._db.value(query, organization, user.id)
        return role


def _require_role(role: str) -> None:
    if role not in get_args(Role):
        raise UsageError(f"there is no role {role!r}", f"one of {', '.join(get_args(Role))}")


def _project(row: sqlite3.Row) -> ProjectRow:
    fields = {key: row[key] for key in row.keys() if key != "similar"}  # noqa: SIM118 - a Row iterates its values
    return ProjectRow(**fields)
