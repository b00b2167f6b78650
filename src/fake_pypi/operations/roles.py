"""Give users roles in a project, change and remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.operations.account_mail import send_collaborator_removed, send_role_changed
from fake_pypi.operations.actor import SignedInUser
from fake_pypi.operations.permissions import changes, require_administrator, require_owner
from fake_pypi.operations.security_history import record, record_role

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow, Role
    from fake_pypi.operations.actor import Actor

OWN_ROLE = "Cannot remove yourself as Owner"
SOLE_OWNER = "Cannot remove yourself as Sole Owner"


def add(index: Index, actor: Actor, project: str, user: User, role: Role = "Owner") -> None:
    """Give a user a role, instead of an earlier role in the project. On PyPI a user has to accept an invitation."""
    require_administrator(actor)
    with changes(index, actor):
        index.projects.add_role(project, user, role)
        record_role(index, actor, "add", project=index.projects[project], user=user, role=role, by=actor.name)


def change(index: Index, actor: Actor, project: str, user: User, role: Role) -> None:
    """Change the role of a user. An owner cannot change its own."""
    row = index.projects[project]
    require_owner(index, actor, row)
    if _is(actor, user) and role != "Owner":
        raise OperationRejected("own-role", OWN_ROLE)
    with changes(index, actor):
        index.projects.change_role(project, user, role, sender=actor.name)
        record_role(index, actor, "change", project=row, user=user, role=role, by=actor.name)
        if isinstance(actor, SignedInUser):
            owners = [owner for owner in _owners(index, row) if owner.id != user.id]
            send_role_changed(index, actor, user, row, role=role, owners=owners)


def remove(index: Index, actor: Actor, project: str, user: User) -> None:
    """Remove a user's role. The only owner cannot remove its own; `NotFound` names the users who have a role."""
    row = index.projects[project]
    require_owner(index, actor, row)
    if _is(actor, user) and [owner.id for owner in _owners(index, row)] == [user.id]:
        raise OperationRejected("sole-owner", SOLE_OWNER)
    with changes(index, actor):
        role = index.projects.role_of(row, user)
        index.projects.remove_role(project, user, sender=actor.name)
        facts = {"submitted_by": actor.name, "role_name": role, "target_user": user.name}
        record(index, actor, row, "project:role:remove", **facts)
        if isinstance(actor, SignedInUser):
            owners = [owner for owner in _owners(index, row) if owner.id != user.id]
            send_collaborator_removed(index, actor, user, row, owners=owners)


def _is(actor: Actor, user: User) -> bool:
    return isinstance(actor, SignedInUser) and actor.user.id == user.id


def _owners(index: Index, project: ProjectRow) -> list[User]:
    return [index.accounts[name] for name, role in index.projects.roles(project) if role == "Owner"]
