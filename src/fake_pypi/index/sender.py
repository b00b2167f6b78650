"""The sender of a request, and the credentials in its `Authorization` header that identify it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import Publisher

Problem = Literal["", "missing", "password", "unknown", "wrong-password"]

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


def name_and_password(header: str | None) -> tuple[str, str] | None:
    """Return the user name and the password in an `Authorization` header; None if it has none that can be read.

    >>> name_and_password("Basic YWxpY2U6b3BlbiBzZXNhbWU=")[0]
    'alice'
    """
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip()).decode("utf-8", "replace").partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None


@dataclass(frozen=True)
class Sender:
    """The identity behind a request: a user or a trusted publisher, or the reason why there is none.

    `problem` is that reason: "missing" (no credentials), "password" (a user name and password),
    "unknown" (a token of another index, a deleted one, or one of an account that is not active), "wrong-password"
    (where passwords are accepted, `Site.accepts_passwords`). `by_password`: it was identified by a password.
    `token_id` is the token's public identifier, never its secret; `raw` is the secret, which
    no repr contains.
    """

    user: User | None = None
    publisher: Publisher | None = None
    problem: Problem = ""
    token_id: str | None = None
    by_password: bool = False
    raw: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The name in the journal and in recorded requests: of the user, or of the publisher, or ""."""
        if self.user is not None:
            return self.user.name
        return str(self.publisher) if self.publisher is not None else ""


ANONYMOUS = Sender(problem="missing")
