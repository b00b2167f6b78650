"""Register an account, and delete one.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.operations.account_forms import (
    FormErrors,
    check_confirmation,
    check_full_name,
    check_new_email,
    check_new_password,
    check_new_user_name,
    with_errors,
)
from fake_pypi.operations.account_mail import send_account_deleted, send_verification
from fake_pypi.operations.emails import VERIFICATIONS, add_counted
from fake_pypi.operations.password_check import check_password
from fake_pypi.operations.permissions import changes, require_account
from fake_pypi.operations.security_history import record
from fake_pypi.operations.sessions import start_session

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.sessions import Session
    from fake_pypi.operations.actor import SignedInUser, Visitor

REGISTRATION_DISABLED = (
    "New user registration temporarily disabled. See https://{domain}/help#admin-intervention for details."
)
DELETED_USER = "deleted-user"
"""The sender of the journal entries of users who have deleted their accounts."""


def register(
    index: Index,
    actor: Visitor,
    session: Session,
    *,
    username: str,
    email: str,
    new_password: str,
    password_confirm: str,
    full_name: str = "",
    captcha: str = "",
) -> Session | FormErrors:
    """Create an account without a second factor, whose address is not verified, and log its user in."""
    if index.flags.enabled("disallow-new-user-registration"):
        raise OperationRejected("registration-disabled", REGISTRATION_DISABLED.format(domain=index.site.hosts.index))
    solves = index.look_ups.captcha
    captcha_messages = ["Captcha error."] if solves is not None and not (captcha and solves(captcha)) else []
    # Judging a password takes long, and other requests continue meanwhile.
    password_messages = check_new_password(index, new_password, full_name, username, email)
    with changes(index, actor):
        errors = with_errors(
            username=check_new_user_name(index, username),
            email=check_new_email(index, email),
            new_password=password_messages,
            password_confirm=check_confirmation(new_password, password_confirm),
            full_name=check_full_name(full_name),
            captcha=captcha_messages,
        )
        if errors is not None:
            return errors
        user = index.accounts.add(username, email="none", two_factor=False, full_name=full_name)
        index.passwords.set(user.id, new_password)
        address = add_counted(index, actor, user, email, primary=True)
        record(index, actor, user, "account:create", email=email)
        send_verification(index, actor, user, address)
        index.rate_limits.hit(VERIFICATIONS, user.id)
        return start_session(index, actor, session, user)


def delete_account(index: Index, actor: SignedInUser, password: str) -> FormErrors | None:
    """Delete the account of the actor, unless it is the only owner of a project. Returns None if it is deleted."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    if not password:
        return FormErrors(flash="Confirm the request")
    with changes(index, actor):
        if check_password(index, actor, user, password):
            return FormErrors(flash="Could not delete account - Invalid credentials. Please try again.")
        if index.projects.owned_alone_by(user):
            return FormErrors(flash="Cannot delete account with active project ownerships")
        send_account_deleted(index, actor, user)
        index.journal.replace_sender(user.name, DELETED_USER)
        index.accounts.remove(user.name)
    return None
