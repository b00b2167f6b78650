"""Add and remove the trusted publishers of a project, and pending ones for a project that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations.actor import Administrator
from fake_pypi.operations.permissions import changes, require_account, require_owner
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import PendingPublisher, Publisher
    from fake_pypi.operations.actor import Actor

MOST_PENDING = 3
TOO_MANY_PENDING = "You can't register more than 3 pending trusted publishers at once."
DISABLED = (
    "{name}-based trusted publishing is temporarily disabled. See https://{domain}/help#admin-intervention for details."
)
NAMES = {"github": "GitHub", "gitlab": "GitLab", "google": "Google", "activestate": "ActiveState"}


def add(
    index: Index, actor: Actor, kind: str, facts: dict[str, str], *, project: str, issuer: str | None = None
) -> Publisher:
    """Trust a publisher with a project; `facts` are the fields of its registration form."""
    row = index.projects[project]
    require_owner(index, actor, row)
    _require_enabled(index, actor, kind)
    with changes(index, actor):
        publisher = index.publishers.add(kind, facts, row, issuer)
        record(index, actor, row, "project:oidc:publisher-added", **_described(publisher, actor))
        return publisher


def remove(index: Index, actor: Actor, publisher: Publisher, project: str) -> None:
    """Trust a publisher with a project no longer; its tokens are removed with its last project."""
    row = index.projects[project]
    require_owner(index, actor, row)
    with changes(index, actor):
        index.publishers.remove(publisher, row)
        record(index, actor, row, "project:oidc:publisher-removed", **_described(publisher, actor))


def add_pending(
    index: Index,
    actor: Actor,
    kind: str,
    facts: dict[str, str],
    *,
    project_name: str,
    user: User,
    issuer: str | None = None,
) -> PendingPublisher:
    """Register a publisher for a project that does not exist yet; its first use creates the project for the user."""
    require_account(actor, user)
    _require_enabled(index, actor, kind)
    if not isinstance(actor, Administrator) and len(index.publishers.pending_of(user)) >= MOST_PENDING:
        raise OperationRejected("too-many-pending", TOO_MANY_PENDING)
    with changes(index, actor):
        pending = index.publishers.add_pending(kind, facts, project_name, user, issuer)
        described = {"project": project_name, **_described(pending, actor)}
        record(index, actor, user, "account:oidc:pending-publisher-added", **described)
        return pending


def remove_pending(index: Index, actor: Actor, pending: PendingPublisher) -> None:
    """Remove a pending publisher."""
    user = index.accounts.by_id(pending.user_id)
    if user is not None:
        require_account(actor, user)
    with changes(index, actor):
        index.publishers.drop_pending(pending)
        if user is not None:
            described = {"project": pending.project_name, **_described(pending, actor)}
            record(index, actor, user, "account:oidc:pending-publisher-removed", **described)


def _described(publisher: Publisher | PendingPublisher, actor: Actor) -> dict[str, str]:
    """Return the facts of a publisher for the security history."""
    specifier = ", ".join(f"{name}={value}" for name, value in publisher.facts.items() if value)
    name = NAMES[publisher.kind]
    return {"publisher": name, "id": publisher.id, "specifier": specifier, "submitted_by": actor.name}


def _require_enabled(index: Index, actor: Actor, kind: str) -> None:
    """Require that the site's administrators have not disabled this kind of trusted publishing."""
    if isinstance(actor, Administrator):
        return
    if index.flags.enabled("disallow-oidc") or index.flags.enabled(KINDS[kind].flag):
        raise OperationRejected("not-enabled", DISABLED.format(name=NAMES[kind], domain=index.site.hosts.index))
