"""The last files that an index rejected, so that tests can look at the bytes that were sent."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

MOST_FILES = 100
"""The number of rejected files that are stored."""
MOST_BYTES = 64 << 20
"""Bytes on the disk that they may take together."""


class RejectedFiles:
    """A folder with the last rejected files; the oldest are removed when they are too many or too large.

    `folder` returns the folder, on the file system of the spool, and is called for the first file.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._stored: deque[tuple[Path, int]] = deque()
        self._bytes = 0

    def store(self, spooled: Path, size: int) -> Path | None:
        """Move a spooled file here; return where it is, None if it is too large or gone."""
        if size > MOST_BYTES:
            return None
        target = self._folder() / spooled.name
        try:
            spooled.rename(target)
        except FileNotFoundError:
            return None
        with self._lock:
            self._stored.append((target, size))
            self._bytes += size
            while len(self._stored) > MOST_FILES or self._bytes > MOST_BYTES:
                oldest, removed = self._stored.popleft()
                oldest.unlink(missing_ok=True)
                self._bytes -= removed
        return target
