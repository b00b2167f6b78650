"""The credentials in an `Authorization` header: a token, or a user name with a password."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

TOKEN_USER = "__token__"  # noqa: S105 - the user name to send with a token as the password


@dataclass(frozen=True)
class Credentials:
    """Credentials as sent: `token` (can be any text), or `password` True for a user name with a password.

    >>> Credentials.of("Bearer pypi-abc").token
    'pypi-abc'
    >>> Credentials.of(None) == Credentials()
    True
    """

    token: str | None = field(default=None, repr=False)
    password: bool = False

    @classmethod
    def of(cls, header: str | None) -> Credentials:
        """Read a header; a malformed one is no credentials, never an error."""
        scheme, space, rest = (header or "").partition(" ")
        if not space:
            return cls()
        if scheme.lower() in {"bearer", "token"}:
            return cls(token=rest)
        return cls._basic(rest) if scheme.lower() == "basic" else cls()

    @classmethod
    def _basic(cls, encoded: str) -> Credentials:
        try:
            decoded = base64.b64decode(encoded.strip())
        except ValueError:
            return cls()
        text = decoded.decode("utf-8", errors="surrogateescape")
        name, colon, secret = text.partition(":")
        if name == TOKEN_USER:
            return cls(token=secret.strip())
        return cls(password=bool(colon))
