"""Sources of packages that were not uploaded: the interface of a source, and a file that one provides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fake_pypi.packages.package import Package

DEFAULT_UPLOAD_TIME = datetime(2020, 2, 2, tzinfo=timezone.utc)
"""Upload time of a file whose upload time is unknown: old enough for `--exclude-newer` and similar options."""


@dataclass(frozen=True)
class FallbackFile:
    """A distribution file that an index serves without an upload; made or downloaded on first use.

    `project` is the normalized name. `size` (bytes) and `sha256` (hex) read the file, and so may make or download it,
    unless the source knew them. `yanked` is the reason, or True if no reason is given.
    """

    project: str
    version: str
    filename: str
    fetch: Callable[[], Path] = field(repr=False, compare=False)
    fetch_metadata: Callable[[], bytes | None] = field(repr=False, compare=False)
    requires_python: str | None = None
    upload_time: datetime = DEFAULT_UPLOAD_TIME
    yanked: bool | str = False
    known_size: int | None = None
    known_sha256: str | None = None
    known_metadata_sha256: str | None = None

    def path(self) -> Path:
        """Return the path of the file, which is made or downloaded if it is missing."""
        return self.fetch()

    def metadata(self) -> bytes | None:
        """Return the wheel's METADATA (PEP 658) without making or downloading the wheel; None for an sdist."""
        return self.fetch_metadata()

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._package.size if self.known_size is None else self.known_size

    @property
    def sha256(self) -> str:
        """Hex digest."""
        return self._package.sha256 if self.known_sha256 is None else self.known_sha256

    @cached_property
    def metadata_sha256(self) -> str | None:
        """Hex digest of the METADATA; None if the source has no METADATA apart from the file."""
        if self.known_metadata_sha256 is not None:
            return self.known_metadata_sha256
        content = self.metadata()
        return None if content is None else hashlib.sha256(content).hexdigest()

    @cached_property
    def _package(self) -> Package:
        return Package.at(self.path())


class PackageSource(Protocol):
    """A source of packages that were not uploaded: the environment, a folder, or another index."""

    @property
    def name(self) -> str:
        """The name of the source in reports."""

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the files of a project, by its normalized name; none if the source does not have it."""

    def find(self, filename: str) -> FallbackFile | None:
        """Return the file of that name, or None."""
