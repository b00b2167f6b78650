"""User accounts: e-mail, two-factor and account state."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from typing import Literal, get_args

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

EmailState = Literal["verified", "unverified", "none", "secondary-verified"]
AccountState = Literal["active", "disabled", "frozen"]


@dataclass(frozen=True)
class User:
    """A user account. `email` is the state of its primary address, `two_factor` whether a second factor is set up."""

    id: str
    name: str
    email: EmailState = "verified"
    two_factor: bool = True
    state: AccountState = "active"

    @property
    def may_sign_in(self) -> bool:
        """Whether tokens of this account identify it: not if it is disabled or frozen."""
        return self.state == "active"


class Accounts:
    """The users of one index."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(
        self,
        name: str,
        *,
        email: EmailState = "verified",
        two_factor: bool = True,
        state: AccountState = "active",
    ) -> User:
        """Add a user; a name that is taken is a `UsageError`."""
        user = User(str(uuid.uuid4()), name, email, two_factor, state)
        _known("e-mail state", email, get_args(EmailState))
        _known("account state", state, get_args(AccountState))
        try:
            self._db.insert(
                "users",
                id=user.id,
                name=name,
                email=email,
                two_factor=two_factor,
                state=state,
                created=self._clock.timestamp(),
            )
        except sqlite3.IntegrityError:
            raise UsageError(f"there is a user {name!r} already", "choose another name") from None
        return user

    def change(
        self,
        name: str,
        *,
        email: EmailState | None = None,
        two_factor: bool | None = None,
        state: AccountState | None = None,
    ) -> User:
        """Change the given attributes only; return the user as it is now."""
        user = self[name]
        _known("e-mail state", email or user.email, get_args(EmailState))
        _known("account state", state or user.state, get_args(AccountState))
        self._db.change(
            "UPDATE users SET email = ?, two_factor = ?, state = ? WHERE id = ?",
            email or user.email,
            user.two_factor if two_factor is None else two_factor,
            state or user.state,
            user.id,
        )
        return self[name]

    def remove(self, name: str) -> None:
        """Delete a user with its roles and tokens."""
        user = self[name]
        with self._db.transaction():
            for statement in (
                "DELETE FROM roles WHERE user = ?",
                "DELETE FROM organization_roles WHERE user = ?",
                "DELETE FROM tokens WHERE user = ?",
                "DELETE FROM users WHERE id = ?",
            ):
                self._db.change(statement, user.id)

    def __getitem__(self, name: str) -> User:
        row = self._db.row("SELECT * FROM users WHERE name = ?", name)
        if row is None:
            raise NotFound("user", name, [each[0] for each in self._db.rows("SELECT name FROM users")])
        return _user(row)

    def get(self, name: str) -> User | None:
        """Return the user of that name, or None."""
        row = self._db.row("SELECT * FROM users WHERE name = ?", name)
        return None if row is None else _user(row)

    def by_id(self, user_id: str) -> User | None:
        """Return the user with that id, or None."""
        row = self._db.row("SELECT * FROM users WHERE id = ?", user_id)
        return None if row is None else _user(row)


def _user(row: sqlite3.Row) -> User:
    return User(row["id"], row["name"], row["email"], bool(row["two_factor"]), row["state"])


def _known(what: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise UsageError(f"there is no {what} {value!r}", f"one of {', '.join(values)}")
