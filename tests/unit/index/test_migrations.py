"""Databases of older schema versions: every step keeps the rows, in one transaction with the new version."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.index.database import Database
from fake_pypi.index.migrations import MIGRATIONS, Migration, migrate
from fake_pypi.index.schema import SCHEMA, SCHEMA_VERSION
from tests.unit.index.older_databases import in_version_1

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return in_version_1(tmp_path / "index.sqlite3")


@pytest.fixture
def connection(old: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(old, isolation_level=None)) as opened:
        yield opened


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def contents(path: Path) -> tuple[int, Rows]:
    """Return the schema version and every row, random secrets as their length; the file is not changed."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
            for table in tables
            if not table.startswith("sqlite_stat")
        }
        for row in rows.get("totp_secrets", []):
            row["secret"] = len(row["secret"])
        return version(connection), rows


def structure(connection: sqlite3.Connection) -> object:
    """Return the columns and the indexes of every table."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall()
    indexes = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1, 2"
    columns = {table: connection.execute(f"PRAGMA table_info({table})").fetchall() for (table,) in tables}
    uniques = {
        table: sorted(
            (origin, [row[2] for row in connection.execute(f"PRAGMA index_info({name})")])
            for _, name, _, origin, _ in connection.execute(f"PRAGMA index_list({table})").fetchall()
        )
        for (table,) in tables
    }
    return columns, uniques, connection.execute(indexes).fetchall()


def test_there_is_one_step_to_each_version_after_the_first() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))


def test_a_migrated_database_has_the_same_tables_as_a_new_one(connection: sqlite3.Connection) -> None:
    migrate(connection, 1)
    with closing(sqlite3.connect("")) as new:
        new.executescript(SCHEMA)
        assert structure(connection) == structure(new)
    assert version(connection) == SCHEMA_VERSION


def test_version_2_drops_the_column_that_nothing_reads_and_keeps_every_row(
    old: Path, connection: sqlite3.Connection
) -> None:
    _, before = contents(old)
    migrate(connection, 1, [step for step in MIGRATIONS if step.version == 2])
    for row in before["files"]:
        del row["metadata_blake2_256"]
    assert contents(old) == (2, before)


def test_version_3_makes_addresses_and_second_factors_of_the_states_of_users(old: Path) -> None:
    with closing(Index(path=old)) as index:
        users = [index.accounts[name] for name in ("alice", "bob", "carol", "dave")]
        assert [(user.id, user.email, user.two_factor, user.state, user.created) for user in users] == [
            ("u1", "verified", True, "active", 1000.5),
            ("u2", "unverified", False, "active", 1000.6),
            ("u3", "none", False, "frozen", 1000.7),
            ("u4", "secondary-verified", True, "active", 1000.8),
        ]
        assert [(email.address, email.primary, email.verified) for email in index.emails.of("u4")] == [
            ("dave@example.com", True, False),
            ("dave+secondary@example.com", False, True),
        ]
        assert len(index.second_factors.totp_secret("u1") or b"") == 20
        assert index.projects.roles(index.projects["demo"]) == [("alice", "Owner")]


def test_an_index_opens_an_older_database_and_goes_on_with_it(old: Path) -> None:
    with closing(Index(path=old)) as index:
        project = index.projects["demo"]
        files = index.releases.files(project)
        assert [(file.filename, file.metadata_sha256, file.comment) for file in files] == [
            ("demo-1.0-py3-none-any.whl", "meta-sha256", "a comment"),
            ("demo-1.0.tar.gz", None, None),
        ]
        index.releases.delete_file(project, "demo-1.0.tar.gz")
    assert contents(old)[0] == SCHEMA_VERSION
    with closing(Index(path=old)) as index:
        assert index.releases.filenames() == ["demo-1.0-py3-none-any.whl"]


def test_a_uniqueness_constraint_holds_after_the_migration(connection: sqlite3.Connection) -> None:
    migrate(connection, 1)
    with pytest.raises(sqlite3.IntegrityError, match=r"files\.blake2_256"):
        connection.execute("UPDATE files SET blake2_256 = 'b1'")


def test_an_older_database_can_be_read_without_being_migrated(old: Path) -> None:
    before = contents(old)
    with closing(Database(old, migration=False)) as db:
        assert db.value("SELECT count(*) FROM files") == 2
    assert contents(old) == before


def test_a_newer_database_is_rejected_and_not_changed(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    before = contents(old)
    for migration in (True, False):
        with pytest.raises(UsageError, match=f"schema version {SCHEMA_VERSION + 1}.*knows versions 1 to"):
            Database(old, migration=migration)
    assert contents(old) == before


@pytest.mark.parametrize("step", MIGRATIONS, ids=lambda step: f"to version {step.version}")
def test_a_crash_before_any_statement_of_a_step_leaves_the_older_version(tmp_path: Path, step: Migration) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    path = in_version_1(folder / "index.sqlite3")
    copies: list[Path] = []

    def copy_files(_statement: str) -> None:
        copies.append(Path(shutil.copytree(folder, tmp_path / f"copy-{len(copies)}")) / path.name)

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")  # so that changed pages reach the disk before the commit
        migrate(connection, 1, [before for before in MIGRATIONS if before.version < step.version])
        expected = contents(path)
        connection.set_trace_callback(copy_files)
        migrate(connection, step.version - 1, [step])
        connection.set_trace_callback(None)
        migrate(connection, step.version)
    assert len(copies) >= len(step.statements) + 3  # BEGIN, the version and COMMIT
    assert [contents(copy) for copy in copies] == [expected] * len(copies)
    for copy in copies:
        Database(copy).close()
        assert contents(copy) == contents(path)


def test_a_step_that_fails_leaves_the_version_of_the_last_complete_step(
    old: Path, connection: sqlite3.Connection
) -> None:
    steps = (
        Migration(2, ("UPDATE settings SET value = '2048'",)),
        Migration(3, ("DELETE FROM settings", "INSERT INTO files (id) VALUES (3)")),
    )
    with pytest.raises(sqlite3.IntegrityError):
        migrate(connection, 1, steps)
    assert not connection.in_transaction
    number, rows = contents(old)
    assert (number, rows["settings"]) == (2, [{"name": "limit:file", "value": "2048"}])


def test_steps_that_were_made_earlier_are_not_repeated(connection: sqlite3.Connection) -> None:
    steps = tuple(Migration(number, (f"INSERT INTO settings VALUES ('step', '{number}')",)) for number in (2, 3))
    migrate(connection, 2, steps)
    migrate(connection, 3, steps)
    assert connection.execute("SELECT value FROM settings WHERE name = 'step'").fetchall() == [("3",)]
