"""Everything behind one index's address: its state, its files, its rules, its record."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageMistake
from fake_pypi.index import Index
from fake_pypi.web.propagation import Propagation
from fake_pypi.web.recording import Record

if TYPE_CHECKING:
    from fake_pypi.packages.offer import Source
    from fake_pypi.rules.book import RuleBook
    from fake_pypi.web.engine import Engine
    from fake_pypi.web.identity_provider import Issuer


class World:
    """One index put together, without a socket. Thrown away with `close`, never cleaned.

    `data` is the folder where it lasts; None: in memory, with its files in a folder that goes with it.
    `sources` are asked for other people's distributions, for reading only.
    """

    def __init__(
        self,
        kind: str = "pypi",
        *,
        data: Path | None = None,
        book: RuleBook | None = None,
        sources: Sequence[Source] = (),
    ) -> None:
        self._data = data
        self._book = book
        self._lock = threading.RLock()
        self._folder: Path | None = data
        self._engine: Engine | None = None
        if data is not None:
            _made(data)
        self.index = Index(kind, None if data is None else data / "index.sqlite3")
        if data is not None:
            self._sweep()
        self.record = Record()
        self.propagation = Propagation(self.index)
        self.sources = tuple(sources)
        self._issuers: dict[str, Issuer] = {}

    def identity_provider(self, issuer: str) -> Issuer:
        """The CI's identity provider of that real name, as this world knows it."""
        with self._lock:
            if issuer not in self._issuers:
                from fake_pypi.web.identity_provider import Issuer

                self._issuers[issuer] = Issuer(issuer, self.index.clock)
            return self._issuers[issuer]

    @property
    def identity_providers(self) -> tuple[Issuer, ...]:
        """The identity providers that somebody has asked for so far."""
        return tuple(self._issuers.values())

    @property
    def book(self) -> RuleBook:
        """The rules, in order; PyPI's own from the start."""
        if self._book is None:
            from fake_pypi.rules.order import PYPI

            self._book = PYPI
        return self._book

    @book.setter
    def book(self, book: RuleBook) -> None:
        self._book = book

    @property
    def folder(self) -> Path:
        """Where spool and files lie, on one file system."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="fake-pypi-"))
            return self._folder

    @cached_property
    def spool(self) -> Path:
        """Where uploads wait for their judgement."""
        return _made(self.folder / "spool")

    @cached_property
    def files(self) -> Path:
        """Where accepted files lie, as pypiserver serves them."""
        return _made(self.folder / "files")

    @property
    def engine(self) -> Engine:
        """The pypiserver app over the files, made at the first one."""
        with self._lock:
            if self._engine is None:
                from fake_pypi.web.engine import Engine

                self._engine = Engine(self.files)
            return self._engine

    def discard(self, path: str) -> None:
        """Remove the bytes of a deleted file, unless the file host may still have to show them for a while.

        Those go with the world, or at the next start.
        """
        if not self.propagation.concerns("files"):
            self.engine.remove(path)

    def _sweep(self) -> None:
        """Remove what a crash left: spooled uploads, and files whose row was never committed.

        Only at the start, while nothing can be on its way in.
        """
        kept = self.index.releases.paths()
        for left in self.spool.iterdir():
            left.unlink()
        for file in self.files.rglob("*"):
            if file.is_file() and file.relative_to(self.files).as_posix() not in kept:
                file.unlink()

    def close(self) -> None:
        """Close the database and remove the folder, unless it was to last."""
        self.index.close()
        if self._data is None and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{str(folder)!r} cannot be a folder for data: {error.strerror}"
        raise UsageMistake(what, "name another one") from None
    return folder
