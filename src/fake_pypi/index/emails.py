"""E-mail addresses of users: one primary address, and further ones."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from fake_pypi.index.database import Database

EmailState = Literal["verified", "unverified", "none", "secondary-verified"]
"""The addresses of an account: the primary one is verified or not, there is none, or only another one is verified."""

STATE = """CASE
    WHEN EXISTS (SELECT 1 FROM emails WHERE user = users.id AND is_primary = 1 AND verified = 1) THEN 'verified'
    WHEN EXISTS (SELECT 1 FROM emails WHERE user = users.id AND verified = 1) THEN 'secondary-verified'
    WHEN EXISTS (SELECT 1 FROM emails WHERE user = users.id) THEN 'unverified' ELSE 'none' END"""
"""The SQL expression for the `EmailState` of a row of `users`."""


@dataclass(frozen=True)
class Email:
    """An e-mail address of a user. A user's page has the `public` address."""

    id: int
    user_id: str
    address: str
    primary: bool
    verified: bool
    public: bool


class Emails:
    """The e-mail addresses of one index; an address belongs to one user."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, user_id: str, address: str, *, primary: bool = False, verified: bool = False) -> Email:
        """Add an address; one that is in use raises `sqlite3.IntegrityError`."""
        number = self._db.insert("emails", user=user_id, address=address, is_primary=primary, verified=verified)
        return Email(number, user_id, address, primary, verified, public=False)

    def of(self, user_id: str) -> list[Email]:
        """Return the addresses of a user, the oldest first."""
        return [_email(row) for row in self._db.rows("SELECT * FROM emails WHERE user = ? ORDER BY id", user_id)]

    def get(self, user_id: str, email_id: int) -> Email | None:
        """Return the address with that id, if it is the user's, or None."""
        row = self._db.row("SELECT * FROM emails WHERE id = ? AND user = ?", email_id, user_id)
        return None if row is None else _email(row)

    def primary(self, user_id: str) -> Email | None:
        """Return the primary address of a user, or None."""
        row = self._db.row("SELECT * FROM emails WHERE user = ? AND is_primary = 1", user_id)
        return None if row is None else _email(row)

    def find(self, address: str) -> Email | None:
        """Return the entry of an address, or None."""
        row = self._db.row("SELECT * FROM emails WHERE address = ?", address)
        return None if row is None else _email(row)

    def verify(self, email: Email) -> None:
        """Mark an address as verified."""
        self._db.change("UPDATE emails SET verified = 1 WHERE id = ?", email.id)

    def make_primary(self, email: Email) -> None:
        """Make an address the primary one of its user."""
        with self._db.transaction():
            self._db.change("UPDATE emails SET is_primary = 0 WHERE user = ?", email.user_id)
            self._db.change("UPDATE emails SET is_primary = 1 WHERE id = ?", email.id)

    def make_public(self, user_id: str, address: str) -> None:
        """Make this address of a user the only public one; "" makes none public."""
        self._db.change("UPDATE emails SET public = (address = ?) WHERE user = ?", address, user_id)

    def correct(self, email: Email, address: str) -> Email:
        """Replace the text of an address that is not verified."""
        self._db.change("UPDATE emails SET address = ?, verified = 0 WHERE id = ?", address, email.id)
        return Email(email.id, email.user_id, address, email.primary, verified=False, public=email.public)

    def remove(self, email: Email) -> None:
        """Delete an address."""
        self._db.change("DELETE FROM emails WHERE id = ?", email.id)

    def set_state(self, user_id: str, name: str, state: EmailState) -> None:
        """Add, change or delete addresses of a user so that the account has that state.

        New addresses are NAME@example.com and, for "secondary-verified", NAME+secondary@example.com.
        """
        with self._db.transaction():
            if state == "none":
                self._db.change("DELETE FROM emails WHERE user = ?", user_id)
                return
            primary = self.primary(user_id) or self._add_example(user_id, name, primary=True)
            self._db.change("UPDATE emails SET verified = ? WHERE id = ?", state == "verified", primary.id)
            if state != "verified":
                self._db.change("UPDATE emails SET verified = 0 WHERE user = ?", user_id)
            if state == "secondary-verified":
                others = [email for email in self.of(user_id) if not email.primary]
                secondary = others[0] if others else self._add_example(user_id, f"{name}+secondary", primary=False)
                self.verify(secondary)

    def _add_example(self, user_id: str, name: str, *, primary: bool) -> Email:
        address = f"{name}@example.com"
        if self.find(address) is not None:  # another user has added it in the web site
            address = f"{name}+{user_id}@example.com"
        return self.add(user_id, address, primary=primary)


def _email(row: sqlite3.Row) -> Email:
    flags = (bool(row["is_primary"]), bool(row["verified"]), bool(row["public"]))
    return Email(row["id"], row["user"], row["address"], *flags)
