"""Accounts and actors for the tests of account operations."""

from __future__ import annotations

from fake_pypi.index import Index
from fake_pypi.index.accounts import User
from fake_pypi.index.mailbox import Message
from fake_pypi.index.second_factors import totp_code
from fake_pypi.index.sessions import Session
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser, Visitor
from fake_pypi.operations.registration import register

PASSWORD = "correct horse battery 7!"
VISITOR = Visitor(address="203.0.113.1", user_agent="Firefox (Linux)")


def registered(index: Index, name: str = "dave", **changes: str) -> Session | FormErrors:
    """Register an account with the form that PyPI accepts, but for the changes."""
    form = {
        "username": name,
        "email": f"{name}@example.com",
        "new_password": PASSWORD,
        "password_confirm": PASSWORD,
        "full_name": "Dave Doe",
    }
    return register(index, VISITOR, index.sessions.create(), **{**form, **changes})


def session_of(result: object) -> Session:
    assert isinstance(result, Session), result
    return result


def signed_in(index: Index, name: str) -> SignedInUser:
    """Return the user of that name as an actor, as the account is now."""
    return SignedInUser(index.accounts[name], address="203.0.113.1", user_agent="Firefox (Linux)")


def with_password(index: Index, name: str, *, two_factor: bool = True) -> User:
    """Add a user with a verified address and the usual password."""
    user = index.accounts.add(name, two_factor=two_factor)
    index.passwords.set(user.id, PASSWORD)
    return user


def code_of(index: Index, user: User, seconds: int = 0) -> str:
    """Return the code that the authentication application of a user shows."""
    secret = index.second_factors.totp_secret(user.id)
    assert secret is not None
    return totp_code(secret, index.clock.timestamp() + seconds)


def subjects(index: Index, name: str = "") -> list[str]:
    """Return the subjects of the e-mails to a user, or of all."""
    return [message.subject for message in index.mailbox if message.to.endswith(f"<{name}@example.com>") or not name]


def newest_mail(index: Index) -> Message:
    return index.mailbox[-1]


def token_in_mail(index: Index) -> str:
    """Return the token in the link of the newest e-mail with one."""
    links = [link for message in index.mailbox for link in message.links if "?token=" in link]
    return links[-1].partition("?token=")[2]


def tags(index: Index, name: str) -> list[str]:
    """Return the tags of the security history of a user but for e-mails, the oldest first."""
    events = reversed(index.events.of(index.accounts[name].id))
    return [event.tag for event in events if event.tag != "account:email:sent"]
