"""Log in and out with a password, and confirm the password later on.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fake_pypi.operations.account_forms import BREACHED_PASSWORD, INVALID_USER_NAME, REQUIRED, FormErrors
from fake_pypi.operations.account_mail import send_password_compromised
from fake_pypi.operations.password_check import check_password
from fake_pypi.operations.permissions import changes
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.sessions import Flash, FlashQueue, Session
    from fake_pypi.operations.actor import SignedInUser, Visitor

PASSWORD_AGE = 30 * 60
"""The seconds for which a confirmed password allows changes of an account or a project."""
PASSWORD_CHANGED, ACCOUNT_DISABLED = "Session invalidated by password change", "Session invalidated"

Method = Literal["totp", "recovery-code", "webauthn"]


@dataclass(frozen=True)
class SecondFactorNeeded:
    """The password was right, and a second factor is needed; `token` leads to the page for it (300 seconds)."""

    token: str


def find_session(index: Index, session_id: str) -> Session | None:
    """Return the session of a cookie, which lives on from now, or None if there is none or it has ended."""
    return index.sessions.get(session_id)


def new_session(index: Index) -> Session:
    """Start an anonymous session."""
    return index.sessions.create()


def flash(index: Index, session: Session, message: str, queue: FlashQueue) -> None:
    """Add a message for the next page of a session."""
    index.sessions.flash(session, message, queue)


def take_flashes(index: Index, session: Session) -> list[Flash]:
    """Return the messages that no page of a session has shown yet, and delete them."""
    return index.sessions.take_flashes(session)


def log_in(
    index: Index,
    actor: Visitor,
    session: Session,
    *,
    username: str,
    password: str,
    next: str = "",
    remembered_device: str | None = None,
) -> Session | SecondFactorNeeded | FormErrors:
    """Check a user name and a password.

    The session of a user without a second factor, or with one that this device was remembered for
    (`remembered_device` is the cookie), is returned at once.
    """
    with changes(index, actor):
        user = _check_log_in(index, actor, username, password)
        if isinstance(user, FormErrors):
            return user
        if user.two_factor and not _is_remembered(index, user, remembered_device):
            data = {"userid": user.id, "redirect_to": next, "at": repr(index.clock.timestamp())}
            return SecondFactorNeeded(index.signed_tokens.sign("two_factor", data))
        return start_session(index, actor, session, user)


def _check_log_in(index: Index, actor: Visitor, username: str, password: str) -> User | FormErrors:
    user = None if "\0" in username else index.accounts.find(username.strip())
    if user is None:
        fields = {"username": (_unknown_user(username),)}
        return FormErrors(fields if password else {**fields, "password": (REQUIRED,)})
    if not password:
        return FormErrors({"password": (REQUIRED,)})
    messages = check_password(index, actor, user, password)
    if not messages and index.look_ups.is_breached(password):
        send_password_compromised(index, actor, user)
        index.passwords.disable(user.id, "password compromised")
        record(index, actor, user, "account:password:disabled", reason="password compromised")
        messages = [BREACHED_PASSWORD.format(domain=index.site.hosts.index)]
    return FormErrors({"password": tuple(messages)}) if messages else user


def _unknown_user(username: str) -> str:
    if not username:
        return REQUIRED
    if "\0" in username:
        return INVALID_USER_NAME
    if "@" in username:
        return "Usernames are not the same as email addresses. Enter your username instead of your email address."
    return "No user found with that username"


def start_session(
    index: Index,
    actor: Visitor,
    session: Session,
    user: User,
    *,
    method: Method | None = None,
    label: str | None = None,
) -> Session:
    """Log a user in without any check; return the new session. `method` and `label` name the second factor used."""
    with changes(index, actor):
        index.accounts.record_login(user)
        record(index, actor, user, "account:login:success", two_factor_method=method, two_factor_label=label)
        return index.sessions.log_in(session, user.id, index.passwords.changed(user.id))


def remember_device(index: Index, actor: Visitor, user: User, method: Method) -> str:
    """Return the value of the cookie that stands for the second factor on this device for 30 days."""
    with changes(index, actor):
        record(index, actor, user, "account:two_factor:device_remembered", two_factor_method=method)
    return index.signed_tokens.sign("remember_device", {"user_id": user.id})


def _is_remembered(index: Index, user: User, cookie: str | None) -> bool:
    content = index.signed_tokens.read("remember_device", cookie)
    return not isinstance(content, str) and content.data.get("user_id") == user.id


def log_out(index: Index, actor: SignedInUser, session: Session) -> Session:
    """End a session; return a new one in which no user is logged in."""
    with changes(index, actor):
        index.sessions.end(session)
        return index.sessions.create()


def user_of(index: Index, session: Session) -> User | FormErrors | None:
    """Return the user of a session, or None if no user is logged in.

    A session of before the last change of the password, or of an account that is not active, is ended; the message
    is for the next page.
    """
    user = None if session.user_id is None else index.accounts.by_id(session.user_id)
    if user is None:
        return None
    if user.may_sign_in and session.password_changed == index.passwords.changed(user.id):
        return user
    index.sessions.end(session)
    return FormErrors(flash=PASSWORD_CHANGED if user.may_sign_in else ACCOUNT_DISABLED)


def reauthenticate(index: Index, actor: SignedInUser, session: Session, password: str) -> bool:
    """Confirm the password of a session; return whether it is right. PyPI shows no message about a wrong one."""
    with changes(index, actor):
        if not password or check_password(index, actor, actor.user, password, "reauthenticate"):
            return False
        index.sessions.confirm_password(session, index.passwords.changed(actor.user.id))
        return True


def needs_password(index: Index, session: Session, seconds: float = PASSWORD_AGE) -> bool:
    """Return whether the password of a session was confirmed longer ago than that many seconds."""
    return session.authenticated is None or index.clock.timestamp() - session.authenticated > seconds
