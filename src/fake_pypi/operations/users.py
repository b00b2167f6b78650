"""Add, change and remove user accounts, as an administrator of the site does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.sender import Sender, name_and_password
from fake_pypi.operations.permissions import changes, require_administrator

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import AccountState, User
    from fake_pypi.index.emails import EmailState
    from fake_pypi.operations.actor import Actor

DEFAULT_USER = "maintainer"
"""The user of commands and tests that name none."""


def add(
    index: Index,
    actor: Actor,
    name: str,
    *,
    email: EmailState = "verified",
    two_factor: bool = True,
    state: AccountState = "active",
    password: str | None = None,
) -> User:
    """Add a user; a name that is taken raises `UsageError`. The user has no password unless one is given."""
    require_administrator(actor)
    with changes(index, actor):
        user = index.accounts.add(name, email=email, two_factor=two_factor, state=state)
        if password is not None:
            index.passwords.set(user.id, password)
        return user


def get_or_add(index: Index, actor: Actor, name: str = DEFAULT_USER) -> User:
    """Return the user of that name, who is added with a verified address and a second factor if there is none."""
    require_administrator(actor)
    with changes(index, actor):  # two threads may look at once
        return index.accounts.get(name) or index.accounts.add(name)


def set_password(index: Index, actor: Actor, user: User, password: str) -> None:
    """Give a user a password, which may be a weak one."""
    require_administrator(actor)
    with changes(index, actor):
        index.passwords.set(user.id, password)


def with_password(index: Index, name: str, password: str) -> User | None:
    """Return the user who has this name and this password, or None."""
    user = index.accounts.get(name)
    return user if user is not None and index.passwords.verify(user.id, password) else None


def sender_by_password(index: Index, authorization: str | None) -> Sender:
    """Return the sender of an upload that has a user name and a password, at a site that accepts them."""
    credentials = name_and_password(authorization)
    user = with_password(index, *credentials) if credentials else None
    if user is None or not user.may_sign_in:
        return Sender(problem="wrong-password")
    return Sender(user, by_password=True)


def change(
    index: Index,
    actor: Actor,
    name: str,
    *,
    email: EmailState | None = None,
    two_factor: bool | None = None,
    state: AccountState | None = None,
) -> User:
    """Change the given attributes of a user only."""
    require_administrator(actor)
    with changes(index, actor):
        return index.accounts.change(name, email=email, two_factor=two_factor, state=state)


def remove(index: Index, actor: Actor, name: str) -> None:
    """Remove a user with its roles and tokens."""
    require_administrator(actor)
    with changes(index, actor):
        index.accounts.remove(name)
