"""One index without its socket: its state, its files, its rules, its record."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import IndexClosed, StorageError, UsageError
from fake_pypi.index import Index
from fake_pypi.sites import PYPI, Site
from fake_pypi.temporary import new_folder
from fake_pypi.turns import TURNS
from fake_pypi.web.backup import back_up
from fake_pypi.web.data_folder import FILES, SPOOL, DataFolder, make_private_folder, sync
from fake_pypi.web.faults.active import Faults
from fake_pypi.web.page_cache import PageCache
from fake_pypi.web.recording.record import Record
from fake_pypi.web.recording.rejected_files import RejectedFiles
from fake_pypi.web.unlisted_files import UnlistedFiles

if TYPE_CHECKING:
    from fake_pypi.packages.package_source import PackageSource
    from fake_pypi.rules.rule_set import RuleSet
    from fake_pypi.web.engine import Engine
    from fake_pypi.web.identity_provider import Issuer


REJECTED = "rejected"
"""The folder of rejected files, which only an index without a data folder has."""
CLOSE_SECONDS = 0.5
"""Seconds that the end of an index, and a reset of it, wait for requests that are being processed."""


class Instance:
    """One index, composed of its parts, without a socket. `close` discards it; nothing is cleaned up for another use.

    `site` is the one that it imitates. `data` is the folder in which it is stored; None: in memory, with its files in a
    temporary folder that `close` removes. It is the `FileStorage` of the operations.
    `sources` are the package sources, for reading only.
    """

    def __init__(
        self,
        site: Site = PYPI,
        *,
        data: Path | None = None,
        rule_set: RuleSet | None = None,
        sources: Sequence[PackageSource] = (),
    ) -> None:
        self._data = None if data is None else DataFolder(data)
        self._rule_set = rule_set
        self._lock = threading.RLock()
        self._folder: Path | None = data
        self._engine: Engine | None = None
        self.unlisted_files = UnlistedFiles(self._remove_bytes)
        self.index = Index(site) if self._data is None else self._opened(site, self._data)
        self.browser_url: str | None = None
        """The address to which pages are redirected when a browser opens them by IP address; None: they are not."""
        self.record = Record()
        self.rejected_files = RejectedFiles(lambda: self._private_folder(REJECTED)) if data is None else None
        self.faults = Faults(self.index)
        self.page_cache = PageCache()
        self.sources = tuple(sources)
        self._issuers: dict[str, Issuer] = {}
        self.is_closed = False
        self._running = 0
        self._paused = False
        self._one_at_a_time = threading.Lock()
        self._ended = threading.Condition()
        self._first_rule_set: RuleSet | None = rule_set

    @contextmanager
    def answering(self) -> Iterator[bool]:
        """Keep the index open while a request is processed; yield False when it is closed already."""
        with self._ended:
            self._ended.wait_for(lambda: not self._paused)
            is_open = not self.is_closed
            self._running += is_open
        try:
            with self.index.db.pinned():
                yield is_open
        finally:
            with self._ended:
                self._running -= is_open
                self._ended.notify_all()

    @property
    def is_ready(self) -> bool:
        """Whether requests can be processed: the index is open, and its database and its folder can be read."""
        try:
            return not self.is_closed and bool(self.index.db.value("SELECT 1")) and self.folder.is_dir()
        except (StorageError, sqlite3.Error, OSError):
            return False

    @contextmanager
    def no_requests(self) -> Iterator[None]:
        """Let new requests wait, and give those that are being processed `CLOSE_SECONDS` to end.

        Those that take longer cannot change the index any more once its state is replaced. Raises `IndexClosed`.
        """
        with self._one_at_a_time:
            with self._ended:
                if self.is_closed:
                    raise IndexClosed(self.site.name)
                self._paused = True
                self.faults.release()
                self._ended.wait_for(lambda: not self._running, CLOSE_SECONDS)
            try:
                yield
            finally:
                with self._ended:
                    self._paused = False
                    self._ended.notify_all()

    @property
    def site(self) -> Site:
        """The site that the index imitates."""
        return self.index.site

    @property
    def notices(self) -> list[str]:
        """Lines for the user about the data folder: its state, and what was changed."""
        return [] if self._data is None else self._data.notices

    def _opened(self, site: Site, data: DataFolder) -> Index:
        data.make()
        index = Index(site, data.database)
        try:
            data.settle(index.releases.sizes())
        except StorageError as failure:
            index.close()
            raise UsageError(failure.what, failure.next_step) from None
        except BaseException:
            index.close()
            raise
        return index

    def identity_provider(self, issuer: str) -> Issuer:
        """Return the CI's identity provider of that real name."""
        with self._lock:
            if issuer not in self._issuers:
                from fake_pypi.web.identity_provider import Issuer

                self._issuers[issuer] = Issuer(issuer, self.index.clock)
            return self._issuers[issuer]

    @property
    def identity_providers(self) -> tuple[Issuer, ...]:
        """The identity providers that were used so far."""
        return tuple(self._issuers.values())

    @property
    def rule_set(self) -> RuleSet:
        """The rules, in order; initially those of the site."""
        if self._rule_set is None:
            self._rule_set = self.first_rule_set
        return self._rule_set

    @rule_set.setter
    def rule_set(self, rule_set: RuleSet) -> None:
        self._rule_set = rule_set

    @property
    def first_rule_set(self) -> RuleSet:
        """The rules that `reset` returns to."""
        from fake_pypi.rules.order import RULE_SETS

        return self._first_rule_set or RULE_SETS[self.site.rules]

    def begin_with(self, rule_set: RuleSet) -> None:
        """Use a rule set now and after each reset."""
        self._rule_set = self._first_rule_set = rule_set

    @property
    def folder(self) -> Path:
        """The folder of spool and files, which are on one file system."""
        with self._lock:
            if self._folder is None:
                self._folder = new_folder("index")
            return self._folder

    @cached_property
    def spool(self) -> Path:
        """The folder of uploads that are not accepted yet."""
        return self._private_folder(SPOOL)

    @cached_property
    def files(self) -> Path:
        """The folder of accepted files, which pypiserver serves."""
        return self._private_folder(FILES)

    @property
    def engine(self) -> Engine:
        """The pypiserver app over the files, made at the first use: a rejected upload does not need it."""
        with self._lock:
            if self._engine is None:
                from fake_pypi.web.engine import Engine

                self._engine = Engine(self.files, durable=self._data is not None)
            return self._engine

    def sync(self, spooled: Path) -> None:
        """Wait until a spooled file is on the disk, if the instance has a data folder."""
        if self._data is not None:
            with TURNS.paused():
                sync(spooled)

    def put(self, path: str, spooled: Path) -> None:
        """Store a spooled file at a path below /packages/."""
        self.unlisted_files.list(path)
        self.engine.put(path, spooled)

    def remove(self, path: str) -> None:
        """Remove the bytes of a file whose upload failed, unless a snapshot has the same file."""
        self.unlisted_files.remove(path)

    def discard(self, path: str) -> None:
        """Remove the bytes of a deleted file, unless a snapshot has it or a fault lets it be served for a while.

        Those are removed when the instance is closed, at the latest.
        """
        if self.faults.keep_deleted_files:
            self.unlisted_files.unlist([path])
        else:
            self.unlisted_files.remove(path)

    def _remove_bytes(self, path: str) -> None:
        self.engine.remove(path)

    def back_up(self, folder: str | Path) -> list[str]:
        """Copy the state, database and files, into a new folder that `data` accepts, also while clients use the index.

        Return the paths of files that the index has lost. Raises `UsageError` for a folder that is not empty.
        """
        return back_up(self.index.db, self.files, Path(folder))

    def close(self) -> None:
        """Close the database, and remove the folder unless it is a data folder. Later requests receive 503.

        Requests that are being processed have `CLOSE_SECONDS` to end; then their connections are closed.
        """
        with self._ended:
            self.is_closed = True
            self.faults.release()
            self._ended.wait_for(lambda: not self._running, CLOSE_SECONDS)
        if self._data is not None:
            self.unlisted_files.remove_all()
        else:
            self.unlisted_files.close()
        self.index.close()
        if self._data is None and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _private_folder(self, name: str) -> Path:
        folder = self.folder / name
        make_private_folder(folder)
        return folder
