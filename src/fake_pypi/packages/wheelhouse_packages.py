"""A folder of wheels and sdists as a package source."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fake_pypi.errors import UnreadablePackage, UsageError
from fake_pypi.packages.distribution_metadata import metadata_bytes, read_metadata
from fake_pypi.packages.package_source import FallbackFile

CLOCK_TICK = 2 * 10**9
"""Nanoseconds within which a file system may give two changes of a folder the same time."""


class WheelhousePackages:
    """The distribution files in a folder, not in its subfolders.

    >>> WheelhousePackages("wheels").files("demo")        # doctest: +SKIP
    [FallbackFile(project='demo', version='1.0', filename='demo-1.0-py3-none-any.whl', …)]

    The folder is listed at the first request, and again after it has changed; a file is opened when its project is
    requested. Other files are ignored. Raises `UsageError` if the path is not a folder.
    """

    def __init__(self, directory: str | Path) -> None:
        self._directory = Path(directory).absolute()
        self._lock = threading.Lock()
        self._changed_at = -1
        self._names: dict[str, list[tuple[str, str]]] = {}
        self._files: dict[str, tuple[tuple[int, int], FallbackFile]] = {}
        self.name = f"the wheelhouse {directory}"
        if not self._directory.is_dir():
            raise UsageError(f"{directory} is not a folder", "give the path of a folder with wheels or sdists")

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the files of a project, by its normalized name."""
        with self._lock:
            self._refresh()
            files = [self._file(project, version, name) for version, name in self._names.get(project, [])]
        return [file for file in files if file is not None]

    def find(self, filename: str) -> FallbackFile | None:
        """Return the file of that name, or None."""
        parsed = parse_filename(filename)
        if parsed is None:
            return None
        return next((file for file in self.files(parsed[0]) if file.filename == filename), None)

    def projects(self) -> list[str]:
        """Return the normalized names of all projects in the folder."""
        with self._lock:
            self._refresh()
            return sorted(self._names)

    def _refresh(self) -> None:
        """List the folder again if it has changed; a folder that no longer exists counts as empty."""
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

    def _file(self, project: str, version: str, filename: str) -> FallbackFile | None:
        """Return a file, the same object until the file changes; None if it no longer exists."""
        path = self._directory / filename
        try:
            status = path.stat()
        except OSError:
            return None
        state = (status.st_mtime_ns, status.st_size)
        if self._files.get(filename, (None,))[0] != state:
            file = FallbackFile(
                project,
                version,
                filename,
                fetch=partial(Path, path),
                fetch_metadata=partial(_wheel_metadata, path),
                requires_python=_requires_python(path),
                known_size=status.st_size,
            )
            self._files[filename] = (state, file)
        return self._files[filename][1]


def parse_filename(filename: str) -> tuple[str, str] | None:
    """Return normalized project name and version of a distribution's file name; None if it is not valid.

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
    except ValueError:  # the errors of both functions, and of `int` for very long numbers
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
