"""Reasons for which PyPI rejected uploads in earlier years, and does not any more."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar

from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.dated_change import BLOG, TWO_FACTOR_ENFORCED
from fake_pypi.rules.identity import NoCredentials
from fake_pypi.rules.message_sources import BEFORE_2023, warehouse_at
from fake_pypi.rules.rule_set import Example, Rejection, Rule

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.rules.upload import FilePart, Upload

LARGEST_SIGNATURE = 8 * 1024
"""Bytes that a signature could have."""
ARMOR = b"-----BEGIN PGP SIGNATURE-----"
NO_SIGNATURES = f"{BLOG}/2023-05-23-removing-pgp/"


class WrongPassword(Rule):
    """The user name or the password is wrong, at a time when PyPI accepted passwords for uploads.

    PyPI rejects every user name with a password since 2024, whether it is right or wrong.
    """

    id = "wrong-password"
    status = 403
    message_template = NoCredentials.message_template
    remedy = "Correct the user name and the password; today, use an API token or trusted publishing."
    source = warehouse_at(BEFORE_2023, "forklift/legacy.py", "file_upload")
    until = "2024-01-01"
    dated_by = TWO_FACTOR_ENFORCED

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if upload.sender.problem == "wrong-password" else None

    def example(self) -> Example:
        """Send a password that the user does not have."""
        return Example(wheel("demo"), sender="wrong-password")


class PasswordWithTwoFactor(Rule):
    """The account has two-factor authentication, and the upload was sent with its password instead of a token.

    Accounts without a second factor could upload with a password until the end of 2023. Today nobody can.
    """

    id = "password-with-two-factor"
    status = 401
    message_template = (
        "User {user} has two factor auth enabled, an API Token or Trusted Publisher must be used to upload "
        "in place of password."
    )
    page: ClassVar[str | None] = ""
    remedy = "Use `__token__` as the user name and an API token as the password, or trusted publishing."
    source = "https://github.com/pypa/hatch/issues/1013"
    since = "2023-06-01"
    until = "2024-01-01"
    dated_by = f"{BLOG}/2023-06-01-2fa-enforcement-for-upload/"
    ended_by = TWO_FACTOR_ENFORCED
    unknown_offline = "whether the account has two-factor authentication"

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        user = upload.sender.user
        with_password = user is not None and upload.sender.by_password and user.two_factor
        return self.reject(user=user.name) if user is not None and with_password else None

    def example(self) -> Example:
        """Send the password of an account that has a second factor."""
        return Example(wheel("demo"), sender="password-of-owner")


class SignatureTooLarge(Rule):
    """The PGP signature that was sent with the file has more than 8 KiB. PyPI ignores signatures today."""

    id = "signature-too-large"
    message_template = "Signature too large."
    remedy = "Leave the signature out: PyPI discards it."
    source = warehouse_at(BEFORE_2023, "forklift/legacy.py", "file_upload")
    until = "2023-05-23"
    dated_by = NO_SIGNATURES

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        return self.reject() if any(part.size > LARGEST_SIGNATURE for part in _signatures(upload)) else None

    def example(self) -> Example:
        """Send a wheel of more than 8 KiB as its own signature."""
        large = wheel("demo", files={"demo/noise.bin": b"".join(_digest(number) for number in range(400))})
        return Example(large, file={"also_sent_as": "gpg_signature"})


class SignatureNotArmored(Rule):
    """The PGP signature that was sent with the file is not ASCII armored. PyPI ignores signatures today."""

    id = "signature-not-armored"
    message_template = "PGP signature isn't ASCII armored."
    remedy = "Leave the signature out: PyPI discards it."
    source = warehouse_at(BEFORE_2023, "forklift/legacy.py", "file_upload")
    until = "2023-05-23"
    dated_by = NO_SIGNATURES

    def check(self, upload: Upload, index: Index) -> Rejection | None:
        for part in _signatures(upload):
            with part.open() as signature:
                if signature.read(len(ARMOR)) != ARMOR:
                    return self.reject()
        return None

    def example(self) -> Example:
        """Send the wheel itself as the signature."""
        return Example(wheel("demo"), file={"also_sent_as": "gpg_signature"})


def _signatures(upload: Upload) -> list[FilePart]:
    """Return the signatures that were sent with the file."""
    return [part for name, part in upload.form.files() if name == "gpg_signature"]


def _digest(number: int) -> bytes:
    """Return bytes that cannot be compressed."""
    return hashlib.sha256(str(number).encode()).digest()
