"""Stored files that the index does not list: those that snapshots need, and those that are to be removed."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

BATCH = 50
"""The number of files that are removed while requests that store files wait."""


class FileHolder(Protocol):
    """Something that needs stored files as long as it exists, such as a snapshot."""

    @property
    def paths(self) -> frozenset[str]:
        """The paths of the files, below /packages/."""


class UnlistedFiles:
    """The paths of stored files that are in no row of the database. `remove` removes the file at a path.

    The path of a file has its digest in it, so a file is never changed: a snapshot holds paths, and copies nothing.
    """

    def __init__(self, remove: Callable[[str], None]) -> None:
        self._remove = remove
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._holders: weakref.WeakSet[FileHolder] = weakref.WeakSet()
        self._thread: threading.Thread | None = None

    def hold(self, holder: FileHolder) -> None:
        """Keep the files of a holder until nothing refers to it any more."""
        with self._lock:
            self._holders.add(holder)

    def list(self, path: str) -> None:
        """Note that a file is about to be stored and listed: it is not removed."""
        with self._lock:
            self._paths.discard(path)

    def unlist(self, paths: Iterable[str]) -> None:
        """Note that the index lists these no longer. Nothing is removed before `sweep`."""
        with self._lock:
            self._paths.update(paths)

    def remove(self, path: str) -> None:
        """Remove a file, or note that it is unlisted if a snapshot holds it."""
        with self._lock:
            if any(path in holder.paths for holder in self._holders):
                self._paths.add(path)
                return
            self._paths.discard(path)
            self._remove(path)

    def replace(self, before: Iterable[str], now: frozenset[str]) -> None:
        """Note that the state was replaced by another one, and remove in the background what nobody needs."""
        with self._lock:
            self._paths.update(before)
            self._paths -= now
            if self._thread is None and not self._paths <= self._held():
                self._thread = threading.Thread(target=self.sweep, name="fake-pypi removes files", daemon=True)
                self._thread.start()

    def sweep(self) -> None:
        """Remove every unlisted file that no snapshot holds."""
        tried: set[str] = set()
        while True:
            with self._lock:
                batch = sorted(self._paths - self._held() - tried)[:BATCH]
                for path in batch:
                    tried.add(path)
                    with suppress(OSError):  # on Windows, a download may have it open
                        self._remove(path)
                        self._paths.discard(path)
                if not batch:
                    self._thread = None  # under the lock: what is unlisted from now on needs another one
                    return

    def close(self) -> None:
        """Wait until the files are removed that were to be removed."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def remove_all(self) -> None:
        """Remove every unlisted file, also those that snapshots hold."""
        self.close()
        with self._lock:
            self._holders.clear()
        self.sweep()

    def _held(self) -> frozenset[str]:
        holders = [holder.paths for holder in self._holders]
        return holders[0] if len(holders) == 1 else frozenset().union(*holders)
