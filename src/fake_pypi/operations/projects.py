"""Create and archive projects, and give them to organizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.operations.permissions import changes, require_administrator, require_owner
from fake_pypi.operations.security_history import record, record_role

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow, Role, Status
    from fake_pypi.operations.actor import Actor

CANNOT_ARCHIVE = "Cannot archive project with status {status}"
NOT_ARCHIVED = "Can only unarchive an archived project"


def create(index: Index, actor: Actor, name: str, owner: User, role: Role = "Owner") -> ProjectRow:
    """Register a project without a release, which PyPI itself does with the first upload only.

    A name that is in use raises `UsageError`.
    """
    require_administrator(actor)
    with changes(index, actor):
        project = index.projects.create(name, owner, role, sender=owner.name)
        record(index, actor, project, "project:create", created_by=owner.name)
        record_role(index, actor, "add", project=project, user=owner, role=role, by=owner.name)
        return project


def archive(index: Index, actor: Actor, name: str) -> None:
    """Archive a project: it accepts no uploads any more."""
    project = index.projects[name]
    require_owner(index, actor, project)
    if project.status not in {"active", "quarantine-exit"}:
        raise OperationRejected("cannot-archive", CANNOT_ARCHIVE.format(status=project.status))
    with changes(index, actor):
        index.projects.set_status(name, "archived-noindex", actor.name)
        record(index, actor, project, "project:archive:enter", submitted_by=actor.name)


def unarchive(index: Index, actor: Actor, name: str) -> None:
    """Make an archived project active again."""
    project = index.projects[name]
    require_owner(index, actor, project)
    if not project.status.startswith("archived"):
        raise OperationRejected("not-archived", NOT_ARCHIVED)
    with changes(index, actor):
        index.projects.set_status(name, "active", actor.name)
        record(index, actor, project, "project:archive:exit", submitted_by=actor.name)


def set_status(index: Index, actor: Actor, name: str, status: Status, *, journal: bool = True) -> None:
    """Archive, quarantine or re-activate a project, from any status.

    Without `journal` only the state changes, as by an edit of PyPI's database.
    """
    require_administrator(actor)
    with changes(index, actor):
        index.projects.set_status(name, status, actor.name, journal=journal)


def add_organization(
    index: Index,
    actor: Actor,
    organization: str,
    project: str,
    *,
    active: bool = True,
    type: str = "Community",
    members: Mapping[str, str] | None = None,
) -> None:
    """Make an organization, which is created if it is new, the owner of a project.

    `members` has the roles of users in the organization, by their names. A user that does not exist is `NotFound`.
    """
    require_administrator(actor)
    with changes(index, actor):
        index.projects.add_organization(organization, project=project, active=active, type=type)
        for member, role in (members or {}).items():
            index.projects.add_organization_role(organization, index.accounts[member], role)
