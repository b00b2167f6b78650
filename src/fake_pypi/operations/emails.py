"""The e-mail addresses and the public details of an account.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.rate_limits import DAY, HOUR, Limit
from fake_pypi.operations.account_forms import FormErrors, check_full_name, check_new_email, with_errors
from fake_pypi.operations.account_mail import send_email_added, send_primary_email_changed, send_verification
from fake_pypi.operations.permissions import NO_PERMISSION, changes, require_account
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.emails import Email
    from fake_pypi.operations.actor import SignedInUser, Visitor

ADDITIONS = Limit("email.add", "ip", 2, DAY)
VERIFICATIONS = Limit("email.verify", "user", 3, 6 * HOUR)
"""The limits on new addresses, and on e-mails with a link that verifies one (warehouse/config.py)."""

NOT_FOUND = "Email address not found"
TOO_MANY_ADDED = (
    "Too many emails have been added to this account without verifying them. "
    "Check your inbox and follow the verification links. (IP: {ip})"
)
TOO_MANY_VERIFICATIONS = (
    "Too many incomplete attempts to verify email address(es) for {user}. "
    "Complete a pending verification or wait before attempting again."
)
TOKEN_PROBLEMS = {
    "missing": "Invalid token: no token supplied",
    "expired": "Expired token: request a new email verification link",
    "invalid": "Invalid token: request a new email verification link",
}


def add_counted(
    index: Index, actor: Visitor | SignedInUser, user: User, address: str, *, primary: bool = False
) -> Email:
    """Add an address to an account. PyPI rejects the third one that comes from an IP address in a day."""
    if not index.rate_limits.take(ADDITIONS, actor.address):
        raise OperationRejected("too-many-emails", TOO_MANY_ADDED.format(ip=actor.address))
    return index.emails.add(user.id, address, primary=primary)


def add(index: Index, actor: SignedInUser, address: str) -> str | FormErrors:
    """Add an address to the account of the actor. Returns PyPI's message about it."""
    user = _present(index, actor)
    require_account(actor, user, two_factor=False)
    with changes(index, actor):
        errors = with_errors(email=check_new_email(index, address, user))
        if errors is not None:
            return errors
        email = add_counted(index, actor, user, address)
        record(index, actor, user, "account:email:add", email=address)
        send_verification(index, actor, user, email)
        send_email_added(index, actor, user, email)
    return f"Email {address} added - check your email for a verification link"


def correct_unverified(index: Index, actor: SignedInUser, address: str) -> str | FormErrors:
    """Replace the primary address of the account of the actor, as long as it is not verified."""
    user = _present(index, actor)
    with changes(index, actor):
        primary = index.emails.primary(user.id)
        if primary is None or primary.verified:
            return FormErrors(flash=NOT_FOUND)
        errors = with_errors(email=check_new_email(index, address, user))
        if errors is not None:
            return errors
        email = index.emails.correct(primary, address)
        record(index, actor, user, "account:email:add", email=address)
        send_verification(index, actor, user, email)
    return f"Email address updated to {address} - check your email for a verification link"


def resend_verification(index: Index, actor: SignedInUser, email_id: int) -> str | FormErrors:
    """Send the link that verifies an address once more."""
    user = _present(index, actor)
    email = index.emails.get(user.id, email_id)
    if email is None:
        return FormErrors(flash=NOT_FOUND)
    if email.verified:
        return FormErrors(flash="Email is already verified")
    if not index.rate_limits.take(VERIFICATIONS, user.id):
        return FormErrors(flash=TOO_MANY_VERIFICATIONS.format(user=user.name))
    with changes(index, actor):
        send_verification(index, actor, user, email)
        record(index, actor, user, "account:email:reverify", email=email.address)
    return f"Verification email for {email.address} resent"


def verify(index: Index, actor: SignedInUser, token: str | None) -> str | FormErrors:
    """Verify an address of the actor with the link from the e-mail."""
    user = _present(index, actor)
    content = index.signed_tokens.read("email", token)
    if isinstance(content, str):
        return FormErrors(flash=TOKEN_PROBLEMS[content])
    if content.data.get("action") != "email-verify":
        return FormErrors(flash="Invalid token: not an email verification token")
    email = index.emails.get(user.id, int(content.data["email.id"]))
    if email is None or email.address != content.data["email.address"]:
        return FormErrors(flash="Email not found")
    if email.verified:
        return FormErrors(flash="Email already verified")
    with changes(index, actor):
        index.emails.verify(email)
        record(index, actor, user, "account:email:verified", email=email.address, primary=email.primary)
    index.rate_limits.clear(ADDITIONS, actor.address)
    index.rate_limits.clear(VERIFICATIONS, user.id)
    what_now = "This is your primary address" if email.primary else "You can now set this email as your primary address"
    return f"Email address {email.address} verified. {what_now}."


def make_primary(index: Index, actor: SignedInUser, email_id: int) -> str | FormErrors:
    """Make a verified address the primary one of the account of the actor, who needs a second factor."""
    user = _present(index, actor)
    require_account(actor, user, two_factor=False)
    if not user.two_factor:
        return FormErrors(flash="Two factor authentication must be enabled to change primary email address.")
    email, previous = index.emails.get(user.id, email_id), index.emails.primary(user.id)
    if email is None or not email.verified or previous is None:
        return FormErrors(flash=NOT_FOUND)
    with changes(index, actor):
        index.emails.make_primary(email)
        facts = {"old_primary": previous.address, "new_primary": email.address}
        record(index, actor, user, "account:email:primary:change", **facts)
        send_primary_email_changed(index, actor, user, previous)
    return f"Email address {email.address} set as primary"


def remove(index: Index, actor: SignedInUser, email_id: int) -> str | FormErrors:
    """Remove an address, which is not the primary one, from the account of the actor."""
    user = _present(index, actor)
    require_account(actor, user, two_factor=False)
    email = index.emails.get(user.id, email_id)
    if email is None:
        return FormErrors(flash=NOT_FOUND)
    if email.primary:
        return FormErrors(flash="Cannot remove primary email address")
    with changes(index, actor):
        index.emails.remove(email)
        record(index, actor, user, "account:email:remove", email=email.address)
    return f"Email address {email.address} removed"


def save_details(index: Index, actor: SignedInUser, *, name: str, public_email: str) -> str | FormErrors:
    """Change the full name and the public address of the account of the actor; "" shows no address."""
    user = _present(index, actor)
    require_account(actor, user, two_factor=False)
    verified = {email.address for email in index.emails.of(user.id) if email.verified}
    is_own = public_email in {"", *verified}
    not_own = [] if is_own else ["Not a valid choice.", f"{public_email} is not a verified email for {user.name}"]
    errors = with_errors(name=check_full_name(name), public_email=not_own)
    if errors is not None:
        return errors
    with changes(index, actor):
        index.accounts.set_full_name(user, name)
        index.emails.make_public(user.id, public_email)
    return "Account details updated"


def _present(index: Index, actor: SignedInUser) -> User:
    """Return the actor's account as it is now; it may have changed since the request came in."""
    user = index.accounts.by_id(actor.user.id)
    if user is None:
        raise OperationRejected("not-signed-in", NO_PERMISSION)
    return user
