"""Signed texts that expire: what the links in e-mails, the second step of a log-in and remembered devices carry.

They are JSON web tokens (HS256). PyPI's are made by itsdangerous; to a browser both are one opaque word.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

Purpose = Literal["email", "password", "two_factor", "confirm_login", "remember_device"]
TokenProblem = Literal["missing", "expired", "invalid"]

MAX_AGE: dict[Purpose, int] = {
    "email": 6 * 3600,
    "password": 6 * 3600,
    "two_factor": 300,
    "confirm_login": 6 * 3600,
    "remember_device": 30 * 86_400,
}
"""The seconds for which a token is valid (`token.*.max_age` in warehouse/config.py)."""

ALGORITHM = "HS256"


@dataclass(frozen=True)
class SignedToken:
    """The content of a token, and when it was made, in whole seconds since 1970."""

    data: Mapping[str, str]
    at: int


class SignedTokens:
    """Signs and reads the tokens of one index; a token for one purpose is invalid for the others.

    >>> tokens = SignedTokens(Database(), Clock())
    >>> tokens.read("email", tokens.sign("email", {"action": "email-verify"})).data
    {'action': 'email-verify'}
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._new_secret = secrets.token_hex(32)
        """The secret of an index that has none yet; the same again if the transaction that stored it is rolled back."""

    def sign(self, purpose: Purpose, data: Mapping[str, object]) -> str:
        """Return a token with these values, as text."""
        import jwt

        values = {key: str(value) for key, value in data.items()}
        claims = {"aud": purpose, "iat": int(self._clock.timestamp()), "data": values}
        return jwt.encode(claims, self._secret(), algorithm=ALGORITHM)

    def read(self, purpose: Purpose, token: str | None) -> SignedToken | TokenProblem:
        """Return the content of a token, or the reason why it is not accepted."""
        import jwt

        if not token:
            return "missing"
        if not token.isascii():
            return "invalid"
        try:
            # The library would compare `iat` with the time of this machine, which is not the clock of the index.
            claims = jwt.decode(
                token, self._secret(), [ALGORITHM], audience=purpose, options={"require": ["iat"], "verify_iat": False}
            )
        except jwt.InvalidTokenError:
            return "invalid"
        age = int(self._clock.timestamp()) - claims["iat"]
        return SignedToken(claims["data"], claims["iat"]) if 0 <= age <= MAX_AGE[purpose] else "expired"

    def _secret(self) -> str:
        with self._db.transaction():
            stored = self._db.value("SELECT value FROM settings WHERE name = 'secret:signed-tokens'")
            if stored is None:
                stored = self._new_secret
                self._db.insert("settings", name="secret:signed-tokens", value=stored)
        return str(stored)
