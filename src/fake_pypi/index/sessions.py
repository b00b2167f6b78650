"""Sessions of browsers, and the devices that users have logged in from."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

SESSION_SECONDS = 12 * 3600
"""A session ends this long after its last request (`sessions.py` of the real server)."""

TOUCH_SECONDS = 60
"""The end of a session is moved at most this often, so that most requests only read."""

SessionRow = tuple[Any, ...]
"""A row of the table `sessions`."""

FlashQueue = Literal["error", "warning", "success", ""]


@dataclass(frozen=True)
class Flash:
    """A message that the next page shows once. The queue "" has no color."""

    message: str
    queue: FlashQueue = ""


@dataclass(frozen=True)
class Session:
    """A session: `id` is the value of the cookie, `user_id` is None until a user logs in.

    `authenticated` is when the password was last confirmed, `password_changed` when the password that it was had been
    set; both are seconds since 1970. `totp_secret` and `challenge` belong to a second factor that is being set up or
    used.
    """

    id: str
    csrf_token: str
    user_id: str | None = None
    authenticated: float | None = None
    password_changed: float | None = None
    totp_secret: bytes | None = None
    challenge: bytes | None = None


class Sessions:
    """The sessions of one index."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def create(self) -> Session:
        """Create a session in which no user is logged in."""
        session = Session(_new_id(), _new_id())
        with self._db.transaction():
            self._db.change("DELETE FROM sessions WHERE expires <= ?", self._clock.timestamp())
            self._db.insert("sessions", id=session.id, csrf_token=session.csrf_token, expires=self._end())
        return session

    def get(self, session_id: str) -> Session | None:
        """Return the session of that id, or None if there is none or it has ended; each use extends it."""
        row = self._db.row("SELECT * FROM sessions WHERE id = ? AND expires > ?", session_id, self._clock.timestamp())
        if row is None:
            return None
        if self._end() - row["expires"] > TOUCH_SECONDS:
            self._db.change("UPDATE sessions SET expires = ? WHERE id = ?", self._end(), session_id)
        return _session(row)

    def log_in(self, session: Session, user_id: str, password_changed: float) -> Session:
        """Replace a session by one of this user with another id and CSRF token; return the new one.

        The new session has the content of the old one, unless that was another user's.
        """
        now = self._clock.timestamp()
        with self._db.transaction():
            if session.user_id not in {None, user_id}:
                self.end(session)
                session = self.create()
            renewed = (_new_id(), _new_id(), user_id, now, password_changed, self._end(), session.id)
            statement = """UPDATE sessions SET id = ?, csrf_token = ?, user = ?, authenticated = ?,
                password_changed = ?, expires = ? WHERE id = ?"""
            self._db.change(statement, *renewed)
            row = self._db.row("SELECT * FROM sessions WHERE id = ?", renewed[0])
        return session if row is None else _session(row)

    def confirm_password(self, session: Session, password_changed: float) -> None:
        """Record that the user has just typed the password."""
        statement = "UPDATE sessions SET authenticated = ?, password_changed = ? WHERE id = ?"
        self._db.change(statement, self._clock.timestamp(), password_changed, session.id)

    def keep_after_change(self, session: Session, password_changed: float) -> None:
        """Keep a session valid when the password of its user is changed."""
        self._db.change("UPDATE sessions SET password_changed = ? WHERE id = ?", password_changed, session.id)

    def set_totp_secret(self, session: Session, secret: bytes | None) -> None:
        """Store the secret of an authentication application that is being set up; None deletes it."""
        self._db.change("UPDATE sessions SET totp_secret = ? WHERE id = ?", secret, session.id)

    def set_challenge(self, session: Session, challenge: bytes | None) -> None:
        """Store the challenge that a security key has to sign; None deletes it."""
        self._db.change("UPDATE sessions SET challenge = ? WHERE id = ?", challenge, session.id)

    def flash(self, session: Session, message: str, queue: FlashQueue = "") -> None:
        """Add a message for the next page."""
        with self._db.transaction():
            stored = self._db.value("SELECT flash FROM sessions WHERE id = ?", session.id)
            messages = [*json.loads(stored or "[]"), [message, queue]]
            self._db.change("UPDATE sessions SET flash = ? WHERE id = ?", json.dumps(messages), session.id)

    def take_flashes(self, session: Session) -> list[Flash]:
        """Return the messages of a session and delete them, the oldest first."""
        with self._db.transaction():
            stored = self._db.value("SELECT flash FROM sessions WHERE id = ?", session.id)
            if stored in {None, "[]"}:
                return []
            self._db.change("UPDATE sessions SET flash = '[]' WHERE id = ?", session.id)
        return [Flash(message, queue) for message, queue in json.loads(stored)]

    def end(self, session: Session) -> None:
        """Delete a session with everything in it."""
        self._db.change("DELETE FROM sessions WHERE id = ?", session.id)

    def rows(self) -> list[SessionRow]:
        """Return every session as the database has it."""
        return [tuple(row) for row in self._db.rows("SELECT * FROM sessions")]

    def restore(self, rows: list[SessionRow]) -> None:
        """Replace every session by those that `rows` has returned, after they were rolled back."""
        with self._db.transaction():
            self._db.change("DELETE FROM sessions")
            for row in rows:
                marks = ", ".join("?" * len(row))
                self._db.change(f"INSERT INTO sessions VALUES ({marks})", *row)  # noqa: S608 - only question marks

    def _end(self) -> float:
        return self._clock.timestamp() + SESSION_SECONDS


class Devices:
    """The devices, identified by IP address, from which the users of one index have logged in."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def is_confirmed(self, user_id: str, ip: str) -> bool:
        """Return whether the user has confirmed a log-in from this address."""
        query = "SELECT 1 FROM devices WHERE user = ? AND ip = ? AND confirmed = 1"
        return self._db.row(query, user_id, ip) is not None

    def await_confirmation(self, user_id: str, ip: str, seconds: int) -> int | None:
        """Remember an address for that many seconds; return its id, or None if it is remembered already."""
        now = self._clock.timestamp()
        with self._db.transaction():
            query = "SELECT 1 FROM devices WHERE user = ? AND ip = ? AND expires > ?"
            if self._db.row(query, user_id, ip, now) is not None:
                return None
            self._db.change("DELETE FROM devices WHERE user = ? AND ip = ?", user_id, ip)
            return self._db.insert("devices", user=user_id, ip=ip, confirmed=0, expires=now + seconds)

    def address(self, device_id: int, user_id: str) -> str | None:
        """Return the address of a user's device, or None."""
        query = "SELECT ip FROM devices WHERE id = ? AND user = ?"
        address: str | None = self._db.value(query, device_id, user_id)
        return address

    def confirm(self, user_id: str, ip: str) -> None:
        """Accept log-ins of the user from this address without a confirmation."""
        statement = "INSERT OR REPLACE INTO devices (user, ip, confirmed) VALUES (?, ?, 1)"
        self._db.change(statement, user_id, ip)


def _new_id() -> str:
    return secrets.token_urlsafe(32)  # 43 characters


def _session(row: sqlite3.Row) -> Session:
    return Session(
        row["id"],
        row["csrf_token"],
        row["user"],
        row["authenticated"],
        row["password_changed"],
        row["totp_secret"],
        row["challenge"],
    )
