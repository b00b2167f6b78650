"""The SQLite database of one index: one connection, one lock, transactions."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from fake_pypi.errors import StateReplaced, StorageError, UsageError
from fake_pypi.index.database_connection import DAMAGED, empty, open_connection
from fake_pypi.index.saved_database import SavedDatabase


class Database:
    """One connection behind one lock; a fresh one in memory is a copy of an empty database and costs 0.2 ms.

    Rows come back as `sqlite3.Row`. With a `path` it is durable (write-ahead log, synchronous=FULL), readable for
    its owner only, and locked by this connection. A file that another process has open, that another program made, or
    whose schema version is not known is a `UsageError`, and is not changed. A file of an older schema version is
    migrated to the present one, unless `migration` is False; then it stays as it is. A disk that is full or broken
    later on is `StorageError`.
    """

    def __init__(self, path: Path | None = None, *, migration: bool = True) -> None:
        self.path = path
        self.turn = 0
        """The number of changes so far; one transaction counts as one change."""
        self.settings_version = 0
        """A number that differs after each change of the table `settings`, and after each rollback."""
        self._lock = threading.RLock()
        self._depth = 0
        self._undo: list[Callable[[], object]] = []
        self._after_commit: list[Callable[[], object]] = []
        self.content_number = 0
        """How often the whole content was replaced."""
        self._pinned = threading.local()
        self._use(open_connection(path, migration=migration))

    def _use(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Python 3.13 warns about connections that are not closed.
        self._finalizer = weakref.finalize(self, connection.close)

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return every row of a query."""
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                self._raise_for_storage(error)
                raise

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._lock:
            try:
                row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
            except sqlite3.DatabaseError as error:
                self._raise_for_storage(error)
                raise
            return row

    def value(self, query: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(query, *values)
        return None if row is None else row[0]

    def change(self, statement: str, *values: Any) -> int:
        """Execute one statement; return the number of rows that it changed."""
        with self._lock:
            self._count_change()
            return self._execute(statement, values).rowcount

    def insert(self, table: str, **columns: Any) -> int:
        """Insert one row; return its row id. A violated constraint raises `sqlite3.IntegrityError`."""
        with self._lock:
            self._count_change()
            return self._execute(_insertion(table, tuple(columns)), tuple(columns.values())).lastrowid or 0

    def create_function(self, name: str, function: Callable[[], Any]) -> None:
        """Make a function without arguments available to statements and triggers."""
        with self._lock:
            self._connection.create_function(name, 0, function)

    def reading(self) -> AbstractContextManager[object]:
        """Return a context in which several queries see one state, because nothing can be changed meanwhile."""
        return self._lock

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside as one change; roll it back after an exception.

        Transactions can be nested: an inner one that fails is rolled back, and the outer one can continue.
        """
        with self._lock:
            depth, undo_count, after_count = self._depth, len(self._undo), len(self._after_commit)
            begin, commit, rollback = _statements(depth)
            self._count_change()
            self._execute(begin)
            self._depth = depth + 1
            try:
                yield
                self._execute(commit)
            except BaseException:
                self.settings_version += 1
                if self._connection.in_transaction:  # SQLite rolls back itself when the disk is full
                    for statement in rollback:
                        self._connection.execute(statement)
                del self._after_commit[after_count:]
                while len(self._undo) > undo_count:
                    self._undo.pop()()
                raise
            finally:
                self._depth = depth
                if not depth:
                    self._undo.clear()
            while not depth and self._after_commit:
                self._after_commit.pop(0)()

    @contextmanager
    def joined_transaction(self) -> Iterator[None]:
        """Join the transaction that is open, or begin one.

        Unlike a nested `transaction` it costs no statements, and nothing of it is rolled back before the outer one
        is: it is for changes that fail only together with those around them.
        """
        with self._lock:
            if self._depth:
                yield
                return
            with self.transaction():
                yield

    def _count_change(self) -> None:
        if self._depth:
            return
        if self.was_replaced:
            raise StateReplaced
        self.turn += 1

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Raise `StateReplaced` for changes by this thread if the content is replaced before the end of the block."""
        outer = getattr(self._pinned, "content_number", None)
        self._pinned.content_number = self.content_number if outer is None else outer
        try:
            yield
        finally:
            self._pinned.content_number = outer

    @property
    def was_replaced(self) -> bool:
        """Whether the content was replaced since this thread called `pinned`."""
        return getattr(self._pinned, "content_number", None) not in {None, self.content_number}

    def save(self) -> SavedDatabase:
        """Return a copy of the content. Raises `UsageError` inside a transaction."""
        with self._lock, self._storage_errors():
            self._require_no_transaction()
            return SavedDatabase(self._connection)

    def replace(self, saved: SavedDatabase | None = None) -> None:
        """Replace the content by a saved one, None: by that of a new database. Raises `UsageError` in a transaction.

        In memory, functions and temporary tables are lost. One with a path keeps its file.
        """
        with self._lock, self._storage_errors():
            self._require_no_transaction()
            if self.path is not None:
                saved.write_to(self._connection) if saved else empty(self._connection)
            else:
                before = self._finalizer
                connection = saved.open() if saved else open_connection(None)
                connection.row_factory = sqlite3.Row
                self._use(connection)
                before()
            self.content_number += 1
            self.turn += 1
            self.settings_version += 1

    def _require_no_transaction(self) -> None:
        if self._depth:
            raise UsageError("the state of an index cannot be saved or replaced in a transaction", "end it first")

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Call `undo` if the transaction that is open fails, to undo what was done outside of the database."""
        with self._lock:
            self._undo.append(undo)

    def on_commit(self, action: Callable[[], object]) -> None:
        """Call `action` once the transaction that is open has been committed, and the outer ones if it is nested."""
        with self._lock:
            self._after_commit.append(action)

    def _execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            self._raise_for_storage(error)
            raise

    @contextmanager
    def _storage_errors(self, path: Path | None = None) -> Iterator[None]:
        """Raise `StorageError` in place of SQLite's error about the disk, or about the file at `path`."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self._raise_for_storage(error, path)
            raise

    def _raise_for_storage(self, error: sqlite3.DatabaseError, path: Path | None = None) -> None:
        """Raise `StorageError` for SQLite's errors about a full, read-only or damaged disk or file.

        A violated constraint is `sqlite3.IntegrityError`, a wrong statement `sqlite3.OperationalError`.
        """
        if not isinstance(error, sqlite3.IntegrityError) and _is_of_storage(error):
            raise StorageError.of_database(path or self.path, error) from error

    def copy_to(self, path: Path) -> None:
        """Write the content of this moment, without changes that are not committed, to a file of mode 0600.

        The file is replaced if it exists. Raises `OSError`, and `StorageError` for a full disk.
        """
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        with self._lock, self._storage_errors(path), closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._finalizer()


STORAGE_MESSAGES = (
    "disk is full",
    "readonly database",
    "disk I/O error",
    "unable to open database file",
    *DAMAGED,
)
"""SQLite's messages about a full disk, one that cannot be written, and a damaged file (`sqlite3_errstr`)."""


def _is_of_storage(error: sqlite3.DatabaseError) -> bool:
    return any(message in str(error) for message in STORAGE_MESSAGES)


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - the names are constants


def _statements(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """Return the statements that begin, commit and roll back a transaction at that depth."""
    if depth == 0:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"inner_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")
