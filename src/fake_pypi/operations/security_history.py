"""The security history: record what an actor did, with the address and the program of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.index.sender import Sender
from fake_pypi.index.trusted import KINDS

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.operations.actor import Actor


def record(index: Index, actor: Actor, subject: User | ProjectRow, tag: str, **facts: Any) -> None:
    """Add an event to the history of a user or a project. `tag` is PyPI's, such as "account:email:add"."""
    if isinstance(actor, Sender):
        index.events.add(subject.id, tag, facts=facts)
    else:
        index.events.add(subject.id, tag, ip=actor.address, user_agent=actor.user_agent, facts=facts)


def record_role(
    index: Index, actor: Actor, action: str, *, project: ProjectRow, user: User, role: str, by: str
) -> None:
    """Add an event about a user's role to the histories of the project and of the user; `by` is who did it."""
    record(index, actor, project, f"project:role:{action}", submitted_by=by, role_name=role, target_user=user.name)
    record(index, actor, user, f"account:role:{action}", submitted_by=by, project_name=project.name, role_name=role)


def record_new_project(index: Index, actor: Actor, project: ProjectRow, owner: User) -> None:
    """Add the events about a project that a user has created."""
    record(index, actor, project, "project:create", created_by=owner.name)
    record_role(index, actor, "add", project=project, user=owner, role="Owner", by=owner.name)


def publisher_facts(publisher: Publisher | PendingPublisher) -> dict[str, str | None]:
    """Return what events say of a trusted publisher."""
    kind = KINDS[publisher.kind]
    return {
        "publisher": kind.title,
        "id": publisher.id,
        "specifier": kind.specifier(publisher.facts),
        "url": kind.url(publisher.facts, publisher.issuer),
    }
