"""Copy the state of an index, database and files, into a new data folder while it is in use."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.web.data_folder import DATABASE, FILES, make_private_folder, reported_errors, sync

if TYPE_CHECKING:
    from fake_pypi.index.database import Database

INCOMPLETE = f"{DATABASE}.incomplete"
"""The name of the database of a backup until all of its files are on the disk."""
SYNC_THREADS = 16
"""Threads that sync files, where a file system cannot be synced as a whole: the disk then writes several together."""


def back_up(db: Database, files: Path, folder: Path) -> list[str]:
    """Copy a database and its files into a new or empty folder, which can be opened as a data folder afterwards.

    Other threads may change the index meanwhile: the database is copied at one moment, and again if a file of that
    moment was deleted before it was copied. Everything is on the disk before the database gets its name, so a backup
    that was interrupted is not taken for a complete one. Return the paths of files that the index has lost. Raises
    `UsageError` for a folder that is not empty or cannot be written.
    """
    with reported_errors(folder):
        make_private_folder(folder)
        if any(folder.iterdir()):
            raise UsageError(f"{str(folder)!r} is not empty", "name a new or empty folder for the backup")
        database, target = folder / INCOMPLETE, FolderOfCopies(folder / FILES)
        while True:
            db.copy_to(database)
            paths = _paths(database)
            missing = [path for path in paths if not target.copy(files, path)]
            lost = [path for path in missing if db.value("SELECT 1 FROM files WHERE path = ?", path)]
            if lost == missing:
                break
        target.remove_others(paths)
        sync_below(folder, [database, *target.written])
        database.replace(folder / DATABASE)
        sync(folder)
    return lost


def _paths(database: Path) -> list[str]:
    with closing(sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT path FROM files ORDER BY path")]


class FolderOfCopies:
    """Copies of files below one folder, each with the same path. They are not on the disk before `sync_below`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copied: set[str] = set()
        self._folders = {folder.parent}

    @property
    def written(self) -> list[Path]:
        """The files and the folders that were made."""
        return [*(self._folder / path for path in sorted(self._copied)), *self._folders]

    def copy(self, files: Path, path: str) -> bool:
        """Copy a file unless it was copied before; return whether there is a copy of it."""
        if path in self._copied:
            return True
        try:
            source = (files / path).open("rb")
        except FileNotFoundError:
            return False
        target = self._folder / path
        with source:
            if target.parent not in self._folders:
                self._folders.update([target.parent, *make_private_folder(target.parent)])
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        self._copied.add(path)
        return True

    def remove_others(self, paths: Iterable[str]) -> None:
        """Remove the copies of files with other paths."""
        for path in self._copied.difference(paths):
            (self._folder / path).unlink()
            self._copied.remove(path)


def sync_below(folder: Path, paths: Collection[Path]) -> None:
    """Wait until everything that was written is on the disk. Raises `OSError`.

    Linux syncs the file system of `folder` as a whole, which takes a fraction of the time of syncing 10,000 files one
    by one. Other systems, and Linux before 5.8, which does not report errors of that, sync each of `paths`.
    """
    syncfs = _syncfs()
    if syncfs is None:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(SYNC_THREADS) as pool:
            for _ in pool.map(sync, paths):
                pass
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        syncfs(handle)
    finally:
        os.close(handle)


def _syncfs() -> Callable[[int], None] | None:
    """Return a function that syncs the file system of an open folder, None where there is none that reports errors."""
    if sys.platform != "linux" or not _is_at_least(os.uname().release, (5, 8)):
        return None
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        return None

    def syncfs(handle: int) -> None:
        if function(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs


def _is_at_least(release: str, version: tuple[int, int]) -> bool:
    return tuple(int(number) for number in re.findall("[0-9]+", release)[:2]) >= version
