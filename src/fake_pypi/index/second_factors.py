"""Second factors: authentication applications (TOTP), security keys, and the recovery codes for their loss."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.passwords import hash_secret, matches

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

PRESENT = """(EXISTS (SELECT 1 FROM totp_secrets WHERE user = users.id)
    OR EXISTS (SELECT 1 FROM security_keys WHERE user = users.id))"""
"""The SQL expression for whether a row of `users` has a second factor."""
TOTP_DIGITS, TOTP_INTERVAL, TOTP_SECRET_BYTES = 6, 30, 20  # the interval is in seconds
SKEW_INTERVALS = 10  # a code of this many intervals away means that the clock of the device is wrong
RECOVERY_CODES, RECOVERY_CODE_BYTES = 8, 8

TotpResult = Literal["valid", "out of sync", "invalid", "used"]
RecoveryResult = Literal["accepted", "used", "invalid"]


@dataclass(frozen=True)
class SecurityKey:
    """A security key (WebAuthn) of a user; `credential_id` and `public_key` are base64url."""

    id: int
    label: str
    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class RecoveryCode:
    """A stored recovery code. Times are seconds since 1970; `used` is None for a code that can still be used."""

    created: float
    used: float | None


class SecondFactors:
    """The second factors and recovery codes of the users of one index."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def set_state(self, user_id: str, *, present: bool) -> None:
        """Give a user an authentication application, unless there is a second factor; or remove every one."""
        if not present:
            self.remove_all(user_id)
        elif not self.count(user_id):
            self.set_totp(user_id, new_totp_secret())

    def count(self, user_id: str) -> int:
        """Return how many second factors the user has; recovery codes do not count."""
        query = """SELECT (SELECT count(*) FROM totp_secrets WHERE user = ?)
            + (SELECT count(*) FROM security_keys WHERE user = ?)"""
        return int(self._db.value(query, user_id, user_id))  # `?1` warns in CPython 3.12.0 to 3.12.3

    def remove_all(self, user_id: str) -> None:
        """Delete the second factors and recovery codes of a user."""
        with self._db.transaction():
            self._db.change("DELETE FROM totp_secrets WHERE user = ?", user_id)
            self._db.change("DELETE FROM security_keys WHERE user = ?", user_id)
            self._db.change("DELETE FROM recovery_codes WHERE user = ?", user_id)

    def totp_secret(self, user_id: str) -> bytes | None:
        """Return the secret that the user's authentication application has, or None."""
        secret: bytes | None = self._db.value("SELECT secret FROM totp_secrets WHERE user = ?", user_id)
        return secret

    def totp_secrets(self) -> list[tuple[str, bytes]]:
        """Return the user name and the secret of every authentication application, sorted by name."""
        query = "SELECT name, secret FROM totp_secrets JOIN users ON users.id = totp_secrets.user ORDER BY name"
        return [(row[0], row[1]) for row in self._db.rows(query)]

    def set_totp(self, user_id: str, secret: bytes) -> None:
        """Set the secret of the user's authentication application."""
        self._db.change("INSERT OR REPLACE INTO totp_secrets (user, secret) VALUES (?, ?)", user_id, secret)

    def remove_totp(self, user_id: str) -> None:
        """Delete the secret of the user's authentication application."""
        self._db.change("DELETE FROM totp_secrets WHERE user = ?", user_id)

    def use_totp(self, user_id: str, code: str) -> TotpResult:
        """Check a code of the user's authentication application; the code that was accepted last is "used"."""
        row = self._db.row("SELECT secret, last_code FROM totp_secrets WHERE user = ?", user_id)
        if row is None:
            return "invalid"
        if row["last_code"] == code:
            return "used"
        result = check_totp(row["secret"], code, self._clock.timestamp())
        if result == "valid":
            self._db.change("UPDATE totp_secrets SET last_code = ? WHERE user = ?", code, user_id)
        return result

    def security_keys(self, user_id: str) -> list[SecurityKey]:
        """Return the security keys of a user, the oldest first."""
        query = """SELECT id, label, credential_id, public_key, sign_count
            FROM security_keys WHERE user = ? ORDER BY id"""
        return [SecurityKey(*row) for row in self._db.rows(query, user_id)]

    def add_security_key(
        self, user_id: str, label: str, *, credential_id: str, public_key: str, sign_count: int = 0
    ) -> None:
        """Add a security key. A label or credential that exists already raises `sqlite3.IntegrityError`."""
        columns = {"credential_id": credential_id, "public_key": public_key, "sign_count": sign_count}
        self._db.insert("security_keys", user=user_id, label=label, **columns)

    def is_known_credential(self, credential_id: str) -> bool:
        """Return whether a user already has the security key with that credential."""
        return self._db.row("SELECT 1 FROM security_keys WHERE credential_id = ?", credential_id) is not None

    def set_sign_count(self, key: SecurityKey, sign_count: int) -> None:
        """Store the counter that a security key sent with its last signature."""
        self._db.change("UPDATE security_keys SET sign_count = ? WHERE id = ?", sign_count, key.id)

    def remove_security_key(self, key: SecurityKey) -> None:
        """Delete a security key."""
        self._db.change("DELETE FROM security_keys WHERE id = ?", key.id)

    def generate_recovery_codes(self, user_id: str) -> list[str]:
        """Replace the recovery codes of a user; return the new ones, which are stored as hashes only."""
        codes = [secrets.token_hex(RECOVERY_CODE_BYTES) for _ in range(RECOVERY_CODES)]
        hashes = [hash_secret(code) for code in codes]
        with self._db.transaction():
            self._db.change("DELETE FROM recovery_codes WHERE user = ?", user_id)
            for code_hash in hashes:
                self._db.insert("recovery_codes", user=user_id, hash=code_hash, created=self._clock.timestamp())
        return codes

    def recovery_codes(self, user_id: str) -> list[RecoveryCode]:
        """Return the recovery codes of a user, without the codes themselves."""
        return [RecoveryCode(row["created"], row["used"]) for row in self._recovery_rows(user_id)]

    def use_recovery_code(self, user_id: str, code: str) -> RecoveryResult:
        """Use up a recovery code."""
        for row in self._recovery_rows(user_id):
            if matches(row["hash"], code):
                if row["used"] is not None:
                    return "used"
                self._db.change("UPDATE recovery_codes SET used = ? WHERE id = ?", self._clock.timestamp(), row["id"])
                return "accepted"
        return "invalid"

    def _recovery_rows(self, user_id: str) -> list[sqlite3.Row]:
        return self._db.rows("SELECT * FROM recovery_codes WHERE user = ? ORDER BY id", user_id)


def new_totp_secret() -> bytes:
    """Return a new secret for an authentication application."""
    return secrets.token_bytes(TOTP_SECRET_BYTES)


def totp_code(secret: bytes, at: float) -> str:
    """Return the code that an authentication application shows at a time in seconds since 1970."""
    return _totp(secret).generate(int(at)).decode("ascii")


def totp_uri(secret: bytes, user_name: str, issuer: str) -> str:
    """Return the address in the QR code that an authentication application reads."""
    return _totp(secret).get_provisioning_uri(user_name, issuer)


def check_totp(secret: bytes, code: str, at: float) -> TotpResult:
    """Compare a code with those of the present interval and one before and after.

    A code of up to ten intervals away is "out of sync" (`verify_totp` in warehouse/utils/otp.py).
    """
    totp, sent = _totp(secret), code.encode("utf-8", "replace")
    results: tuple[tuple[TotpResult, range], ...] = (
        ("valid", range(-1, 2)),
        ("out of sync", range(-SKEW_INTERVALS, SKEW_INTERVALS + 1)),
    )
    for result, intervals in results:
        moments = [int(at) + interval * TOTP_INTERVAL for interval in intervals]
        if any(hmac.compare_digest(totp.generate(moment), sent) for moment in moments if moment >= 0):
            return result
    return "invalid"


def _totp(secret: bytes) -> TOTP:
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_INTERVAL)  # noqa: S303 - what applications expect (RFC 6238)
