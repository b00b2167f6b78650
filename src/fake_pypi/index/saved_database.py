"""A copy of a database in memory, from which an index returns to an earlier state in milliseconds."""

from __future__ import annotations

import sqlite3
import sys
import weakref


class SavedDatabase:
    """The content of a database at one moment. It is never changed, so it can be restored any number of times.

    >>> connection = sqlite3.connect(":memory:")
    >>> _ = connection.execute("CREATE TABLE words (word TEXT)")
    >>> saved = SavedDatabase(connection)
    >>> _ = connection.execute("INSERT INTO words VALUES ('later')")
    >>> working_copy = saved.open()
    >>> working_copy.execute("SELECT count(*) FROM words").fetchone()
    (0,)
    >>> working_copy.close(); connection.close()
    """

    def __init__(self, source: sqlite3.Connection) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._copy.close)  # Python 3.13 warns about connections that are not closed
        source.backup(self._copy)
        # One memcpy instead of a copy page by page: a quarter of the time for 1,000 files.
        self._content = self._copy.serialize() if sys.version_info >= (3, 11) else b""

    def open(self) -> sqlite3.Connection:
        """Return a connection to a new copy in memory."""
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        if sys.version_info >= (3, 11):
            connection.deserialize(self._content)
        else:
            self._copy.backup(connection)
        return connection

    def write_to(self, target: sqlite3.Connection) -> None:
        """Replace the content of a database, in one transaction."""
        self._copy.backup(target)
