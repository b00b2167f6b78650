"""The SQLite database of one index: its tables, one connection, one lock."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageMistake

BUSY = 0.5  # seconds to wait for whoever is just closing the file
DURABLE = ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL")

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


class Database:
    """One connection behind one lock; a fresh one costs about a millisecond.

    Rows come back as `sqlite3.Row`. With a `path` it is durable (write-ahead log, synchronous=FULL) and this
    connection's alone: a file that another one has open is a `UsageMistake`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.turn = 0
        """How many changes there were; all that one transaction does is one."""
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = _connection(path)
        self._end = weakref.finalize(self, self._connection.close)  # Python 3.13 warns of those that are forgotten

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return every row of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
            return row

    def value(self, query: str, *values: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.row(query, *values)
        return None if row is None else row[0]

    def change(self, statement: str, *values: Any) -> int:
        """Carry out one statement; return how many rows it changed."""
        with self._lock:
            self.turn += not self._depth
            return self._connection.execute(statement, values).rowcount

    def insert(self, table: str, **columns: Any) -> int:
        """Insert one row; return its row id. A broken constraint is `sqlite3.IntegrityError`."""
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        with self._lock:
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
            depth = self._depth
            begin, keep, take_back = _statements(depth)
            self._connection.execute(begin)
            self.turn += not depth
            self._depth = depth + 1
            try:
                yield
                self._connection.execute(keep)
            except BaseException:
                if self._connection.in_transaction:  # SQLite takes everything back itself when the disk is full
                    for statement in take_back:
                        self._connection.execute(statement)
                raise
            finally:
                self._depth = depth

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._end()


def _connection(path: Path | None) -> sqlite3.Connection:
    target = ":memory:" if path is None else str(path)
    connection = sqlite3.connect(target, check_same_thread=False, isolation_level=None, timeout=BUSY)
    connection.row_factory = sqlite3.Row
    try:
        if path is not None:
            for setting in DURABLE:
                connection.execute(f"PRAGMA {setting}")
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _mistake(path, error) from None
    return connection


def _mistake(path: Path | None, error: sqlite3.DatabaseError) -> UsageMistake:
    if "locked" in str(error):
        return UsageMistake(f"{str(path)!r} is in use by another fake PyPI", "stop that one, or name another folder")
    return UsageMistake(f"{str(path)!r} cannot be used: {error}", "name another folder")


def _statements(depth: int) -> tuple[str, str, tuple[str, ...]]:
    """How a transaction at that depth begins, is kept, and is taken back."""
    if depth == 0:
        return "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
    name = f"inner_{depth}"
    return f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}")
