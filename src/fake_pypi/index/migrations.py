"""The steps that bring a database of an older schema version to the present one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Migration:
    """The step to a schema version from the version before it: SQL statements that keep every row."""

    version: int
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        2,  # The column metadata_blake2_256 was never read. `ALTER TABLE … DROP COLUMN` needs SQLite 3.35.
        (
            """CREATE TABLE new_files (
                id INTEGER PRIMARY KEY, project TEXT NOT NULL, release INTEGER NOT NULL, filename TEXT NOT NULL UNIQUE,
                packagetype TEXT NOT NULL, python_version TEXT NOT NULL, requires_python TEXT,
                size INTEGER NOT NULL, md5 TEXT NOT NULL, sha256 TEXT NOT NULL, blake2_256 TEXT NOT NULL UNIQUE,
                path TEXT NOT NULL UNIQUE, uploaded REAL NOT NULL, sender TEXT NOT NULL,
                metadata_sha256 TEXT, provenance TEXT, comment TEXT)""",
            """INSERT INTO new_files
                SELECT id, project, release, filename, packagetype, python_version, requires_python, size, md5, sha256,
                    blake2_256, path, uploaded, sender, metadata_sha256, provenance, comment
                FROM files""",
            "DROP TABLE files",
            "ALTER TABLE new_files RENAME TO files",
            "CREATE INDEX files_project ON files (project)",
            "CREATE INDEX files_release ON files (release)",
        ),
    ),
)
"""Every step, in order. A released step is not changed any more: databases of its version have been made with it."""


def migrate(connection: sqlite3.Connection, version: int, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a database from `version` to the newest one.

    Each step is one transaction together with its new `PRAGMA user_version`: after an error or a crash the database
    has the version of the last complete step. The connection has to be in autocommit mode.
    """
    for migration in migrations:
        if migration.version > version:
            _carry_out(connection, migration)


def _carry_out(connection: sqlite3.Connection, migration: Migration) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in migration.statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version={migration.version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back itself when the disk is full
            connection.execute("ROLLBACK")
        raise
