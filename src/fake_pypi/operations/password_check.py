"""The check of a password, and the limits on wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.index.passwords import LONGEST_PASSWORD
from fake_pypi.index.rate_limits import Limit
from fake_pypi.operations.account_forms import INVALID_PASSWORD
from fake_pypi.operations.security_history import record

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.operations.actor import SignedInUser, Visitor

FIVE_MINUTES = 300
USER_LIMIT = Limit("user.login", "user", 10, FIVE_MINUTES)
ADDRESS_LIMIT = Limit("ip.login", "ip", 10, FIVE_MINUTES)
GLOBAL_LIMIT = Limit("global.login", "global", 1000, FIVE_MINUTES)
"""The limits on wrong passwords (https://github.com/pypi/warehouse/blob/6b62157/warehouse/config.py)."""

LOCKED_OUT = (
    "There have been too many unsuccessful login attempts. You have been locked out for {time}. Please try again later."
)


def check_password(
    index: Index, actor: Visitor | SignedInUser, user: User, password: str, action: str = "login"
) -> list[str]:
    """Check the password of a user within the limits; a wrong one is counted, and recorded in the security history.

    `action` is "login" or "reauthenticate". Returns the messages about the password.
    """
    counted = ((ADDRESS_LIMIT, actor.address), (GLOBAL_LIMIT, ""), (USER_LIMIT, user.id))
    for limit, key in counted:
        seconds = index.rate_limits.locked_for([limit], key)
        if seconds:
            return [LOCKED_OUT.format(time=natural_time(seconds))]
    if user.may_sign_in and index.passwords.verify(user.id, password):
        return []
    for limit, key in counted:
        index.rate_limits.hit(limit, key)
    record(index, actor, user, f"account:{action}:failure", reason="invalid_password")
    too_long = ["Password too long."] if len(password) > LONGEST_PASSWORD else []
    return [*too_long, INVALID_PASSWORD]


def natural_time(seconds: int) -> str:
    """Return a time in the words of PyPI's messages.

    >>> natural_time(299), natural_time(60), natural_time(59), natural_time(5000), natural_time(86_400)
    ('5 minutes', 'a minute', '59 seconds', 'an hour', 'a day')
    """
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    if minutes < 60:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 24:
        return "an hour" if hours <= 1 else f"{hours} hours"
    return "a day"
