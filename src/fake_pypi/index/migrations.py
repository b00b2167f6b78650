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
    Migration(
        3,  # The tables of the web site's accounts. The states of `users` become addresses and second factors.
        (
            "CREATE TABLE passwords (user TEXT PRIMARY KEY, hash TEXT, changed REAL NOT NULL, disabled_for TEXT)",
            """CREATE TABLE emails (
                id INTEGER PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL UNIQUE, is_primary INTEGER NOT NULL,
                verified INTEGER NOT NULL, public INTEGER NOT NULL DEFAULT 0)""",
            "CREATE INDEX emails_user ON emails (user)",
            "CREATE UNIQUE INDEX emails_primary ON emails (user) WHERE is_primary = 1",
            "CREATE TABLE totp_secrets (user TEXT PRIMARY KEY, secret BLOB NOT NULL, last_code TEXT)",
            """CREATE TABLE security_keys (
                id INTEGER PRIMARY KEY, user TEXT NOT NULL, label TEXT NOT NULL, credential_id TEXT NOT NULL UNIQUE,
                public_key TEXT NOT NULL, sign_count INTEGER NOT NULL, UNIQUE (user, label))""",
            """CREATE TABLE recovery_codes (
                id INTEGER PRIMARY KEY, user TEXT NOT NULL, hash TEXT NOT NULL, created REAL NOT NULL, used REAL)""",
            "CREATE INDEX recovery_codes_user ON recovery_codes (user)",
            """CREATE TABLE sessions (
                id TEXT PRIMARY KEY, user TEXT, csrf_token TEXT NOT NULL, expires REAL NOT NULL, authenticated REAL,
                password_changed REAL, totp_secret BLOB, challenge BLOB, flash TEXT NOT NULL DEFAULT '[]')""",
            "CREATE INDEX sessions_user ON sessions (user)",
            """CREATE TABLE devices (
                id INTEGER PRIMARY KEY, user TEXT NOT NULL, ip TEXT NOT NULL, confirmed INTEGER NOT NULL, expires REAL,
                UNIQUE (user, ip))""",
            """CREATE TABLE invitations (
                project TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, invited_by TEXT NOT NULL,
                token TEXT NOT NULL, created REAL NOT NULL, PRIMARY KEY (project, user))""",
            "CREATE INDEX invitations_user ON invitations (user)",
            """CREATE TABLE events (
                id INTEGER PRIMARY KEY, subject TEXT NOT NULL, tag TEXT NOT NULL, at REAL NOT NULL, ip TEXT NOT NULL,
                user_agent TEXT NOT NULL, facts TEXT NOT NULL)""",
            "CREATE INDEX events_subject ON events (subject)",
            """CREATE TABLE mail (
                id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
                at REAL NOT NULL)""",
            "CREATE TABLE prohibited_user_names (name TEXT PRIMARY KEY)",
            """INSERT INTO emails (user, address, is_primary, verified)
                SELECT id, name || '@example.com', 1, email = 'verified' FROM users WHERE email <> 'none'""",
            """INSERT OR IGNORE INTO emails (user, address, is_primary, verified)
                SELECT id, name || '+secondary@example.com', 0, 1 FROM users WHERE email = 'secondary-verified'""",
            "INSERT INTO totp_secrets (user, secret) SELECT id, randomblob(20) FROM users WHERE two_factor = 1",
            """CREATE TABLE new_users (
                id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, created REAL NOT NULL,
                full_name TEXT NOT NULL DEFAULT '', last_login REAL)""",
            "INSERT INTO new_users (id, name, state, created) SELECT id, name, state, created FROM users",
            "DROP TABLE users",
            "ALTER TABLE new_users RENAME TO users",
        ),
    ),
    Migration(
        4,  # The HTML of readmes, which takes up to a third of a second to render.
        ("CREATE TABLE readmes (digest TEXT PRIMARY KEY, html TEXT, rendered_by TEXT NOT NULL)",),
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
