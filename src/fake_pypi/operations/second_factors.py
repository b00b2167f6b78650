"""Set up and remove second factors and recovery codes.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/manage/views/__init__.py
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fake_pypi.index.second_factors import check_totp, new_totp_secret
from fake_pypi.operations.account_forms import REQUIRED, FormErrors
from fake_pypi.operations.account_mail import send_recovery_codes_generated, send_two_factor_changed
from fake_pypi.operations.password_check import check_password
from fake_pypi.operations.permissions import changes, require_account
from fake_pypi.operations.second_step import RECOVERY_CODE_ACCEPTED, check_recovery_code
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.sessions import Session
    from fake_pypi.operations.actor import SignedInUser

LAST_METHOD = "Cannot remove last 2FA method"


def begin_totp(index: Index, actor: SignedInUser, session: Session) -> bytes:
    """Return a secret for a new authentication application; the session keeps it until a code confirms it."""
    require_account(actor, actor.user, two_factor=False)
    stored = index.sessions.get(session.id)
    if stored is not None and stored.totp_secret is not None:
        return stored.totp_secret
    secret = new_totp_secret()
    with changes(index, actor):
        index.sessions.set_totp_secret(session, secret)
    return secret


def enable_totp(index: Index, actor: SignedInUser, session: Session, code: str) -> str | FormErrors:
    """Set up the authentication application whose secret the session keeps. Returns PyPI's message about it."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    stored = index.sessions.get(session.id)
    secret = None if stored is None else stored.totp_secret
    messages = _check_new_code(index, secret, code)
    if messages or secret is None:
        return FormErrors({"totp_value": tuple(messages)})
    with changes(index, actor):
        if index.second_factors.totp_secret(user.id) is not None:
            record(index, actor, user, "account:two_factor:method_removed", method="totp")
        index.second_factors.set_totp(user.id, secret)
        index.sessions.set_totp_secret(session, None)
        record(index, actor, user, "account:two_factor:method_added", method="totp")
        send_two_factor_changed(index, actor, user, "added", "totp")
    return "Authentication application successfully set up"


def _check_new_code(index: Index, secret: bytes | None, code: str) -> list[str]:
    if not code:
        return [REQUIRED]
    digits = code.replace(" ", "")
    messages = [] if re.fullmatch("[0-9]{6}", digits) else ["TOTP code must be 6 digits."]
    result = "invalid" if secret is None else check_totp(secret, digits, index.clock.timestamp())
    if result == "out of sync":
        return [*messages, "Invalid TOTP code. Your device time may be out of sync."]
    return messages if result == "valid" else [*messages, "Invalid TOTP code. Try again?"]


def remove_totp(index: Index, actor: SignedInUser, password: str) -> str | FormErrors:
    """Remove the authentication application of the actor, unless it is the only second factor."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    if index.second_factors.totp_secret(user.id) is None:
        return FormErrors(flash="There is no authentication application to delete")
    if index.second_factors.count(user.id) == 1:
        return FormErrors(flash=LAST_METHOD)
    with changes(index, actor):
        if not password or check_password(index, actor, user, password):
            return FormErrors(flash="Invalid credentials. Try again")
        index.second_factors.remove_totp(user.id)
        record(index, actor, user, "account:two_factor:method_removed", method="totp")
        send_two_factor_changed(index, actor, user, "removed", "totp")
    return "Authentication application removed from PyPI. Remember to remove PyPI from your application."


def generate_recovery_codes(index: Index, actor: SignedInUser, *, replace: bool = False) -> list[str] | FormErrors:
    """Generate eight recovery codes; with `replace` they take the place of earlier ones."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    if index.second_factors.recovery_codes(user.id) and not replace:
        return FormErrors(flash="Recovery codes already generated")
    with changes(index, actor):
        codes = index.second_factors.generate_recovery_codes(user.id)
        send_recovery_codes_generated(index, actor, user)
        record(index, actor, user, f"account:recovery_codes:{'regenerated' if replace else 'generated'}")
    return codes


def burn_recovery_code(index: Index, actor: SignedInUser, code: str) -> str | FormErrors:
    """Use up a recovery code before a second factor is set up, which shows that the user has stored the codes."""
    user = actor.user
    require_account(actor, user, two_factor=False)
    with changes(index, actor):
        return check_recovery_code(index, actor, user, code) or RECOVERY_CODE_ACCEPTED
