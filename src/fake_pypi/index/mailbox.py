"""The e-mails that an index has sent; they stay in its database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database


@dataclass(frozen=True)
class Message:
    """An e-mail: recipient (`to`, with the person's name if there is one), subject and plain text."""

    to: str
    subject: str
    text: str
    at: datetime

    @property
    def links(self) -> list[str]:
        """The addresses in the text, in order."""
        return re.findall(r"https?://[^\s<>\"]+", self.text)


class Mailbox:
    """The e-mails of one index, the oldest first.

    >>> mailbox = Mailbox(Database(), Clock())
    >>> mailbox.send("alice@example.com", "[PyPI] Email verification", "https://pypi.org/account/verify-email/")
    >>> [message.links for message in mailbox]
    [['https://pypi.org/account/verify-email/']]
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def send(self, to: str, subject: str, text: str) -> None:
        """Add an e-mail."""
        self._db.insert("mail", recipient=to, subject=subject, text=text, at=self._clock.timestamp())

    def __iter__(self) -> Iterator[Message]:
        return iter([_message(row) for row in self._db.rows("SELECT * FROM mail ORDER BY id")])

    def __len__(self) -> int:
        return int(self._db.value("SELECT count(*) FROM mail"))

    def __getitem__(self, position: int) -> Message:
        return list(self)[position]

    def clear(self) -> None:
        """Delete every e-mail."""
        self._db.change("DELETE FROM mail")


def _message(row: sqlite3.Row) -> Message:
    at = datetime.fromtimestamp(row["at"], timezone.utc)
    return Message(row["recipient"], row["subject"], row["text"], at)
