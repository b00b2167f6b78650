"""The second step of a log-in: codes, recovery codes, and devices that a user has not logged in from before.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/views.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.errors import OperationRejected
from fake_pypi.index.rate_limits import DAY, HOUR, Limit
from fake_pypi.index.signed_tokens import MAX_AGE
from fake_pypi.operations.account_forms import REQUIRED, FormErrors
from fake_pypi.operations.account_mail import (
    send_recovery_code_reminder,
    send_recovery_code_used,
    send_unrecognized_login,
)
from fake_pypi.operations.password_check import FIVE_MINUTES, LOCKED_OUT, natural_time
from fake_pypi.operations.permissions import changes
from fake_pypi.operations.security_history import record
from fake_pypi.operations.sessions import start_session

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.sessions import Session
    from fake_pypi.operations.actor import SignedInUser, Visitor
    from fake_pypi.operations.sessions import Method

USER_LIMITS = (
    Limit("2fa.user", "user", 5, FIVE_MINUTES),
    Limit("2fa.user.hour", "user", 20, HOUR),
    Limit("2fa.user.day", "user", 50, DAY),
)
ADDRESS_LIMITS = (Limit("2fa.ip", "ip", 10, FIVE_MINUTES), Limit("2fa.ip.hour", "ip", 50, HOUR))
"""The limits on wrong codes (https://github.com/pypi/warehouse/blob/6b62157/warehouse/config.py)."""

INVALID_LOGIN = "Invalid or expired two factor login."
RECOVERY_CODE_ACCEPTED = "Recovery code accepted. The supplied code cannot be used again."
LOGIN_CONFIRMED = "Your login has been confirmed and this device is now recognized."
CONFIRMATION_PROBLEMS = {
    "missing": "Invalid token: no token supplied",
    "expired": "Expired token: please try to login again",
    "invalid": "Invalid token: please try to login again",
}
OTHER_DEVICE = "Device details didn't match, please try again from the device you originally used to log in."


@dataclass(frozen=True)
class DeviceNotRecognized:
    """The second factor was right, and the user has to open the link in an e-mail first."""


@dataclass(frozen=True)
class SecondStep:
    """A log-in whose password was right: the user, and the path to go to afterwards ("" for the default page)."""

    user: User
    next: str


def second_step(index: Index, token: str | None) -> SecondStep | FormErrors:
    """Read the token of the page for the second factor. It is valid until the user logs in."""
    content = index.signed_tokens.read("two_factor", token)
    if isinstance(content, str):
        return FormErrors(flash=INVALID_LOGIN)
    user = index.accounts.by_id(content.data["userid"])
    if user is None or float(content.data["at"]) < (user.last_login or 0):
        return FormErrors(flash=INVALID_LOGIN)
    return SecondStep(user, content.data["redirect_to"])


def use_totp(
    index: Index, actor: Visitor, session: Session, user: User, code: str
) -> Session | DeviceNotRecognized | FormErrors:
    """Log in with a code of the user's authentication application, as second step."""
    if not code:
        return FormErrors({"totp_value": (REQUIRED,)})
    digits = code.replace(" ", "")
    with changes(index, actor):
        reject_locked_out(index, actor, user)
        result = index.second_factors.use_totp(user.id, digits)
        if result != "valid":
            if result != "used":
                count_code(index, actor, user)
            record(index, actor, user, "account:login:failure", reason="invalid_totp")
            malformed = [] if re.fullmatch("[0-9]{6}", digits) else ["TOTP code must be 6 digits."]
            return FormErrors({"totp_value": (*malformed, "Invalid TOTP code.")})
        if not _is_recognized(index, actor, user, "totp"):
            return DeviceNotRecognized()
        logged_in = start_session(index, actor, session, user, method="totp", label="totp")
        if not index.second_factors.recovery_codes(user.id):
            send_recovery_code_reminder(index, actor, user)
        return logged_in


def use_recovery_code(
    index: Index, actor: Visitor, session: Session, user: User, code: str
) -> Session | DeviceNotRecognized | FormErrors:
    """Log in with a recovery code, as second step."""
    with changes(index, actor):
        errors = check_recovery_code(index, actor, user, code)
        if errors is not None:
            return errors
        if not _is_recognized(index, actor, user, "recovery-code"):
            return DeviceNotRecognized()
        logged_in = start_session(index, actor, session, user, method="recovery-code")
        record(index, actor, user, "account:recovery_codes:used")
        return logged_in


def check_recovery_code(index: Index, actor: Visitor | SignedInUser, user: User, code: str) -> FormErrors | None:
    """Use up a recovery code within the limits; a wrong one is counted, and recorded in the security history."""
    if not code:
        return FormErrors({"recovery_code_value": (REQUIRED,)})
    digits = code.replace(" ", "")
    if not re.fullmatch("[0-9a-f]{16}", digits):
        return FormErrors({"recovery_code_value": ("Recovery Codes must be 16 characters.",)})
    reject_locked_out(index, actor, user)
    result = index.second_factors.use_recovery_code(user.id, digits)
    if result == "accepted":
        send_recovery_code_used(index, actor, user)
        return None
    if result == "used":
        record(index, actor, user, "account:login:failure", reason="burned_recovery_code")
        return FormErrors({"recovery_code_value": ("Recovery code has been previously used.",)})
    count_code(index, actor, user)
    record(index, actor, user, "account:login:failure", reason="invalid_recovery_code")
    return FormErrors({"recovery_code_value": ("Invalid recovery code.",)})


def reject_locked_out(index: Index, actor: Visitor | SignedInUser, user: User) -> None:
    """Reject a code of a user, or from an address, with too many wrong ones."""
    for limits, key in ((ADDRESS_LIMITS, actor.address), (USER_LIMITS, user.id)):
        seconds = index.rate_limits.locked_for(limits, key)
        if seconds:
            raise OperationRejected("too-many-codes", LOCKED_OUT.format(time=natural_time(seconds)))


def count_code(index: Index, actor: Visitor | SignedInUser, user: User) -> None:
    """Count a wrong code."""
    for limits, key in ((ADDRESS_LIMITS, actor.address), (USER_LIMITS, user.id)):
        for limit in limits:
            index.rate_limits.hit(limit, key)


def _is_recognized(index: Index, actor: Visitor, user: User, method: Method) -> bool:
    """Return whether the user has logged in from this address; if not, send the link that confirms the log-in."""
    if index.devices.is_confirmed(user.id, actor.address):
        return True
    device = index.devices.await_confirmation(user.id, actor.address, MAX_AGE["confirm_login"])
    if device is not None:
        data = {"action": "login-confirmation", "user.id": user.id, "user.last_login": repr(user.last_login or 0.0)}
        token = index.signed_tokens.sign("confirm_login", {**data, "unique_login_id": device})
        send_unrecognized_login(index, actor, user, ip=actor.address, user_agent=actor.user_agent, token=token)
        record(index, actor, user, "account:login:new_device", two_factor_method=method)
    return False


def confirm_log_in(index: Index, actor: Visitor, session: Session, token: str | None) -> Session | FormErrors:
    """Log in with the link from the e-mail about an unrecognized device."""
    content = index.signed_tokens.read("confirm_login", token)
    if isinstance(content, str):
        return FormErrors(flash=CONFIRMATION_PROBLEMS[content])
    user = index.accounts.by_id(content.data["user.id"])
    if user is None:
        return FormErrors(flash="Invalid token: user not found")
    if (user.last_login or 0.0) > float(content.data["user.last_login"]):
        return FormErrors(flash="Invalid token: user has logged in since this token was requested")
    if index.devices.address(int(content.data["unique_login_id"]), user.id) != actor.address:
        return FormErrors(flash=OTHER_DEVICE)
    with changes(index, actor):
        index.devices.confirm(user.id, actor.address)
        return start_session(index, actor, session, user)
