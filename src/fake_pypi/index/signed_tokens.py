"""Signed texts that expire: what the links in e-mails, the second step of a log-in and remembered devices carry."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

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

    def sign(self, purpose: Purpose, data: Mapping[str, object]) -> str:
        """Return a token with these values, as text."""
        return str(self._serializer(purpose).dumps({key: str(value) for key, value in data.items()}))

    def read(self, purpose: Purpose, token: str | None) -> SignedToken | TokenProblem:
        """Return the content of a token, or the reason why it is not accepted."""
        from itsdangerous import BadData, SignatureExpired

        if not token:
            return "missing"
        try:
            data, at = self._serializer(purpose).loads(token, max_age=MAX_AGE[purpose], return_timestamp=True)
        except SignatureExpired:
            return "expired"
        except BadData:
            return "invalid"
        return SignedToken(data, int(at.timestamp()))

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        from itsdangerous import TimestampSigner, URLSafeTimedSerializer

        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock.timestamp())

        return URLSafeTimedSerializer(self._secret(), salt=purpose, signer=Signer)

    def _secret(self) -> str:
        with self._db.transaction():
            stored = self._db.value("SELECT value FROM settings WHERE name = 'secret:signed-tokens'")
            if stored is None:
                stored = secrets.token_hex(32)
                self._db.insert("settings", name="secret:signed-tokens", value=stored)
        return str(stored)
