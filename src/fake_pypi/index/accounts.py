"""User accounts."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass
from typing import Literal, get_args

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import emails, second_factors
from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.emails import Emails, EmailState
from fake_pypi.index.second_factors import SecondFactors

AccountState = Literal["active", "disabled", "frozen"]

SELECT = f"SELECT users.*, {emails.STATE} AS email, {second_factors.PRESENT} AS two_factor FROM users"  # noqa: S608 - constants
OWNED = ("passwords", "emails", "totp_secrets", "security_keys", "recovery_codes", "sessions", "devices")
"""The tables whose rows belong to one user each."""


@dataclass(frozen=True)
class User:
    """A user account. `email` is the state of its addresses, `two_factor` whether a second factor is set up.

    `created` and `last_login` are seconds since 1970.
    """

    id: str
    name: str
    email: EmailState = "verified"
    two_factor: bool = True
    state: AccountState = "active"
    created: float = 0
    full_name: str = ""
    last_login: float | None = None

    @property
    def may_sign_in(self) -> bool:
        """Whether tokens of this account identify it: not if it is disabled or frozen."""
        return self.state == "active"


class Accounts:
    """The users of one index."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._emails = Emails(db)
        self._second_factors = SecondFactors(db, clock)

    def add(
        self,
        name: str,
        *,
        email: EmailState = "verified",
        two_factor: bool = True,
        state: AccountState = "active",
        full_name: str = "",
    ) -> User:
        """Add a user, whose addresses end in @example.com; a name that is in use is a `UsageError`.

        With `two_factor` the user has an authentication application. There is no password until one is set.
        """
        user = User(str(uuid.uuid4()), name, email, two_factor, state, self._clock.timestamp(), full_name)
        _known("e-mail state", email, get_args(EmailState))
        _known("account state", state, get_args(AccountState))
        try:
            with self._db.transaction():
                columns = {"state": state, "created": user.created, "full_name": full_name}
                self._db.insert("users", id=user.id, name=name, **columns)
                self._emails.set_state(user.id, name, email)
                self._second_factors.set_state(user.id, present=two_factor)
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
        with self._db.transaction():
            if email is not None:
                self._emails.set_state(user.id, name, email)
            if two_factor is not None:
                self._second_factors.set_state(user.id, present=two_factor)
            self._db.change("UPDATE users SET state = ? WHERE id = ?", state or user.state, user.id)
        return self[name]

    def set_full_name(self, user: User, full_name: str) -> None:
        """Change the name that pages show instead of the user name."""
        self._db.change("UPDATE users SET full_name = ? WHERE id = ?", full_name, user.id)

    def record_login(self, user: User) -> None:
        """Record that the user logs in now."""
        self._db.change("UPDATE users SET last_login = ? WHERE id = ?", self._clock.timestamp(), user.id)

    def remove(self, name: str) -> None:
        """Delete a user with everything that belongs to the user alone; journal entries keep the name."""
        user = self[name]
        with self._db.transaction():
            for table in ("roles", "organization_roles", "tokens", "pending_publishers", "invitations", *OWNED):
                self._db.change(f"DELETE FROM {table} WHERE user = ?", user.id)  # noqa: S608 - the names are constants
            self._db.change("DELETE FROM events WHERE subject = ?", user.id)
            self._db.change("DELETE FROM users WHERE id = ?", user.id)

    def __getitem__(self, name: str) -> User:
        row = self._db.row(f"{SELECT} WHERE name = ?", name)
        if row is None:
            raise NotFound("user", name, self.names())
        return _user(row)

    def get(self, name: str) -> User | None:
        """Return the user of that name, or None."""
        row = self._db.row(f"{SELECT} WHERE name = ?", name)
        return None if row is None else _user(row)

    def names(self) -> list[str]:
        """Return the name of every user."""
        return [row[0] for row in self._db.rows("SELECT name FROM users")]

    def all(self) -> list[User]:
        """Return every user, in the order in which they were added."""
        return [_user(row) for row in self._db.rows(f"{SELECT} ORDER BY users.rowid")]

    def find(self, name: str) -> User | None:
        """Return the user whose name is equal but for upper and lower case, or None."""
        row = self._db.row(f"{SELECT} WHERE name = ? COLLATE NOCASE ORDER BY name = ? DESC", name, name)
        return None if row is None else _user(row)

    def newest(self, most: int) -> list[User]:
        """Return the users that were added last, the newest first."""
        return [_user(row) for row in self._db.rows(f"{SELECT} ORDER BY users.rowid DESC LIMIT ?", most)]

    def by_id(self, user_id: str) -> User | None:
        """Return the user with that id, or None."""
        row = self._db.row(f"{SELECT} WHERE id = ?", user_id)
        return None if row is None else _user(row)


def _user(row: sqlite3.Row) -> User:
    return User(
        row["id"],
        row["name"],
        row["email"],
        bool(row["two_factor"]),
        row["state"],
        row["created"],
        row["full_name"],
        row["last_login"],
    )


def _known(what: str, value: str, values: tuple[str, ...]) -> None:
    if value not in values:
        raise UsageError(f"there is no {what} {value!r}", f"one of {', '.join(values)}")
