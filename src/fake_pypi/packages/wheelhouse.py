"""A folder of wheels and sdists, offered as they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.packages.metadata import metadata_bytes, read_metadata
from fake_pypi.packages.offer import Offer

CLOCK_TICK = 2 * 10**9
"""Nanoseconds within which a file system may give two changes of a folder the same time."""


class WheelhousePackages:
    """The distribution files that lie in a folder (not in folders below it).

    >>> WheelhousePackages("wheels").offers("demo")        # doctest: +SKIP
    [Offer(project='demo', version='1.0', filename='demo-1.0-py3-none-any.whl', …)]

    File names are read at the first question and again when the folder changes; a file is opened only when
    its project is asked for. Files that are no distributions are passed over.
    `UsageError` if the path is no folder.
    """

    def __init__(self, directory: str | Path) -> None:
        self._directory = Path(directory).absolute()
        self._lock = threading.Lock()
        self._changed_at = -1
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._offers: dict[str, tuple[tuple[int, int], Offer]] = {}
        self.name = f"the wheelhouse {directory}"
        if not self._directory.is_dir():
            raise UsageError(f"{directory} is no folder", "name one that holds wheels or sdists")

    def offers(self, project: str) -> Sequence[Offer]:
        """The files of a project, by its normalized name."""
        with self._lock:
            self._look()
            offers = [self._offer(project, *each) for each in self._names.get(project, [])]
        return [offer for offer in offers if offer is not None]

    def find(self, filename: str) -> Offer | None:
        """The file of that name."""
        parsed = parse_filename(filename)
        if parsed is None:
            return None
        return next((offer for offer in self.offers(parsed[0]) if offer.filename == filename), None)

    def projects(self) -> list[str]:
        """The normalized names of all projects in the folder."""
        with self._lock:
            self._look()
            return sorted(self._names)

    def _look(self) -> None:
        """Read the folder again if it changed; a folder that has gone away is empty."""
        try:
            changed_at = self._directory.stat().st_mtime_ns
            if changed_at == self._changed_at and time.time_ns() - changed_at > CLOCK_TICK:
                return
            names = sorted(path.name for path in self._directory.iterdir())
        except OSError:
            self._changed_at, self._names = -1, {}
            return
        self._changed_at, self._names = changed_at, {}
        for filename in names:
            if parsed := parse_filename(filename):
                self._names.setdefault(parsed[0], []).append((parsed[1], filename))

    def _offer(self, project: str, version: str, filename: str) -> Offer | None:
        """The offer of a file, remembered for as long as the file is the same."""
        path = self._directory / filename
        try:
            facts = path.stat()
        except OSError:
            return None
        seen = (facts.st_mtime_ns, facts.st_size)
        if self._offers.get(filename, (None,))[0] != seen:
            offer = Offer(
                project,
                version,
                filename,
                fetch=partial(Path, path),
                fetch_metadata=partial(_wheel_metadata, path),
                requires_python=_requires_python(path),
                known_size=facts.st_size,
            )
            self._offers[filename] = (seen, offer)
        return self._offers[filename][1]


def parse_filename(filename: str) -> tuple[str, str] | None:
    """Normalized project name and version of a distribution's file name; None if it is not one's.

    >>> parse_filename("Demo_Tool-1.0-py3-none-any.whl")
    ('demo-tool', '1.0')
    """
    from packaging.utils import (
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if filename.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
    except ValueError:  # either is one; so is a number with more digits than Python reads
        return None
    return name, str(version)


def _wheel_metadata(path: Path) -> bytes | None:
    try:
        return metadata_bytes(path) if path.name.endswith(".whl") else None
    except UnreadablePackage:
        return None


def _requires_python(path: Path) -> str | None:
    try:
        return read_metadata(path).get("requires_python")
    except UnreadablePackage:
        return None
