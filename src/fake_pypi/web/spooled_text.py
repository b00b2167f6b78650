"""Text fields of a form while they arrive: short ones in memory, long ones in a file."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO

IN_MEMORY = 64 << 10
"""Bytes of one text that wait in memory for the rest of the form."""
LARGE_FORMS = threading.BoundedSemaphore(1)
"""Held while the long texts of a form are in memory: however many clients send one, there is one at a time.

A client that sends slowly does not hold it, since its texts wait in files until the form is complete.
"""

LONGEST_WAIT = 60.0
"""Seconds that a form waits for that. Then it goes on: more memory is better than no answer."""


class SpooledText:
    """The bytes of one text field. `folder` names the folder for a long one, and is called only for those."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._short = bytearray()
        self._file: IO[bytes] | None = None
        self._mapped: mmap | None = None
        self.size = 0

    @property
    def is_long(self) -> bool:
        """Whether the text waits in a file."""
        return self._file is not None

    def write(self, block: bytes) -> None:
        """Add some bytes."""
        self.size += len(block)
        if self._file is None and len(self._short) + len(block) > IN_MEMORY:
            self._file = tempfile.TemporaryFile(dir=self._folder())  # noqa: SIM115 - `close` closes it
            self._file.write(self._short)
            self._short.clear()
        if self._file is None:
            self._short += block
        else:
            self._file.write(block)

    def read(self) -> bytes | mmap:
        """Return all the bytes; those of a long text are the file's, not a copy, and gone after `close`."""
        if self._file is None:
            return bytes(self._short)
        if self._mapped is None:
            self._file.flush()
            self._mapped = mmap(self._file.fileno(), 0, access=ACCESS_READ)
        return self._mapped

    def close(self) -> None:
        """Remove the file."""
        if self._mapped is not None:
            self._mapped.close()
        if self._file is not None:
            self._file.close()
