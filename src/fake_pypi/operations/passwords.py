"""Change a password, and reset one that was forgotten.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.rate_limits import DAY, Limit
from fake_pypi.operations.account_forms import (
    INVALID_PASSWORD,
    NULL_BYTES,
    REQUIRED,
    USER_NAME,
    FormErrors,
    check_confirmation,
    check_new_password,
    with_errors,
)
from fake_pypi.operations.account_mail import send_password_changed, send_password_reset
from fake_pypi.operations.password_check import check_password
from fake_pypi.operations.permissions import changes, require_account
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.sessions import Session
    from fake_pypi.operations.actor import SignedInUser, Visitor

RESETS = Limit("password.reset", "user", 5, DAY)
TOO_MANY_RESETS = (
    "Too many password resets have been requested for this account without completing them. "
    "Check your inbox and follow the verification links. (IP: {ip})"
)
TOKEN_PROBLEMS = {
    "missing": "Invalid token: no token supplied",
    "expired": "Expired token: request a new password reset link",
    "invalid": "Invalid token: request a new password reset link",
}


def change(
    index: Index, actor: SignedInUser, session: Session, *, password: str, new_password: str, password_confirm: str
) -> str | FormErrors:
    """Change the password of the actor; other sessions of the user end. Returns PyPI's message about it."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    with changes(index, actor):
        errors = with_errors(
            password=check_password(index, actor, user, password) if password else [REQUIRED],
            new_password=check_new_password(index, new_password, *_known_about(index, user)),
            password_confirm=check_confirmation(new_password, password_confirm),
        )
        if errors is not None:
            return errors
        index.passwords.set(user.id, new_password)
        index.sessions.keep_after_change(session, index.passwords.changed(user.id))
        record(index, actor, user, "account:password:change")
        send_password_changed(index, actor, user)
    return "Password updated"


def request_reset(index: Index, actor: Visitor, username_or_email: str) -> FormErrors | None:
    """Send the link that resets a password to the user of that name or verified address.

    Returns None also if there is no such user: PyPI does not tell who has an account.
    """
    errors = with_errors(username_or_email=_check_user_or_email(username_or_email))
    if errors is not None:
        return errors
    user, email = index.accounts.find(username_or_email), None
    if user is None:
        email = index.emails.find(username_or_email)
        user = index.accounts.by_id(email.user_id) if email is not None and email.verified else None
    if user is None:
        return None
    if not index.rate_limits.take(RESETS, user.id):
        raise OperationRejected("too-many-password-resets", TOO_MANY_RESETS.format(ip=actor.address))
    data = {
        "action": "password-reset",
        "user.id": user.id,
        "user.last_login": repr(user.last_login or 0.0),
        "user.password_date": repr(index.passwords.changed(user.id)),
    }
    with changes(index, actor):
        send_password_reset(index, actor, user, email, index.signed_tokens.sign("password", data))
        record(index, actor, user, "account:password:reset:request")
    return None


def _check_user_or_email(text: str) -> list[str]:
    if not text:
        return [REQUIRED]
    if "\0" in text:
        return [NULL_BYTES]
    if "@" in text:
        local, _, domain = text.rpartition("@")
        return [] if local and domain else [INVALID_PASSWORD]  # PyPI's message about an address
    return [] if USER_NAME.fullmatch(text) else ["The username isn't valid. Try again."]


def user_of_reset(index: Index, token: str | None) -> User | FormErrors:
    """Return the user whose password the link in an e-mail resets: once, and until the user logs in."""
    content = index.signed_tokens.read("password", token)
    if isinstance(content, str):
        return FormErrors(flash=TOKEN_PROBLEMS[content])
    if content.data.get("action") != "password-reset":
        return FormErrors(flash="Invalid token: not a password reset token")
    user = index.accounts.by_id(content.data["user.id"])
    if user is None:
        return FormErrors(flash="Invalid token: user not found")
    if (user.last_login or 0.0) > float(content.data["user.last_login"]):
        return FormErrors(flash="Invalid token: user has logged in since this token was requested")
    if index.passwords.changed(user.id) > float(content.data["user.password_date"]):
        return FormErrors(flash="Invalid token: password has already been changed since this token was requested")
    return user


def reset(
    index: Index, actor: Visitor, token: str | None, *, new_password: str, password_confirm: str
) -> str | FormErrors:
    """Set a new password with the link from the e-mail. Returns PyPI's message about it."""
    user = user_of_reset(index, token)
    if isinstance(user, FormErrors):
        return user
    errors = with_errors(
        new_password=check_new_password(index, new_password, *_known_about(index, user)),
        password_confirm=check_confirmation(new_password, password_confirm),
    )
    if errors is not None:
        return errors
    with changes(index, actor):
        user = user_of_reset(index, token)  # judging a password takes long, and the link may have been used meanwhile
        if isinstance(user, FormErrors):
            return user
        index.passwords.set(user.id, new_password)
        record(index, actor, user, "account:password:reset")
        send_password_changed(index, actor, user)
    index.rate_limits.clear(RESETS, user.id)
    return "You have reset your password"


def _known_about(index: Index, user: User) -> tuple[str, str, str]:
    email = index.emails.primary(user.id)
    return user.full_name, user.name, "" if email is None else email.address
