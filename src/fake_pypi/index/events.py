"""The security history of users and projects: what was done, when, and from where."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database


@dataclass(frozen=True)
class Event:
    """One event. `tag` is PyPI's, such as "account:login:success" (`EventTag` in warehouse/events/tags.py).

    `ip` and `user_agent` are those of the request, or "". `facts` are the additional facts of that tag, such as
    `{"role_name": "Owner"}`.
    """

    tag: str
    at: datetime
    ip: str
    user_agent: str
    facts: Mapping[str, Any]


class Events:
    """The security history of one index. `subject` is the id of a user or of a project."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(self, subject: str, tag: str, *, ip: str = "", user_agent: str = "", facts: Mapping[str, Any]) -> None:
        """Record an event."""
        columns = {"ip": ip, "user_agent": user_agent, "facts": json.dumps(dict(facts))}
        self._db.insert("events", subject=subject, tag=tag, at=self._clock.timestamp(), **columns)

    def of(self, subject: str, *, limit: int = -1, offset: int = 0) -> list[Event]:
        """Return the events of a user or project, the newest first; a `limit` of -1 returns all."""
        query = "SELECT * FROM events WHERE subject = ? ORDER BY id DESC LIMIT ? OFFSET ?"
        return [_event(row) for row in self._db.rows(query, subject, limit, offset)]

    def upload_programs(self, project_id: str, version: str) -> dict[str, str]:
        """Return the `User-Agent` that uploaded each file of a release, by file name.

        `version` is the canonical one. Events in which it does not occur are not decoded.
        """
        query = "SELECT * FROM events WHERE subject = ? AND tag = 'file:add' AND instr(facts, ?)"
        events = map(_event, self._db.rows(query, project_id, json.dumps(version)))
        return {event.facts["filename"]: event.user_agent for event in events if event.user_agent}

    def count(self, subject: str) -> int:
        """Return the number of events of a user or project."""
        return int(self._db.value("SELECT count(*) FROM events WHERE subject = ?", subject))

    def remove(self, subject: str) -> None:
        """Delete the history of a user or project."""
        self._db.change("DELETE FROM events WHERE subject = ?", subject)


def _event(row: sqlite3.Row) -> Event:
    at = datetime.fromtimestamp(row["at"], timezone.utc)
    return Event(row["tag"], at, row["ip"], row["user_agent"], json.loads(row["facts"]))
