"""The HTML of readmes, which outlives the process: rendering one can take a third of a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fake_pypi.index.database import Database


class Readme(NamedTuple):
    """A rendered readme; `html` is None if the renderer rejected it."""

    html: str | None


class Readmes:
    """HTML by the digest of the text, as a version of the renderer (`rendered_by`) has made it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, digest: str, rendered_by: str) -> Readme | None:
        """Return the HTML, or None if that version of the renderer has not made it."""
        row = self._db.row("SELECT html FROM readmes WHERE digest = ? AND rendered_by = ?", digest, rendered_by)
        return None if row is None else Readme(row["html"])

    def put(self, digest: str, html: str | None, rendered_by: str) -> None:
        """Store the HTML in place of that of another version."""
        with self._db.transaction():
            self._db.change("INSERT OR REPLACE INTO readmes VALUES (?, ?, ?)", digest, html, rendered_by)
