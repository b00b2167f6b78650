"""Copy the state of an index, database and files, into a new data folder while it is in use."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.web.data_folder import DATABASE, FILES, make_private_folder, reported_errors, sync

if TYPE_CHECKING:
    from fake_pypi.index.database import Database


def back_up(db: Database, files: Path, folder: Path) -> list[str]:
    """Copy a database and its files into a new or empty folder, which can be opened as a data folder afterwards.

    Other threads may change the index meanwhile: the database is copied at one moment, and again if a file of that
    moment was deleted before it was copied. Return the paths of files that the index has lost. Raises `UsageError` for
    a folder that is not empty or cannot be written.
    """
    with reported_errors(folder):
        make_private_folder(folder)
        if any(folder.iterdir()):
            raise UsageError(f"{str(folder)!r} is not empty", "name a new or empty folder for the backup")
        while True:
            db.copy_to(folder / DATABASE)
            paths = _paths(folder / DATABASE)
            missing = [path for path in paths if not _copy(files / path, folder / FILES / path)]
            lost = [path for path in missing if db.value("SELECT 1 FROM files WHERE path = ?", path)]
            if lost == missing:
                break
        _remove_others(folder / FILES, {folder / FILES / path for path in paths})
        sync(folder)
    return lost


def _paths(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT path FROM files ORDER BY path")]


def _copy(file: Path, target: Path) -> bool:
    """Copy a file unless it was copied before; return whether the target exists."""
    if target.is_file():
        return True
    make_private_folder(target.parent)
    partial = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(file, partial)
    except FileNotFoundError:
        return False
    partial.chmod(0o600)
    sync(partial)
    partial.replace(target)
    return True


def _remove_others(folder: Path, wanted: set[Path]) -> None:
    for file in list(folder.rglob("*")):
        if file.is_file() and file not in wanted:
            file.unlink()
