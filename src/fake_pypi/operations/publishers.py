"""Add and remove the trusted publishers of a project, and pending ones for a project that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.trusted import KINDS
from fake_pypi.operations.actor import Administrator
from fake_pypi.operations.permissions import changes, require_account, require_owner
from fake_pypi.operations.project_mail import send_publisher_added, send_publisher_removed
from fake_pypi.operations.security_history import publisher_facts, record

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
ALL_DISABLED = "Trusted publishing is temporarily disabled. See https://{domain}/help#admin-intervention for details."


def add(
    index: Index, actor: Actor, kind: str, facts: dict[str, str], *, project: str, issuer: str | None = None
) -> Publisher:
    """Trust a publisher with a project; `facts` are the fields of its registration form."""
    row = index.projects[project]
    require_owner(index, actor, row)
    require_enabled(index, actor, kind)
    with changes(index, actor):
        publisher = index.publishers.add(kind, facts, row, issuer)
        send_publisher_added(index, actor, row, title_of(publisher))
        record(index, actor, row, "project:oidc:publisher-added", **_described(publisher, actor))
        return publisher


def remove(index: Index, actor: Actor, publisher: Publisher, project: str) -> None:
    """Trust a publisher with a project no longer; its tokens are removed with its last project."""
    row = index.projects[project]
    require_owner(index, actor, row)
    with changes(index, actor):
        send_publisher_removed(index, actor, row, title_of(publisher))
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
    require_pending_allowed(index, actor, kind, user)
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


def title_of(publisher: Publisher | PendingPublisher) -> str:
    """Return the kind of a publisher with what PyPI calls it, as "GitHub release.yml"."""
    kind = KINDS[publisher.kind]
    return f"{kind.title} {kind.specifier(publisher.facts)}"


def _described(publisher: Publisher | PendingPublisher, actor: Actor) -> dict[str, str | None]:
    """Return the facts of a publisher for the security history."""
    return {**publisher_facts(publisher), "submitted_by": actor.name}


def require_pending_allowed(index: Index, actor: Actor, kind: str, user: User) -> None:
    """Require that a user may register one more pending publisher of that kind."""
    require_account(actor, user)
    require_enabled(index, actor, kind)
    if not isinstance(actor, Administrator) and len(index.publishers.pending_of(user)) >= MOST_PENDING:
        raise OperationRejected("too-many-pending", TOO_MANY_PENDING)


def require_enabled(index: Index, actor: Actor, kind: str | None = None) -> None:
    """Require that the site's administrators have not disabled trusted publishing, or this kind of it."""
    if isinstance(actor, Administrator):
        return
    disabled_for_all = index.flags.enabled("disallow-oidc")
    if kind is None and disabled_for_all:
        raise OperationRejected("not-enabled", ALL_DISABLED.format(domain=index.site.hosts.index))
    if kind is not None and (disabled_for_all or index.flags.enabled(KINDS[kind].flag)):
        message = DISABLED.format(name=KINDS[kind].title, domain=index.site.hosts.index)
        raise OperationRejected("not-enabled", message)
