"""Temporary folders, all in one folder of the process, which the process or a later one removes.

The folder contains a locked file while its process runs. The system releases the lock when the process ends in any
way, so a folder with an unlocked file belongs to a process that was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

PREFIX = "fake-pypi-"
LOCK = "process.lock"
EMPTY_FOLDER_SECONDS = 600.0
"""Age of an empty folder after which its process counts as killed before it made the lock file."""

_folders: dict[tuple[int, str], tuple[Path, int]] = {}
"""The folder and the descriptor of its lock file, by process (a forked one has its own) and parent folder."""
_folders_lock = threading.Lock()


class _Locking(Protocol):
    """The part of `fcntl`, which Windows does not have, that is used here."""

    LOCK_EX: int
    LOCK_NB: int

    def flock(self, file: int, how: int, /) -> None:
        """Lock or unlock an open file."""


def new_folder(purpose: str) -> Path:
    """Make a folder that only this user can read; the caller removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=process_folder()))


def process_folder() -> Path:
    """Return the folder of this process; on first use, remove those of killed processes and make it."""
    parent = tempfile.gettempdir()
    key = (os.getpid(), parent)
    with _folders_lock:
        if key in _folders and not _folders[key][0].is_dir():  # it was removed from outside
            os.close(_folders.pop(key)[1])
        if key not in _folders:
            remove_stale_folders(Path(parent))
            _folders[key] = _new(parent)
            atexit.register(_remove, *key)  # harmless if called twice
        return _folders[key][0]


def remove_stale_folders(parent: Path) -> None:
    """Remove the folders of killed processes of this user in `parent`.

    A folder is removed only if it is private to this user and has an unlocked lock file with the id of its process, or
    is empty and old. Links are not followed.
    """
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(parent)):
            if entry.name.startswith(PREFIX) and _is_stale(entry):
                _remove_folder(Path(entry.path))


def is_process_folder(folder: Path) -> bool:
    """Return whether a folder has the name and the lock file of a process's temporary folder, running or killed."""
    return folder.name.startswith(PREFIX) and (folder / LOCK).is_file()


def _new(parent: str) -> tuple[Path, int]:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if (locking := _locking()) is not None:
        locking.flock(lock, locking.LOCK_EX)
    os.write(lock, f"{os.getpid()}\n".encode())  # an empty file is not locked yet
    return folder, lock


def _remove(process: int, parent: str) -> None:
    if process != os.getpid():  # the folder belongs to the parent of this forked process
        return
    if (process, parent) not in _folders:
        return
    folder, lock = _folders.pop((process, parent))
    os.close(lock)  # first, because Windows removes no file that is open
    _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    """Remove a folder, the lock file last: what cannot be removed now is found by the next start."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                _remove_tree(entry.path)
            elif entry.name != LOCK:
                Path(entry.path).unlink()
        if {entry.name for entry in os.scandir(folder)} <= {LOCK}:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_tree(folder: str) -> None:
    """Remove a folder with its files, read-only ones too, as those of a git repository are."""
    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=_remove_read_only)
    else:
        shutil.rmtree(folder, onerror=_remove_read_only)


def _remove_read_only(remove: Callable[[str], object], path: str, _error: object) -> None:
    """Try again to remove a file or a folder, with the right to write, which Windows requires; ignore a failure."""
    with contextlib.suppress(OSError):
        Path(path).chmod(stat.S_IRWXU)
        remove(path)


def _is_stale(entry: os.DirEntry[str]) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISDIR(status.st_mode) or not _is_private(status):
            return False
        if _is_being_made(entry.path):
            return time.time() - status.st_mtime > EMPTY_FOLDER_SECONDS
        return _is_unlocked(Path(entry.path, LOCK))
    except OSError:
        return False


def _is_being_made(folder: str) -> bool:
    """Return whether a folder has no lock file yet, or an empty one: its process is about to lock it, or was killed."""
    entries = list(os.scandir(folder))
    return all(entry.name == LOCK and entry.stat(follow_symlinks=False).st_size == 0 for entry in entries)


def _is_private(status: os.stat_result) -> bool:
    if os.name == "nt":  # folders of other users cannot be opened there
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _is_unlocked(path: Path) -> bool:
    """Return whether the process of a lock file has ended. Raises `OSError` if it is not a lock file of this user."""
    if (locking := _locking()) is None:
        path.unlink()  # Windows removes no file that is open
        return True
    lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(lock)
        if not stat.S_ISREG(status.st_mode) or not _is_private_file(status):
            return False
        locking.flock(lock, locking.LOCK_EX | locking.LOCK_NB)
        return os.read(lock, 32).strip().isdigit()
    finally:
        os.close(lock)


def _is_private_file(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and status.st_nlink == 1


def _locking() -> _Locking | None:
    try:
        import fcntl
    except ImportError:
        return None
    return fcntl
