"""Other people's distributions: what a source of them offers to those who read the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Protocol

from fake_pypi.packages.package import Package

LONG_AGO = datetime(2020, 2, 2, tzinfo=timezone.utc)
"""Upload time of whatever has none: old enough for every "nothing newer than" setting."""


@dataclass(frozen=True)
class Offer:
    """A file that a source can provide; it may be made or fetched on first use.

    `project` is the normalized name. `size` (bytes) and `sha256` (hex) read the file unless the source knew them, and
    so may make or fetch it. `yanked` is the reason, or True, or False.
    """

    project: str
    version: str
    filename: str
    fetch: Callable[[], Path] = field(repr=False, compare=False)
    fetch_metadata: Callable[[], bytes | None] = field(repr=False, compare=False)
    requires_python: str | None = None
    upload_time: datetime = LONG_AGO
    yanked: bool | str = False
    known_size: int | None = None
    known_sha256: str | None = None
    known_metadata_sha256: str | None = None

    def path(self) -> Path:
        """Where the file is; it is made, or fetched, if need be."""
        return self.fetch()

    def metadata(self) -> bytes | None:
        """The wheel's METADATA, byte for byte (PEP 658), before the wheel is there; None for an sdist."""
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
        """Hex digest of the METADATA, None if there is none to be had apart from the file."""
        if self.known_metadata_sha256 is not None:
            return self.known_metadata_sha256
        content = self.metadata()
        return None if content is None else hashlib.sha256(content).hexdigest()

    @cached_property
    def _package(self) -> Package:
        return Package.at(self.path())


class Source(Protocol):
    """Somewhere that other people's distributions come from: the environment, a folder, another index."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def offers(self, project: str) -> Sequence[Offer]:
        """The files of a project, by normalized name; none if it is unknown here."""

    def find(self, filename: str) -> Offer | None:
        """The file of that name, if it is here."""
