"""The database of an index: transactions, constraints, and whose file it is."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index.database import Database


@pytest.fixture
def db() -> Iterator[Database]:
    with closing(Database()) as opened:
        yield opened


def names(db: Database) -> list[str]:
    return [row[0] for row in db.rows("SELECT normalized FROM prohibited_names ORDER BY 1")]


def add(db: Database, name: str) -> None:
    db.insert("prohibited_names", normalized=name)


def test_a_transaction_keeps_everything(db: Database) -> None:
    with db.transaction():
        add(db, "one")
        add(db, "two")
    assert names(db) == ["one", "two"]


def test_a_transaction_that_fails_keeps_nothing(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            add(db, "one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(db) == []


def test_the_failure_of_an_inner_transaction_fails_the_outer_one(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            add(db, "outer")
            with db.transaction():
                add(db, "inner")
                raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert names(db) == []


def test_an_inner_failure_that_is_caught_takes_back_the_inner_changes_only(db: Database) -> None:
    def inner() -> None:
        with db.transaction():
            add(db, "inner")
            with db.transaction():
                add(db, "innermost")
            add(db, "outer")  # is there already

    with db.transaction():
        add(db, "outer")
        with pytest.raises(sqlite3.IntegrityError):
            inner()
        add(db, "after")
    assert names(db) == ["after", "outer"]


def test_an_inner_transaction_is_undone_with_the_outer_one(db: Database) -> None:
    def fail() -> None:
        with db.transaction():
            with db.transaction():
                add(db, "inner")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert names(db) == []


def test_after_a_failure_the_database_goes_on_working(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        raise ZeroDivisionError
    with db.transaction():
        add(db, "later")
    assert names(db) == ["later"]


def test_uniqueness_is_a_constraint(db: Database) -> None:
    add(db, "one")
    with pytest.raises(sqlite3.IntegrityError):
        add(db, "one")
    assert names(db) == ["one"]


def test_a_transaction_keeps_other_threads_out(db: Database) -> None:
    inside, done = threading.Event(), threading.Event()

    def other() -> None:
        inside.wait(30)
        add(db, "other")
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with db.transaction():
        inside.set()
        add(db, "mine")
        seen = names(db)
    thread.join(30)
    assert (seen, done.is_set(), names(db)) == (["mine"], True, ["mine", "other"])


def test_values_are_values_and_never_statements(db: Database) -> None:
    evil = "x'); DROP TABLE users; --"
    add(db, evil)
    assert db.value("SELECT normalized FROM prohibited_names WHERE normalized = ?", evil) == evil
    assert db.row("SELECT 1 FROM users") is None


def test_nothing_is_none(db: Database) -> None:
    assert db.row("SELECT * FROM users") is None
    assert db.value("SELECT name FROM users") is None
    assert db.rows("SELECT * FROM users") == []


def test_a_file_keeps_what_was_committed(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "index.sqlite3")) as db:
        add(db, "one")
    with closing(Database(tmp_path / "index.sqlite3")) as db:
        assert names(db) == ["one"]


def test_a_file_is_one_connections_alone(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite3"
    with closing(Database(path)), pytest.raises(UsageError, match="in use by another fake PyPI: stop that one"):
        Database(path)
    Database(path).close()


def test_a_database_that_is_forgotten_is_closed_and_one_that_is_closed_twice_is_fine(tmp_path: Path) -> None:
    forgotten = Database(tmp_path / "index.sqlite3")
    del forgotten
    gc.collect()
    again = Database(tmp_path / "index.sqlite3")
    again.close()
    again.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        again.rows("SELECT 1")


def test_memory_belongs_to_one_database(db: Database) -> None:
    add(db, "one")
    with closing(Database()) as other:
        assert names(other) == []


def test_what_was_done_outside_is_taken_back_with_the_transaction_that_fails(db: Database) -> None:
    undone: list[str] = []

    def fail() -> None:
        with db.transaction():
            db.on_rollback(lambda: undone.append("inner"))
            db.on_rollback(lambda: undone.append("inner, later"))
            raise ValueError

    with db.transaction():
        db.on_rollback(lambda: undone.append("outer"))
        with pytest.raises(ValueError):
            fail()
        assert undone == ["inner, later", "inner"]
    with pytest.raises(ValueError):
        fail()
    assert undone == ["inner, later", "inner"] * 2  # and not "outer": that one was committed


def test_actions_on_commit_run_once_the_outermost_transaction_is_committed(db: Database) -> None:
    done: list[str] = []

    with db.transaction():
        with db.transaction():
            db.on_commit(lambda: done.append("inner"))
        assert done == []
        db.on_commit(lambda: done.append("outer"))

    assert done == ["inner", "outer"]
    with db.transaction():
        pass
    assert done == ["inner", "outer"]


def test_actions_on_commit_of_a_transaction_that_fails_do_not_run(db: Database) -> None:
    done: list[str] = []

    def fail() -> None:
        with db.transaction():
            db.on_commit(lambda: done.append("failed"))
            raise ValueError

    with db.transaction():
        db.on_commit(lambda: done.append("outer"))
        with pytest.raises(ValueError):
            fail()

    assert done == ["outer"]


def test_a_joined_transaction_is_part_of_the_open_one_or_one_of_its_own(db: Database) -> None:
    def add_twice_the_same() -> None:
        add(db, "same")
        add(db, "same")

    for opened in (db.transaction, db.joined_transaction):
        with pytest.raises(sqlite3.IntegrityError), opened(), db.joined_transaction():
            add_twice_the_same()
        assert names(db) == []
    with db.joined_transaction():
        add(db, "kept")
    assert names(db) == ["kept"]


def test_other_threads_change_nothing_while_one_reads(db: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with db.reading():
            change = pool.submit(db.insert, "prohibited_names", normalized="one")
            assert [db.rows("SELECT * FROM prohibited_names") for _ in range(100)] == 100 * [[]]
        change.result()
    assert len(db.rows("SELECT * FROM prohibited_names")) == 1
