"""The SQLite database of one index: its tables, one connection, one lock."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fake_pypi.errors import StorageError, UsageError

BUSY = 0.5  # seconds to wait for whoever is just closing the file
EXCLUSIVE = "PRAGMA locking_mode=EXCLUSIVE"
DURABLE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
APPLICATION_ID = 0x46505950
"""What marks a database file as one of ours (`PRAGMA application_id`; the letters FPYP)."""
SCHEMA_VERSION = 1
"""The version of `SCHEMA` (`PRAGMA user_version`): raised with every change of the tables."""

SCHEMA = """
CREATE TABLE users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, email TEXT NOT NULL, two_factor INTEGER NOT NULL,
    state TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE organizations (
    name TEXT PRIMARY KEY, active INTEGER NOT NULL, type TEXT NOT NULL);
CREATE TABLE organization_roles (
    organization TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (organization, user));
CREATE TABLE projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, normalized TEXT NOT NULL UNIQUE, similar TEXT NOT NULL,
    status TEXT NOT NULL, created REAL NOT NULL, organization TEXT, file_size_limit INTEGER,
    total_size_limit INTEGER, total_size INTEGER NOT NULL DEFAULT 0, serial INTEGER NOT NULL DEFAULT 0);
CREATE INDEX projects_similar ON projects (similar);
CREATE INDEX projects_created ON projects (created);
CREATE TABLE roles (
    project TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (project, user));
CREATE INDEX roles_user ON roles (user);
CREATE TABLE releases (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, version TEXT NOT NULL, canonical TEXT NOT NULL,
    created REAL NOT NULL, yanked INTEGER NOT NULL DEFAULT 0, yanked_reason TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active', metadata TEXT NOT NULL DEFAULT '{}',
    UNIQUE (project, canonical));
CREATE INDEX releases_marked ON releases (project) WHERE status <> 'active' OR yanked = 1;
CREATE INDEX releases_created ON releases (created);
CREATE TABLE files (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, release INTEGER NOT NULL, filename TEXT NOT NULL UNIQUE,
    packagetype TEXT NOT NULL, python_version TEXT NOT NULL, requires_python TEXT,
    size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL, blake2_256 TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE, uploaded REAL NOT NULL, sender TEXT NOT NULL,
    metadata_sha256 TEXT, metadata_blake2_256 TEXT, provenance TEXT, comment TEXT);
CREATE INDEX files_project ON files (project);
CREATE INDEX files_release ON files (release);
CREATE TABLE core_metadata (filename TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE used_filenames (filename TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE journal (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, project TEXT NOT NULL, version TEXT, action TEXT NOT NULL,
    at REAL NOT NULL, sender TEXT NOT NULL);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, user TEXT, publisher TEXT, key BLOB NOT NULL, description TEXT NOT NULL,
    projects TEXT, created REAL NOT NULL, last_used REAL, claims TEXT, caveats TEXT NOT NULL DEFAULT '[]',
    adopted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX tokens_adopted ON tokens (key) WHERE adopted = 1;
CREATE INDEX tokens_publisher ON tokens (publisher);
CREATE TABLE publishers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, facts TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX publishers_issuer ON publishers (issuer, kind);
CREATE TABLE publisher_projects (
    publisher TEXT NOT NULL, project TEXT NOT NULL, PRIMARY KEY (publisher, project));
CREATE INDEX publisher_projects_project ON publisher_projects (project);
CREATE TABLE pending_publishers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, facts TEXT NOT NULL, project_name TEXT NOT NULL,
    normalized TEXT NOT NULL, user TEXT NOT NULL, created REAL NOT NULL);
CREATE INDEX pending_publishers_normalized ON pending_publishers (normalized);
CREATE INDEX pending_publishers_issuer ON pending_publishers (issuer, kind);
CREATE TABLE used_jtis (issuer TEXT NOT NULL, jti TEXT NOT NULL, expires REAL NOT NULL, PRIMARY KEY (issuer, jti));
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE prohibited_names (normalized TEXT PRIMARY KEY);
"""


class DamagedDatabase(UsageError):
    """A database file that SQLite cannot read."""


class Database:
    """One connection behind one lock; a fresh one costs about a millisecond.

    Rows come back as `sqlite3.Row`. With a `path` it is durable (write-ahead log, synchronous=FULL), readable for
    its owner only, and this connection's alone. A file that another process has open, that another program made, or
    whose schema version is not known is a `UsageError`, and is not changed. A disk that is full or broken later on
    is `StorageError`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.turn = 0
        """How many changes there were; all that one transaction does is one."""
        self._lock = threading.RLock()
        self._depth = 0
        self._undo: list[Callable[[], object]] = []
        self._connection = _connection(path)
        self._end = weakref.finalize(self, self._connection.close)  # Python 3.13 warns of those that are forgotten

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return every row of a query."""
        with self._lock, storage_errors(self.path):
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._lock, storage_errors(self.path):
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
            return row

    def value(self, query: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(query, *values)
        return None if row is None else row[0]

    def change(self, statement: str, *values: Any) -> int:
        """Carry out one statement; return how many rows it changed."""
        with self._lock, storage_errors(self.path):
            self.turn += not self._depth
            return self._connection.execute(statement, values).rowcount

    def insert(self, table: str, **columns: Any) -> int:
        """Insert one row; return its row id. A broken constraint is `sqlite3.IntegrityError`."""
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        with self._lock, storage_errors(self.path):
            self.turn += not self._depth
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
            return self._connection.execute(statement, tuple(columns.values())).lastrowid or 0

    def offer(self, name: str, function: Callable[[], Any]) -> None:
        """Let statements and triggers call a function without arguments."""
        with self._lock:
            self._connection.create_function(name, 0, function)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one change: all of it, or (after an exception) none.

        May be nested: an inner one that fails takes its own changes back, and the outer one may go on.
        """
        with self._lock:
            depth, done_before = self._depth, len(self._undo)
            begin, keep, take_back = _statements(depth)
            with storage_errors(self.path):
                self._connection.execute(begin)
            self.turn += not depth
            self._depth = depth + 1
            try:
                yield
                with storage_errors(self.path):
                    self._connection.execute(keep)
            except BaseException:
                if self._connection.in_transaction:  # SQLite takes everything back itself when the disk is full
                    for statement in take_back:
                        self._connection.execute(statement)
                while len(self._undo) > done_before:
                    self._undo.pop()()
                raise
            finally:
                self._depth = depth
                if not depth:
                    self._undo.clear()

    def on_rollback(self, undo: Callable[[], object]) -> None:
        """Call `undo` if the transaction that is open fails, to take back what was done outside of the database."""
        with self._lock:
            self._undo.append(undo)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._end()


@contextmanager
def storage_errors(path: Path | None) -> Iterator[None]:
    """Raise `StorageError` for what SQLite says of a full, read-only or damaged disk or file.

    A broken constraint stays `sqlite3.IntegrityError`, and a mistake in a statement stays `sqlite3.OperationalError`.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError) or not _is_of_storage(error):
            raise
        raise StorageError.of_database(path, error) from error


DAMAGED = ("malformed", "not a database")
STORAGE_MESSAGES = (
    "disk is full",
    "readonly database",
    "disk I/O error",
    "unable to open database file",
    *DAMAGED,
)
"""What SQLite says of a full disk, of one that cannot be written, and of a damaged file (`sqlite3_errstr`)."""


def _is_of_storage(error: sqlite3.DatabaseError) -> bool:
    return any(message in str(error) for message in STORAGE_MESSAGES)


def _connection(path: Path | None) -> sqlite3.Connection:
    try:
        connection = _connect(path)
        try:
            _prepare(connection, path)
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
    target = "" if path is None else str(path)  # "": in memory, and in a temporary file what is too much for 2 MB
    connection = sqlite3.connect(target, check_same_thread=False, isolation_level=None, timeout=BUSY)
    connection.row_factory = sqlite3.Row
    return connection


def _make_private(path: Path) -> None:
    """Make an empty file for a new database, so that SQLite gives it and its companions the mode 0600."""
    if path.is_symlink() and not path.exists():
        raise UsageError(f"{str(path)!r} is a link to a file that does not exist", "remove the link, or mend it")
    if path.exists() and not path.is_file():
        raise UsageError(f"{str(path)!r} is no file", "move it away, or name another folder")
    if not path.exists():
        path.touch(mode=0o600)
    elif not os.access(path, os.R_OK | os.W_OK):  # opening it to see would end the lock that this process may hold
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    """Make the tables of a new database; let an existing one be, unless it is none of this version."""
    if path is not None:
        connection.execute(EXCLUSIVE)
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        _make_durable(connection, path)
        stamps = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION};"
        connection.executescript(f"BEGIN; {SCHEMA} {stamps} COMMIT;")
        return
    _check_version(connection, path)
    _make_durable(connection, path)


def _make_durable(connection: sqlite3.Connection, path: Path | None) -> None:
    if path is not None:
        for setting in DURABLE:
            connection.execute(setting)


def _check_version(connection: sqlite3.Connection, path: Path | None) -> None:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != APPLICATION_ID:
        raise UsageError(f"{str(path)!r} is the database of another program", "name another folder")
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{str(path)!r} has schema version {version}, and this fake-pypi knows version {SCHEMA_VERSION} only",
            "use the version of fake-pypi that made it, or name another folder",
        )


def _unusable(path: Path | None, error: sqlite3.DatabaseError) -> UsageError:
    if "locked" in str(error):
        return UsageError(f"{str(path)!r} is in use by another fake PyPI", "stop that one, or name another folder")
    failure = StorageError.of_database(path, error)
    damaged = any(message in str(error) for message in DAMAGED)
    return (DamagedDatabase if damaged else UsageError)(failure.what, failure.next_step)


def _statements(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """How a transaction at that depth begins, is kept, and is taken back."""
    if depth == 0:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"inner_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")
