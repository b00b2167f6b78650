"""Temporary folders, all in one folder for each process: it ends with the process, or is removed by a later one.

The folder holds a locked file as long as its process lives. The system drops the lock when the process ends, however
it ends, so a folder whose lock is free was left by a process that was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import tempfile
import threading
import time
from pathlib import Path
from typing import Protocol

PREFIX = "fake-pypi-"
LOCK = "process.lock"
EMPTY_FOLDER_SECONDS = 600.0
"""Age from which an empty folder counts as left by a process that was killed before it had made its lock file."""

_made: dict[tuple[int, str], tuple[Path, int]] = {}
"""Folder and descriptor of its lock, by process (a forked one gets a folder of its own) and place."""
_making = threading.Lock()


class _Locking(Protocol):
    """What `fcntl` has on POSIX systems, and Windows has not."""

    LOCK_EX: int
    LOCK_NB: int

    def flock(self, file: int, how: int, /) -> None:
        """Lock or unlock an open file."""


def new_folder(purpose: str) -> Path:
    """Make a folder for one purpose, for this user only; whoever asked for it removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=process_folder()))


def process_folder() -> Path:
    """Return the folder of this process, made at the first use; then those of killed processes are removed."""
    place = tempfile.gettempdir()
    key = (os.getpid(), place)
    with _making:
        if key in _made and not _made[key][0].is_dir():  # somebody has tidied up
            os.close(_made.pop(key)[1])
        if key not in _made:
            remove_stale_folders(Path(place))
            _made[key] = _new(place)
            atexit.register(_remove, *key)  # twice is fine
        return _made[key][0]


def remove_stale_folders(place: Path) -> None:
    """Remove the folders that killed processes of this user left in `place`.

    One is removed only if it is a folder of this user that nobody else may enter, with a lock file that carries the
    number of its process and is locked by nobody, or empty and old. Links are not followed.
    """
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(place)):
            if entry.name.startswith(PREFIX) and _is_stale(entry):
                _remove_folder(Path(entry.path))


def is_process_folder(folder: Path) -> bool:
    """Return whether a folder has the name and the lock file of a process's temporary folder, running or killed."""
    return folder.name.startswith(PREFIX) and (folder / LOCK).is_file()


def _new(place: str) -> tuple[Path, int]:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    lock = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if (locking := _locking()) is not None:
        locking.flock(lock, locking.LOCK_EX)
    os.write(lock, f"{os.getpid()}\n".encode())  # an empty file is not locked yet
    return folder, lock


def _remove(process: int, place: str) -> None:
    if process != os.getpid():  # a forked process ends: the folder is not its own
        return
    if (process, place) not in _made:
        return
    folder, lock = _made.pop((process, place))
    os.close(lock)  # first, because Windows removes no file that is open
    _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    """Remove a folder, the lock file last: what cannot be removed now is found by the next start."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != LOCK:
                Path(entry.path).unlink()
        if {entry.name for entry in os.scandir(folder)} <= {LOCK}:
            shutil.rmtree(folder, ignore_errors=True)


def _is_stale(entry: os.DirEntry[str]) -> bool:
    try:
        facts = entry.stat(follow_symlinks=False)
        if not stat.S_ISDIR(facts.st_mode) or not _is_private(facts):
            return False
        if _is_being_made(entry.path):
            return time.time() - facts.st_mtime > EMPTY_FOLDER_SECONDS
        return _is_unlocked(Path(entry.path, LOCK))
    except OSError:
        return False


def _is_being_made(folder: str) -> bool:
    """Return whether a folder has no lock file yet, or an empty one: its process is about to lock it, or was killed."""
    entries = list(os.scandir(folder))
    return all(entry.name == LOCK and entry.stat(follow_symlinks=False).st_size == 0 for entry in entries)


def _is_private(facts: os.stat_result) -> bool:
    if os.name == "nt":  # folders of other users cannot be opened there
        return True
    return facts.st_uid == os.geteuid() and not facts.st_mode & 0o077


def _is_unlocked(path: Path) -> bool:
    """Whether the process that made a lock file is gone. Raises `OSError` for what is no lock file of this user."""
    if (locking := _locking()) is None:
        path.unlink()  # Windows removes no file that is open
        return True
    lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        facts = os.fstat(lock)
        if not stat.S_ISREG(facts.st_mode) or not _is_private_file(facts):
            return False
        locking.flock(lock, locking.LOCK_EX | locking.LOCK_NB)
        return os.read(lock, 32).strip().isdigit()
    finally:
        os.close(lock)


def _is_private_file(facts: os.stat_result) -> bool:
    return facts.st_uid == os.geteuid() and facts.st_nlink == 1


def _locking() -> _Locking | None:
    try:
        import fcntl
    except ImportError:
        return None
    return fcntl
