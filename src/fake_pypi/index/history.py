"""Earlier states of an index: changes are undone in a copy, for pages that are out of date."""

# ruff: noqa: S608 - the names of tables and columns are constants

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, NamedTuple

from fake_pypi.index.database import Database
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.index.clock import Clock

PROJECT_COLUMNS = {"projects": "id", "releases": "project", "files": "project"}
"""The tables whose changes are recorded, with the column that has the id of the project."""
COPIED_TABLES = ("users", "roles", "organizations")
"""Tables that are copied as they are now: permissions have no delay."""

CREATE_CHANGES = (
    """CREATE TEMP TABLE changes (
        id INTEGER PRIMARY KEY, turn INTEGER, at REAL, project TEXT, kind TEXT, existed INTEGER, serial INTEGER)""",
    "CREATE INDEX temp.changes_project ON changes (project)",
    "CREATE TEMP TABLE past_core_metadata AS SELECT * FROM core_metadata WHERE 0",
    """CREATE TEMP TRIGGER delete_core_metadata BEFORE DELETE ON main.core_metadata BEGIN
        INSERT INTO past_core_metadata VALUES (OLD.filename, OLD.content); END""",
    """CREATE TEMP TRIGGER insert_journal BEFORE INSERT ON main.journal BEGIN
        INSERT INTO changes (turn, at, project, kind, serial) VALUES (
            change_turn(), change_moment(), (SELECT id FROM projects WHERE name = NEW.project), 'journal',
            (SELECT max(serial) FROM journal)); END""",
)
CREATE_PAST_TABLE = """CREATE TEMP TABLE past_{table} AS SELECT 0 AS change, * FROM {table} WHERE 0"""
CREATE_PAST_INDEX = """CREATE INDEX temp.past_{table}_change ON past_{table} (change)"""
CREATE_TRIGGER = """
CREATE TEMP TRIGGER {event}_{table} {when} {event} ON main.{table} BEGIN
    INSERT INTO changes (turn, at, project, kind, existed, serial) VALUES (
        change_turn(), change_moment(), {row}.{project}, '{table}', {existed}, (SELECT max(serial) FROM journal));
    INSERT INTO past_{table} VALUES ((SELECT max(id) FROM changes), {columns}); END"""
EVENTS = (("INSERT", "AFTER", "NEW", 0), ("UPDATE", "BEFORE", "OLD", 1), ("DELETE", "BEFORE", "OLD", 1))


class Change(NamedTuple):
    """One change of a project (one transaction). `at` is seconds since 1970; later changes have a larger `id`."""

    id: int
    turn: int
    at: float
    serial: int


class History:
    """The changes of an index since `start` was called, and the states before them.

    >>> history.start()                                                         # doctest: +SKIP
    >>> history.before({"demo": history.changes("demo")[-1].id}).rows("SELECT * FROM releases")  # doctest: +SKIP
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._started = False

    def start(self) -> None:
        """Record every change from now on, in temporary tables that are not in the database file."""
        with self._db.transaction():
            if self._started:
                return
            self._started = True
            self._db.create_function("change_turn", lambda: self._db.turn)
            self._db.create_function("change_moment", self._clock.timestamp)
            for statement in (*CREATE_CHANGES, *self._past_tables()):
                self._db.change(statement)

    def stop(self) -> None:
        """Record changes no longer, and forget those that were recorded."""
        with self._db.transaction():
            if not self._started:
                return
            self._started = False
            query = "SELECT type, name FROM temp.sqlite_master WHERE type IN ('table', 'trigger') ORDER BY type DESC"
            for kind, name in self._db.rows(query):
                self._db.change(f"DROP {kind} temp.{name}")

    def _past_tables(self) -> Iterator[str]:
        for table, project_column in PROJECT_COLUMNS.items():
            yield CREATE_PAST_TABLE.format(table=table)
            yield CREATE_PAST_INDEX.format(table=table)
            names = [row["name"] for row in self._db.rows(f"PRAGMA table_info({table})")]
            for event, when, row, existed in EVENTS:
                columns = ", ".join(f"{row}.{column}" for column in names)
                values = {"event": event, "when": when, "row": row, "existed": existed, "columns": columns}
                yield CREATE_TRIGGER.format(table=table, project=project_column, **values)

    def changes(self, name: str) -> list[Change]:
        """Return the changes of the project of that name, and of earlier projects with that name; the oldest first."""
        ids = self._ids(name)
        query = f"""SELECT min(id), turn, max(at), min(serial) FROM changes
            WHERE project IN ({_marks(ids)}) GROUP BY turn ORDER BY 1"""
        return [Change(*row) for row in self._db.rows(query, *ids)]

    def names(self) -> list[str]:
        """Return the normalized name of every project that changed."""
        query = """SELECT normalized FROM projects WHERE id IN (SELECT project FROM changes)
            UNION SELECT normalized FROM past_projects"""
        return [row[0] for row in self._db.rows(query)]

    def newest(self) -> int:
        """Return the id of the newest change."""
        return int(self._db.value("SELECT max(id) FROM changes") or 0)

    def owner_of(self, path: str) -> str | None:
        """Return the normalized name of the project that has or had the file at that path below /packages/."""
        query = """SELECT project FROM files WHERE path = ? UNION SELECT project FROM past_files WHERE path = ?"""
        project = self._db.value(query, path, path)
        query = """SELECT normalized FROM projects WHERE id = ?
            UNION SELECT normalized FROM past_projects WHERE id = ?"""
        name: str | None = self._db.value(query, project, project)
        return name

    def before(self, cuts: Mapping[str, int], *, all_projects: bool = False) -> Database:
        """Return a copy in memory with some projects as they were before a change.

        `cuts` has the id of that change by project name. With `all_projects` the copy has the other projects too,
        without their releases.
        """
        copy = Database()
        with self._db.transaction(), copy.transaction():
            for table in COPIED_TABLES:
                self._copy(copy, table, f"SELECT * FROM {table}")
            if all_projects:
                self._copy(copy, "projects", "SELECT * FROM projects")
            for name, cut in cuts.items():
                self._take_back(copy, self._ids(name), cut)
            serial = self._db.value(f"SELECT min(serial) FROM changes WHERE id IN ({_marks(cuts)})", *cuts.values())
            copy.insert("journal", serial=serial or 0, project="", action="", at=0, sender="")
        return copy

    def _take_back(self, copy: Database, ids: list[str], cut: int) -> None:
        for table, project_column in PROJECT_COLUMNS.items():
            self._copy(copy, table, f"SELECT * FROM {table} WHERE {project_column} IN ({_marks(ids)})", *ids)
        query = f"""SELECT id, kind, existed FROM changes
            WHERE id >= ? AND project IN ({_marks(ids)}) AND kind <> 'journal' ORDER BY id DESC"""
        for change, table, existed in self._db.rows(query, cut, *ids):
            before = self._db.rows(f"SELECT * FROM past_{table} WHERE change = ?", change)[0]
            copy.change(f"DELETE FROM {table} WHERE id = ?", before["id"])
            if existed:
                _put(copy, table, before[1:])
        self._copy_core_metadata(copy)

    def _copy_core_metadata(self, copy: Database) -> None:
        for row in copy.rows("SELECT filename FROM files WHERE metadata_sha256 IS NOT NULL"):
            for table in ("core_metadata", "past_core_metadata"):
                self._copy(copy, "core_metadata", f"SELECT * FROM {table} WHERE filename = ?", row[0])

    def _copy(self, copy: Database, table: str, query: str, *values: object) -> None:
        for row in self._db.rows(query, *values):
            _put(copy, table, row)

    def _ids(self, name: str) -> list[str]:
        query = "SELECT id FROM projects WHERE normalized = ? UNION SELECT id FROM past_projects WHERE normalized = ?"
        return [row[0] for row in self._db.rows(query, normalized(name), normalized(name))]


def _put(copy: Database, table: str, row: Sequence[object]) -> None:
    copy.change(f"INSERT OR REPLACE INTO {table} VALUES ({_marks(row)})", *row)


def _marks(values: Sized) -> str:
    return ", ".join("?" * len(values))
