"""Who sends a request, as far as its credentials tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import Publisher

Problem = Literal["", "missing", "password", "unknown"]


@dataclass(frozen=True)
class Sender:
    """The identity behind a request: a user, a trusted publisher, or nobody.

    `problem` says why it is nobody: "missing" (no credentials), "password" (a user name and password),
    "unknown" (a token that is none of ours, deleted, or of an account that may not sign in).
    `token_id` is the token's public identifier, never its secret; `raw` is the secret,
    kept out of every repr.
    """

    user: User | None = None
    publisher: Publisher | None = None
    problem: Problem = ""
    token_id: str | None = None
    raw: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What the journal and the record call the sender: a user name, "publisher …", or ""."""
        if self.user is not None:
            return self.user.name
        return str(self.publisher) if self.publisher is not None else ""


NOBODY = Sender(problem="missing")
