"""The interface through which operations store and remove the bytes of files."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

UPLOAD_PREFIX = "upload-"
"""How the names of files in the spool begin; a file with another name was not made by us."""


class FileStorage(Protocol):
    """The files of one index: spooled while they are judged, stored once they are accepted.

    A path is the one below `/packages/`, as "aa/bb/…/demo-1.0.tar.gz".
    """

    @property
    def spool(self) -> Path:
        """The folder of uploads that are not stored yet, on the file system of the stored files."""

    def sync(self, spooled: Path) -> None:
        """Wait until a spooled file is on the disk, if the index is to last."""

    def put(self, path: str, spooled: Path) -> None:
        """Store a spooled file at the path; the spooled one is gone then."""

    def remove(self, path: str) -> None:
        """Remove the bytes of a file whose upload failed."""

    def discard(self, path: str) -> None:
        """Remove the bytes of a deleted file, at once or when no page lists it any more."""
