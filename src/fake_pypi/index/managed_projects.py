"""Queries for the pages on which a user manages projects."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fake_pypi.index.database import Database
    from fake_pypi.index.projects import ProjectRow, Role

PROJECTS = """
SELECT name, normalized, status, created, organization, role,
       (SELECT count(*) FROM roles AS owners WHERE owners.project = projects.id AND owners.role = 'Owner')
FROM projects JOIN roles ON roles.project = projects.id WHERE user = ?"""
COLLABORATORS = """
SELECT users.id, name, full_name, role,
       EXISTS (SELECT 1 FROM totp_secrets WHERE totp_secrets.user = users.id)
       OR EXISTS (SELECT 1 FROM security_keys WHERE security_keys.user = users.id)
FROM roles JOIN users ON users.id = roles.user WHERE project = ? ORDER BY role DESC, name"""
FILE_TYPES = "SELECT release, packagetype FROM files WHERE project = ?"
WITH_PUBLISHERS = """
SELECT DISTINCT projects.name, projects.normalized FROM projects
JOIN roles ON roles.project = projects.id JOIN publisher_projects ON publisher_projects.project = projects.id
WHERE user = ? AND role = 'Owner' ORDER BY projects.normalized"""
TYPE_NAMES = {"bdist_wheel": "Wheel", "sdist": "Source"}


class ManagedProject(NamedTuple):
    """A project in the list of a user; `owners` is the number of owners, `created` seconds since 1970."""

    name: str
    normalized: str
    status: str
    created: float
    organization: str | None
    role: Role
    owners: int

    @property
    def is_sole_owner(self) -> bool:
        """Whether the user is the only owner."""
        return self.role == "Owner" and self.owners == 1


class Collaborator(NamedTuple):
    """A user with a role in a project. `role_id` is what forms call the role."""

    user_id: str
    name: str
    full_name: str
    role: Role
    two_factor: bool
    role_id: str


def projects_of(db: Database, user_id: str) -> list[ManagedProject]:
    """Return the projects in which a user has a role, in no order."""
    return [ManagedProject._make(row) for row in db.rows(PROJECTS, user_id)]


def collaborators_of(db: Database, project: ProjectRow) -> list[Collaborator]:
    """Return the users with a role in a project, owners first."""
    return [
        Collaborator(user_id, name, full_name, role, bool(two_factor), role_id(project.id, user_id))
        for user_id, name, full_name, role, two_factor in db.rows(COLLABORATORS, project.id)
    ]


def role_id(project_id: str, user_id: str) -> str:
    """Return what forms call the role of a user in a project, always the same."""
    return str(uuid.uuid5(uuid.UUID(project_id), user_id))


def file_types_of(db: Database, project: ProjectRow) -> dict[int, Counter[str]]:
    """Return the number of files of each type, as "Wheel", by the id of their release."""
    types: dict[int, Counter[str]] = {}
    for release, packagetype in db.rows(FILE_TYPES, project.id):
        types.setdefault(release, Counter())[TYPE_NAMES.get(packagetype, packagetype)] += 1
    return types


def projects_with_publishers(db: Database, user_id: str) -> list[tuple[str, str]]:
    """Return (name, normalized name) of the projects of an owner that have trusted publishers."""
    return [(row[0], row[1]) for row in db.rows(WITH_PUBLISHERS, user_id)]
