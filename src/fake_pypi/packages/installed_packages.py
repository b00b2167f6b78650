"""The distributions of the running environment as a package source, so that builds and installs work offline."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from fake_pypi.packages.package_source import FallbackFile
from fake_pypi.packages.repack import InstalledDistribution


class InstalledPackages:
    """The distributions of the running environment, re-packed into wheels on request.

    >>> source = InstalledPackages(cache_dir, without={"my-project"})        # doctest: +SKIP
    >>> [file.filename for file in source.files("setuptools")]          # doctest: +SKIP
    ['setuptools-80.9.0-py3-none-any.whl']

    The environment is listed once, at the first request. The projects in `without` (normalized names), editable
    installs, and distributions without RECORD are left out. `paths` are the folders to list, by default `sys.path`;
    if two of them contain the same project, the first takes precedence, as for `import`.
    Safe for several threads, and for several processes with the same `cache_dir`.
    """

    name = "the packages installed here"

    def __init__(
        self,
        cache_dir: str | Path,
        *,
        without: Collection[str] = frozenset(),
        paths: Sequence[str | Path] | None = None,
    ) -> None:
        self._cache_dir = Path(cache_dir)
        self._without = frozenset(without)
        self._paths = paths
        self._lock = threading.Lock()
        self._distributions: dict[str, InstalledDistribution] | None = None
        self._files: dict[str, Sequence[FallbackFile]] = {}

    def files(self, project: str) -> Sequence[FallbackFile]:
        """Return the wheel of a project, by its normalized name; nothing if it is not installed or has no wheel."""
        with self._lock:
            installed = self._projects().get(project)
            if installed is None:
                return ()
            if project not in self._files:
                self._files[project] = self._repackable_file(project, installed)
            return self._files[project]

    def find(self, filename: str) -> FallbackFile | None:
        """Return the wheel of that file name, or None."""
        project = _normalized(filename.partition("-")[0])
        return next((file for file in self.files(project) if file.filename == filename), None)

    def projects(self) -> list[str]:
        """Return the normalized names of all projects of which a wheel can be made."""
        with self._lock:
            distributions = dict(self._projects())
        return sorted(name for name, installed in distributions.items() if installed.can_be_repacked)

    def _projects(self) -> dict[str, InstalledDistribution]:
        """Return the distributions by normalized project name, without reading a file."""
        if self._distributions is None:
            self._distributions = {}
            for folder in sys.path if self._paths is None else self._paths:
                for dist_info in _dist_info_folders(Path(folder)):
                    project = _normalized(dist_info.stem.rpartition("-")[0])
                    if project not in self._without:
                        self._distributions.setdefault(project, InstalledDistribution(dist_info))
        return self._distributions

    def _repackable_file(self, project: str, installed: InstalledDistribution) -> Sequence[FallbackFile]:
        if not installed.can_be_repacked:
            return ()
        target = self._target(installed)
        file = FallbackFile(
            project,
            installed.headers["version"],
            installed.filename,
            fetch=partial(_repack_once, installed, target, threading.Lock()),
            fetch_metadata=lambda: installed.metadata,
            requires_python=installed.headers.get("requires-python"),
        )
        return (file,)

    def _target(self, installed: InstalledDistribution) -> Path:
        """Return the path of the wheel, which depends on RECORD so that a shared cache never returns old files."""
        record = (installed.dist_info / "RECORD").read_bytes()
        key = f"{installed.dist_info}\0".encode("utf-8", "surrogateescape") + record
        return self._cache_dir / hashlib.sha256(key).hexdigest()[:16] / installed.filename


def editable_projects(paths: Sequence[str | Path] | None = None) -> dict[str, str]:
    """Return the folders of the projects that are editable installs here, by normalized name.

    Their files are not in site-packages, so there is nothing to re-pack. One without a known folder has ".".
    """
    project_folders: dict[str, str] = {}
    for folder in sys.path if paths is None else paths:
        for dist_info in _dist_info_folders(Path(folder)):
            installed = InstalledDistribution(dist_info)
            try:
                editable = installed.is_editable
            except (OSError, ValueError):  # no RECORD, or one that cannot be read
                continue
            if editable:
                project = _normalized(dist_info.stem.rpartition("-")[0])
                project_folders.setdefault(project, installed.project_folder or ".")
    return project_folders


def _repack_once(installed: InstalledDistribution, target: Path, lock: threading.Lock) -> Path:
    """Make the wheel unless it exists; it is moved into place when it is complete."""
    with lock:
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=target.parent, suffix=".part")
            os.close(handle)
            try:
                installed.repack(Path(unfinished))
                Path(unfinished).replace(target)
            finally:
                Path(unfinished).unlink(missing_ok=True)
    return target


def _dist_info_folders(folder: Path) -> list[Path]:
    if folder.name == "_vendor":  # setuptools puts its private copies at the end of sys.path
        return []
    try:
        return sorted(folder.glob("*.dist-info"))
    except OSError:  # sys.path may contain zip files and folders without read permission
        return []


def _normalized(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)
