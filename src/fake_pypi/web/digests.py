"""The three digests of an upload, computed while it arrives."""

from __future__ import annotations

import hashlib
import queue
import threading
from typing import Any

SMALL = 1 << 20  # bytes below which a thread costs more than it saves
WAITING = 4  # blocks that may wait for a thread: bounds the memory of a fast upload


class Digests:
    """MD5, SHA-256 and BLAKE2b-256 of blocks that come one after the other.

    The first megabyte is hashed at once. A longer file gets a thread for each digest; these run in parallel, because
    hashlib releases the GIL.

    >>> digests = Digests()
    >>> digests.update(b"hello")
    >>> digests.finish()["md5"]
    '5d41402abc4b2a76b9719d911017c592'
    """

    def __init__(self) -> None:
        self._hashes: dict[str, Any] = {
            "md5": hashlib.md5(usedforsecurity=False),
            "sha256": hashlib.sha256(),
            "blake2_256": hashlib.blake2b(digest_size=32),
        }
        self._seen = 0
        self._threads: list[_HashingThread] = []

    def update(self, block: bytes) -> None:
        """Add one block, which must not be changed afterwards."""
        self._seen += len(block)
        if self._seen > SMALL and not self._threads:
            self._threads = [_HashingThread(digest) for digest in self._hashes.values()]
        if self._threads:
            for thread in self._threads:
                thread.blocks.put(block)
        else:
            for digest in self._hashes.values():
                digest.update(block)

    def finish(self) -> dict[str, str]:
        """Wait for the last block and return the hexadecimal digests by name."""
        self.abandon()
        return {name: digest.hexdigest() for name, digest in self._hashes.items()}

    def abandon(self) -> None:
        """End the threads."""
        for thread in self._threads:
            thread.blocks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []


class _HashingThread(threading.Thread):
    def __init__(self, digest: Any) -> None:
        super().__init__(daemon=True, name="fake-pypi-digest")
        self.blocks: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._digest = digest
        self.start()

    def run(self) -> None:
        while (block := self.blocks.get()) is not None:
            self._digest.update(block)
