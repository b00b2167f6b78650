"""What is installed around us, offered as wheels, so that builds and installs work offline."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from fake_pypi.packages.offer import Offer
from fake_pypi.packages.repack import Installed


class InstalledPackages:
    """The distributions of the running environment, re-packed into wheels when somebody asks for one.

    >>> source = InstalledPackages(cache_dir, without={"my-project"})        # doctest: +SKIP
    >>> [offer.filename for offer in source.offers("setuptools")]          # doctest: +SKIP
    ['setuptools-80.9.0-py3-none-any.whl']

    The environment is looked through once, at the first question. Left out: the projects in `without`
    (normalized names), editable installs, and what has no RECORD. `paths` are the folders to look into, by
    default `sys.path`; where two hold the same project the first counts, as for `import`.
    Several threads, and several processes with the same `cache_dir`, may ask at once.
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
        self._found: dict[str, Installed] | None = None
        self._offers: dict[str, Sequence[Offer]] = {}

    def offers(self, project: str) -> Sequence[Offer]:
        """The wheel of a project by its normalized name, or nothing."""
        with self._lock:
            installed = self._projects().get(project)
            if installed is None:
                return ()
            if project not in self._offers:
                self._offers[project] = self._offer(project, installed)
            return self._offers[project]

    def find(self, filename: str) -> Offer | None:
        """The wheel with exactly this file name, if it is ours."""
        project = _normalized(filename.partition("-")[0])
        return next((offer for offer in self.offers(project) if offer.filename == filename), None)

    def projects(self) -> list[str]:
        """The normalized names of everything that can be offered."""
        with self._lock:
            found = dict(self._projects())
        return sorted(name for name, installed in found.items() if installed.can_be_repacked)

    def _projects(self) -> dict[str, Installed]:
        """Each dist-info folder by normalized project name; reads no file."""
        if self._found is None:
            self._found = {}
            for folder in sys.path if self._paths is None else self._paths:
                for dist_info in _dist_info_folders(Path(folder)):
                    project = _normalized(dist_info.stem.rpartition("-")[0])
                    if project not in self._without:
                        self._found.setdefault(project, Installed(dist_info))
        return self._found

    def _offer(self, project: str, installed: Installed) -> Sequence[Offer]:
        if not installed.can_be_repacked:
            return ()
        target = self._target(installed)
        offer = Offer(
            project,
            installed.headers["version"],
            installed.filename,
            fetch=partial(_materialise, installed, target, threading.Lock()),
            fetch_metadata=lambda: installed.metadata,
            requires_python=installed.headers.get("requires-python"),
        )
        return (offer,)

    def _target(self, installed: Installed) -> Path:
        """Where the wheel goes; another RECORD is another place, so a shared cache never serves old files."""
        record = (installed.dist_info / "RECORD").read_bytes()
        place = f"{installed.dist_info}\0".encode("utf-8", "surrogateescape") + record
        return self._cache_dir / hashlib.sha256(place).hexdigest()[:16] / installed.filename


def editable_projects(paths: Sequence[str | Path] | None = None) -> dict[str, str]:
    """Return the folders of the projects that are editable installs here, by normalized name.

    Their files are not in site-packages, so there is nothing to re-pack. One without a known folder has ".".
    """
    found: dict[str, str] = {}
    for folder in sys.path if paths is None else paths:
        for dist_info in _dist_info_folders(Path(folder)):
            installed = Installed(dist_info)
            try:
                editable = installed.is_editable
            except (OSError, ValueError):  # no RECORD, or one that cannot be read
                continue
            if editable:
                project = _normalized(dist_info.stem.rpartition("-")[0])
                found.setdefault(project, installed.project_folder or ".")
    return found


def _materialise(installed: Installed, target: Path, lock: threading.Lock) -> Path:
    """The wheel, made unless it is there; it appears complete or not at all."""
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
    except OSError:  # zip files, folders that may not be read: sys.path holds anything
        return []


def _normalized(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)
