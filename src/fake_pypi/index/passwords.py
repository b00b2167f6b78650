"""Passwords: only their hashes are stored."""

from __future__ import annotations

import secrets

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

LONGEST_PASSWORD = 4096
"""The number of characters that PyPI accepts (`MAX_PASSWORD_SIZE` in warehouse/accounts/forms.py)."""
TIME_COST, MEMORY_COST, PARALLELISM = 6, 1024, 6
"""PyPI's parameters of Argon2 (`DatabaseUserService` in warehouse/accounts/services.py); the memory is in KiB."""
HASH_PREFIX = f"$argon2id$v=19$m={MEMORY_COST},t={TIME_COST},p={PARALLELISM}$"
SALT_BYTES, HASH_BYTES = 16, 32


class Passwords:
    """The password hashes of the users of one index.

    >>> passwords = Passwords(Database(), Clock())
    >>> passwords.set("the id of a user", "correct horse battery 7!")
    >>> passwords.verify("the id of a user", "correct horse battery 7!")
    True
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def set(self, user_id: str, password: str) -> None:
        """Set the password of a user; a disabled password is enabled again."""
        statement = "INSERT OR REPLACE INTO passwords (user, hash, changed) VALUES (?, ?, ?)"
        self._db.change(statement, user_id, hash_secret(password), self._clock.timestamp())

    def verify(self, user_id: str, password: str) -> bool:
        """Return whether this is the user's password. A hash with other parameters than today's is replaced."""
        stored = self._db.value("SELECT hash FROM passwords WHERE user = ?", user_id)
        if stored is None or len(password) > LONGEST_PASSWORD or not matches(stored, password):
            return False
        if not stored.startswith(HASH_PREFIX):
            self._db.change("UPDATE passwords SET hash = ? WHERE user = ?", hash_secret(password), user_id)
        return True

    def changed(self, user_id: str) -> float:
        """Return when the password was set, in seconds since 1970; 0 for a user that has never had one."""
        return float(self._db.value("SELECT changed FROM passwords WHERE user = ?", user_id) or 0)

    def disable(self, user_id: str, reason: str) -> None:
        """Reject every password of a user, until a new one is set."""
        statement = "INSERT OR REPLACE INTO passwords (user, hash, changed, disabled_for) VALUES (?, NULL, ?, ?)"
        self._db.change(statement, user_id, self.changed(user_id), reason)


def hash_secret(secret: str) -> str:
    """Return the Argon2 hash of a password or recovery code, with its salt and parameters."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    salt = secrets.token_bytes(SALT_BYTES)
    argon2 = Argon2id(salt=salt, length=HASH_BYTES, iterations=TIME_COST, lanes=PARALLELISM, memory_cost=MEMORY_COST)
    return argon2.derive_phc_encoded(_encoded(secret))


def matches(stored: str, secret: str) -> bool:
    """Return whether a hash was made from this secret."""
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(_encoded(secret), stored)
    except InvalidKey:
        return False
    return True


def _encoded(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")  # a form can hold bytes that are not UTF-8
