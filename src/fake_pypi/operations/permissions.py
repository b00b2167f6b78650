"""What PyPI allows an actor to do. Each function raises `OperationRejected` for what it does not allow.

The order is that of PyPI's pages: be signed in, have a verified primary e-mail address, have a second factor, have the
role that the page needs. https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/security_policy.py
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.sender import Sender
from fake_pypi.operations.actor import Administrator, Visitor

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.index.sessions import SessionRow
    from fake_pypi.operations.actor import Actor

UNVERIFIED_EMAIL = "You must verify your **primary** email address before you can perform this action."
NO_TWO_FACTOR = "Two-factor authentication must be enabled on your account to perform this action."
NO_PERMISSION = "You don't have permission to view this page"
TOKEN_NOT_VALID = "API tokens are not valid for permission: {permission}!"  # noqa: S105 - a message
DELETION_DISABLED = "Project deletion temporarily disabled. See https://{domain}/help#admin-intervention for details."


class _ReadOnly(Exception):
    """Rolls a transaction back in read-only mode."""


@contextmanager
def changes(index: Index, actor: Actor) -> Iterator[None]:
    """Make every change inside in one transaction.

    In read-only mode PyPI responds as usual and rolls the changes back at the end; only the site's administrators
    can change it (https://github.com/pypi/warehouse/blob/6b62157/warehouse/db.py, `_create_session`). Sessions are
    not in PyPI's database, so users can log in and out: what was done to a session remains.
    """
    if isinstance(actor, Administrator) or not index.flags.enabled("read-only"):
        with index.db.transaction():
            yield
        return
    with index.db.transaction():
        sessions: list[SessionRow] = []
        try:
            with index.db.transaction():
                yield
                sessions = index.sessions.rows()
                raise _ReadOnly  # noqa: TRY301
        except _ReadOnly:
            index.sessions.restore(sessions)


def require_administrator(actor: Actor) -> None:
    """Require the administrator of the site."""
    if not isinstance(actor, Administrator):
        raise OperationRejected("permission-denied", NO_PERMISSION)


def require_account(actor: Actor, user: User, *, two_factor: bool = True) -> None:
    """Require that the actor is that user, signed in, with a verified primary e-mail address and a second factor.

    PyPI needs no second factor (`two_factor` False) for the pages on which a user sets it up.
    """
    if isinstance(actor, Administrator):
        return
    signed_in = require_signed_in(actor, "account:write", two_factor=two_factor)
    if signed_in.id != user.id:
        raise OperationRejected("permission-denied", NO_PERMISSION)


def require_owner(index: Index, actor: Actor, project: ProjectRow) -> None:
    """Require an owner of the project, or an owner of the organization that owns it.

    A maintainer can upload files and nothing else, an API token is valid for uploads only, and a quarantined project
    cannot be changed (https://github.com/pypi/warehouse/blob/6b62157/warehouse/packaging/models.py, `Project.__acl__`).
    """
    if isinstance(actor, Administrator):
        return
    user = require_signed_in(actor, "projects:write")
    if project.status == "quarantined":
        raise OperationRejected("permission-denied", NO_PERMISSION)
    if index.projects.role_of(project, user) == "Owner":
        return
    role = index.projects.organization_role_of(project.organization, user) or ""
    if role.lower() != "owner":
        raise OperationRejected("permission-denied", NO_PERMISSION)


def require_deletion_allowed(index: Index, actor: Actor) -> None:
    """Require that the site's administrators have not disabled deletions (flag `disallow-deletion`)."""
    if not isinstance(actor, Administrator) and index.flags.enabled("disallow-deletion"):
        raise OperationRejected("deletion-disabled", DELETION_DISABLED.format(domain=index.site.hosts.index))


def require_signed_in(actor: Actor, permission: str, *, two_factor: bool = True) -> User:
    """Return the user who is signed in with a verified primary e-mail address and a second factor.

    `permission` is PyPI's name of what the actor needs; its message names it to the holder of an API token. The
    administrator has no account: the caller checks for one first.
    """
    if isinstance(actor, Sender):
        raise OperationRejected("invalid-permission", TOKEN_NOT_VALID.format(permission=permission))
    if isinstance(actor, Visitor | Administrator):
        raise OperationRejected("not-signed-in", NO_PERMISSION)
    if actor.user.email != "verified":
        raise OperationRejected("unverified-email", UNVERIFIED_EMAIL)
    if two_factor and not actor.user.two_factor:
        raise OperationRejected("no-2fa", NO_TWO_FACTOR)
    return actor.user
