"""The journal: the events of an index, in order. `X-PyPI-Last-Serial` is its last serial."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database
from fake_pypi.index.names import normalized


@dataclass(frozen=True)
class JournalEntry:
    """One event, such as `JournalEntry(4, "hello", "1.0", "add py3 file hello-1.0-py3-none-any.whl", …)`."""

    serial: int
    project: str
    version: str | None
    action: str
    at: datetime
    sender: str


class Journal:
    """The events of one index, oldest first."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def write(self, project: str, version: str | None, action: str, sender: str = "") -> int:
        """Add an event and return its serial, which becomes the project's serial as well."""
        with self._db.joined_transaction():
            serial = self._db.insert(
                "journal",
                project=project,
                version=version,
                action=action,
                at=self._clock.timestamp(),
                sender=sender,
            )
            self._db.change("UPDATE projects SET serial = ? WHERE normalized = ?", serial, normalized(project))
        return serial

    def replace_sender(self, name: str, replacement: str) -> None:
        """Name another sender in the events of this one, as PyPI does when an account is deleted."""
        self._db.change("UPDATE journal SET sender = ? WHERE sender = ?", replacement, name)

    def skip(self, count: int) -> None:
        """Skip the next serials, as PyPI's database does for the entries of a transaction that is rolled back."""
        if not count:
            return
        with self._db.transaction():
            if not self._db.change("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'journal'", count):
                self._db.insert("sqlite_sequence", name="journal", seq=count)

    @property
    def last_serial(self) -> int:
        """The newest event's serial; 0 before anything happened."""
        return int(self._db.value("SELECT max(serial) FROM journal") or 0)

    def entries(self, project: str | None = None) -> list[JournalEntry]:
        """Return the events of one project, or of all."""
        query = "SELECT * FROM journal WHERE ? IS NULL OR project = ? ORDER BY serial"
        return [
            JournalEntry(
                row["serial"],
                row["project"],
                row["version"],
                row["action"],
                datetime.fromtimestamp(row["at"], timezone.utc),
                row["sender"],
            )
            for row in self._db.rows(query, project, project)
        ]


def status_action(kind: str, before: str, after: str) -> str:
    """Return the journal's action for a change of status; `kind` is "project" or "release".

    >>> status_action("project", "active", "quarantined"), status_action("project", "quarantined", "active")
    ('project quarantined', 'project quarantine cleared')

    The actions for the quarantine are PyPI's; those for archiving follow their pattern.
    """
    if after == "active" and before.startswith("archived"):
        return f"{kind} unarchived"
    cleared = after in {"active", "quarantine-exit"}
    return f"{kind} quarantine cleared" if cleared else f"{kind} {after.partition('-')[0]}"
