"""The SQLite database of one index: one connection, one lock, transactions."""

from __future__ import annotations

import atexit
import errno
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from fake_pypi.errors import StorageError, UsageError
from fake_pypi.index.migrations import migrate
from fake_pypi.index.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

BUSY_TIMEOUT = 0.5  # seconds to wait for another process that is closing the file
EXCLUSIVE = "PRAGMA locking_mode=EXCLUSIVE"
DURABLE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
CREATE_TABLES = f"""BEGIN; {SCHEMA}
PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"""

_TEMPLATE_LOCK = threading.Lock()


class DamagedDatabase(UsageError):
    """A database file that SQLite cannot read."""


class DatabaseInUse(UsageError):
    """A database file that another process has open."""


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
        self._connection = _connection(path, migration=migration)
        # Python 3.13 warns about connections that are not closed.
        self._finalizer = weakref.finalize(self, self._connection.close)

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
            self.turn += not self._depth
            return self._execute(statement, values).rowcount

    def insert(self, table: str, **columns: Any) -> int:
        """Insert one row; return its row id. A violated constraint raises `sqlite3.IntegrityError`."""
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        with self._lock:
            self.turn += not self._depth
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - the names are constants
            return self._execute(statement, tuple(columns.values())).lastrowid or 0

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
            self._execute(begin)
            self.turn += not depth
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

    def _raise_for_storage(self, error: sqlite3.DatabaseError) -> None:
        """Raise `StorageError` for SQLite's errors about a full, read-only or damaged disk or file.

        A violated constraint is `sqlite3.IntegrityError`, a wrong statement `sqlite3.OperationalError`.
        """
        if not isinstance(error, sqlite3.IntegrityError) and _is_of_storage(error):
            raise StorageError.of_database(self.path, error) from error

    def copy_to(self, path: Path) -> None:
        """Write the content of this moment, without changes that are not committed, to a file of mode 0600.

        The file is replaced if it exists. Raises `OSError`, and `StorageError` for a full disk.
        """
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        try:
            with self._lock, closing(sqlite3.connect(path)) as target:
                self._connection.backup(target)
        except sqlite3.DatabaseError as error:
            if _is_of_storage(error):
                raise StorageError.of_database(path, error) from error
            raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._finalizer()


DAMAGED = ("malformed", "not a database")
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


def _connection(path: Path | None, *, migration: bool) -> sqlite3.Connection:
    try:
        connection = _connect(path)
        try:
            _prepare(connection, path, migration=migration)
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from None
    except OSError as error:
        failure = StorageError.of_file(error, path)
        raise UsageError(failure.what, failure.next_step) from None
    return connection


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        _make_private(path)
    target = "" if path is None else str(path)  # "": in memory; beyond 2 MB in a temporary file
    connection = sqlite3.connect(target, check_same_thread=False, isolation_level=None, timeout=BUSY_TIMEOUT)
    connection.row_factory = sqlite3.Row
    return connection


def _make_private(path: Path) -> None:
    """Make an empty file for a new database, so that it and the files that SQLite creates beside it have mode 0600."""
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{str(path)!r} is a link to a file that does not exist", "remove the link, or correct it")
    if path.exists() and not path.is_file():
        raise UsageError(f"{str(path)!r} is no file", "move it away, or name another folder")
    if not path.exists():
        path.touch(mode=0o600)
    elif not os.access(path, os.R_OK | os.W_OK):  # opening it would release a lock that this process holds
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _prepare(connection: sqlite3.Connection, path: Path | None, *, migration: bool) -> None:
    """Create the tables of a new database; migrate an existing one if it is older."""
    if path is None:
        with _TEMPLATE_LOCK:
            _template().backup(connection)
        return
    connection.execute(EXCLUSIVE)
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        _make_durable(connection)
        connection.executescript(CREATE_TABLES)
        return
    version = _version(connection, path)
    _make_durable(connection)
    if migration:
        migrate(connection, version)


@cache
def _template() -> sqlite3.Connection:
    """Return an empty database that those in memory are copies of; the copy takes a fifth of the statements' time."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    atexit.register(connection.close)
    connection.executescript(CREATE_TABLES)
    return connection


def _make_durable(connection: sqlite3.Connection) -> None:
    for setting in DURABLE:
        connection.execute(setting)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of an existing database. Raises `UsageError` for one that cannot be used."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID:
        raise UsageError(f"{str(path)!r} is the database of another program", "name another folder")
    if not 1 <= version <= SCHEMA_VERSION:
        raise UsageError(
            f"{str(path)!r} has schema version {version}, and this fake-pypi knows versions 1 to {SCHEMA_VERSION} only",
            "use the version of fake-pypi that made it, or name another folder",
        )
    return int(version)


def _unusable(path: Path | None, error: sqlite3.DatabaseError) -> UsageError:
    if "locked" in str(error):
        return DatabaseInUse(f"{str(path)!r} is in use by another fake PyPI", "stop that one, or name another folder")
    failure = StorageError.of_database(path, error)
    damaged = any(message in str(error) for message in DAMAGED)
    return (DamagedDatabase if damaged else UsageError)(failure.what, failure.next_step)


def _statements(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """Return the statements that begin, commit and roll back a transaction at that depth."""
    if depth == 0:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"inner_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")
