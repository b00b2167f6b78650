"""The fields of account forms: what PyPI checks, in its order and with its messages.

https://github.com/pypi/warehouse/blob/6b62157/warehouse/accounts/forms.py
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fake_pypi.index.passwords import LONGEST_PASSWORD

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User

REQUIRED = "This field is required."
NULL_BYTES = "Null bytes are not allowed."
INVALID_PASSWORD = "The password is invalid. Try again."  # noqa: S105 - a message
INVALID_USER_NAME = (
    "The username is invalid. Usernames must be composed of letters, numbers, dots, hyphens and underscores. "
    "And must also start and finish with a letter or number. Choose a different username."
)
INVALID_EMAIL = "The email address isn't valid. Try again."
BREACHED_PASSWORD = (
    "This password appears in a security breach or has been compromised and cannot be used. "  # noqa: S105 - a message
    'See <a href="https://{domain}/help/#compromised-password">this FAQ entry</a> for more information.'
)
USER_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]")
LONGEST_USER_NAME, LONGEST_EMAIL, LONGEST_FULL_NAME = 50, 254, 100
SUFFICIENT_SCORE = 2  # of zxcvbn, from 0 to 4
JUDGED_CHARACTERS = 100
"""zxcvbn takes 11 s for 500 characters; a password is at least as strong as its beginning."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FormErrors:
    """PyPI's messages about a form that it does not accept: by field, or `flash` about the whole of it.

    The names of the fields are those of the form (`{"username": ("This field is required.",)}`). Messages are text,
    except the one about breached passwords, which has a link.
    """

    fields: Fields = field(default_factory=dict)
    flash: str = ""


def with_errors(**messages: list[str]) -> FormErrors | None:
    """Return the errors of those fields that have messages, or None if there is none."""
    fields = {name: tuple(texts) for name, texts in messages.items() if texts}
    return FormErrors(fields) if fields else None


def check_new_user_name(index: Index, name: str) -> list[str]:
    """Check the name of a new account."""
    if not name:
        return [REQUIRED]
    if "\0" in name:
        return [INVALID_USER_NAME]
    messages = []
    if len(name) > LONGEST_USER_NAME:
        messages.append("Choose a username with 50 characters or less.")
    if not USER_NAME.fullmatch(name):
        messages.append(INVALID_USER_NAME)
    if name in index.prohibited_user_names or index.accounts.find(name) is not None:
        messages.append("This username is already being used by another account. Choose a different username.")
    return messages


def check_new_email(index: Index, address: str, user: User | None = None) -> list[str]:
    """Check an address that `user`, or a new user, adds."""
    if not address:
        return [REQUIRED]
    if "\0" in address:
        return [NULL_BYTES]
    messages = []
    is_valid = _is_valid_email(address)
    if not is_valid:
        messages.append("Invalid email address.")
    if len(address) > LONGEST_EMAIL:
        messages.append("The email address is too long. Try again.")
    domain = address.rpartition("@")[2].lower()
    if not is_valid or not index.look_ups.accepts_mail(domain):
        return [*messages, INVALID_EMAIL]
    if index.look_ups.is_disposable(".".join(domain.split(".")[-2:])):
        return [*messages, "You can't use an email address from this domain. Use a different email."]
    existing = index.emails.find(address)
    if existing is not None:
        whose = "this account" if user is not None and existing.user_id == user.id else "another account"
        messages.append(f"This email address is already being used by {whose}. Use a different email.")
    return messages


def _is_valid_email(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def check_full_name(name: str) -> list[str]:
    """Check the name that pages show of a user; it can be empty."""
    messages = []
    if len(name) > LONGEST_FULL_NAME:
        messages.append("The name is too long. Choose a name with 100 characters or less.")
    if "\0" in name:
        return [*messages, NULL_BYTES]
    if "://" in name:
        messages.append("URLs are not allowed in the name field.")
    return messages


def check_new_password(index: Index, password: str, *about_user: str) -> list[str]:
    """Check a new password; it must not be guessed from what is known `about_user`: full name, user name, e-mail."""
    if not password:
        return [REQUIRED]
    if "\0" in password:
        return [INVALID_PASSWORD]
    messages = []
    if len(password) > LONGEST_PASSWORD:
        messages.append("Password too long.")
    messages += _weakness(password, about_user)
    if index.look_ups.is_breached(password):
        messages.append(BREACHED_PASSWORD.format(domain=index.site.hosts.index))
    return messages


def _weakness(password: str, about_user: tuple[str, ...]) -> list[str]:
    from zxcvbn import zxcvbn

    result = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=list(about_user), max_length=JUDGED_CHARACTERS)
    if result["score"] >= SUFFICIENT_SCORE:
        return []
    feedback = result["feedback"]
    return [" ".join([feedback["warning"] or "Password is too easily guessed.", *feedback["suggestions"]])]


def check_confirmation(password: str, confirmation: str) -> list[str]:
    """Check the second field of a new password."""
    if not confirmation:
        return [REQUIRED]
    messages = ["Password too long."] if len(confirmation) > LONGEST_PASSWORD else []
    return messages if password == confirmation else [*messages, "Your passwords don't match. Try again."]
