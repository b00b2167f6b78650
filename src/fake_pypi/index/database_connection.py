"""Open the connection to an index's database: create its tables, migrate it, or say why it cannot be used."""

from __future__ import annotations

import atexit
import errno
import os
import sqlite3
import threading
from functools import cache
from pathlib import Path

from fake_pypi.errors import StorageError, UsageError
from fake_pypi.index.migrations import migrate
from fake_pypi.index.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

BUSY_TIMEOUT = 0.5  # seconds to wait for another process that is closing the file
EXCLUSIVE = "PRAGMA locking_mode=EXCLUSIVE"
DURABLE = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
CREATE_TABLES = f"""BEGIN; {SCHEMA}
PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"""
DAMAGED = ("malformed", "not a database")
"""SQLite's messages about a damaged file (`sqlite3_errstr`)."""

_TEMPLATE_LOCK = threading.Lock()


class DamagedDatabase(UsageError):
    """A database file that SQLite cannot read."""


class DatabaseInUse(UsageError):
    """A database file that another process has open."""


def open_connection(path: Path | None, *, migration: bool = True) -> sqlite3.Connection:
    """Return the connection to the database at a path, or to a new one in memory. Raises `UsageError`."""
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
        empty(connection)
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


def empty(connection: sqlite3.Connection) -> None:
    """Replace the content of a database by that of a new one."""
    with _TEMPLATE_LOCK:
        _template().backup(connection)


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
