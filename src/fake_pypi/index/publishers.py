"""Trusted publishers: workflows that may publish without a token of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fake_pypi.index.clock import Clock
from fake_pypi.index.database import Database

if TYPE_CHECKING:
    import sqlite3

GITHUB = "https://token.actions.githubusercontent.com"


@dataclass(frozen=True)
class Publisher:
    """A workflow that an index trusts. `kind` is "github", "gitlab", "google" or "activestate".

    `facts` is what its registration form asked for, `projects` the ids of the projects it may publish.
    """

    id: str
    kind: str
    issuer: str
    facts: dict[str, str] = field(hash=False)
    projects: tuple[str, ...] = ()


class Publishers:
    """The trusted publishers of one index."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def by_id(self, publisher_id: str) -> Publisher | None:
        """Return the publisher with that id, or None."""
        row = self._db.row("SELECT * FROM publishers WHERE id = ?", publisher_id)
        return None if row is None else self._publisher(row)

    def _publisher(self, row: sqlite3.Row) -> Publisher:
        projects = self._db.rows("SELECT project FROM publisher_projects WHERE publisher = ?", row["id"])
        return Publisher(
            row["id"],
            row["kind"],
            row["issuer"],
            json.loads(row["facts"]),
            tuple(each[0] for each in projects),
        )
