"""The sender of a request, identified by its credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fake_pypi.index.accounts import User
    from fake_pypi.index.publishers import Publisher

Problem = Literal["", "missing", "password", "unknown"]


@dataclass(frozen=True)
class Sender:
    """The identity behind a request: a user or a trusted publisher, or the reason why there is none.

    `problem` is that reason: "missing" (no credentials), "password" (a user name and password),
    "unknown" (a token of another index, a deleted one, or one of an account that is not active).
    `token_id` is the token's public identifier, never its secret; `raw` is the secret, which
    no repr contains.
    """

    user: User | None = None
    publisher: Publisher | None = None
    problem: Problem = ""
    token_id: str | None = None
    raw: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The name in the journal and in recorded requests: of the user, or of the publisher, or ""."""
        if self.user is not None:
            return self.user.name
        return str(self.publisher) if self.publisher is not None else ""


ANONYMOUS = Sender(problem="missing")
