"""The pairs of indexes (or single other servers) that a control API serves, each with an id."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.fake.pypi import FakePyPI

if TYPE_CHECKING:
    from fake_pypi.clients.connection_settings import ConnectionSettings
    from fake_pypi.web.snapshots import Snapshot

MAIN = "main"
"""The id of the pair that the process was started with."""
MOST_PAIRS, MOST_SNAPSHOTS = 100, 100

SiteName = Literal["pypi", "testpypi", "pypiserver", "devpi", "gitlab", "nexus"]


class IndexPair(Protocol):
    """What the control API needs of `FakeIndexes`."""

    by_name: dict[str, FakePyPI]

    @property
    def blocked_requests(self) -> list[str]:
        """The requests to other hosts that were rejected."""

    @property
    def notices(self) -> list[str]:
        """Lines for the user about the data folder."""

    def connection(self, *, credentials: bool = True) -> ConnectionSettings:
        """Return the addresses, the certificate and the tokens."""

    def snapshot(self) -> dict[str, Snapshot]:
        """Return the state of both indexes."""

    def restore(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Return to a state."""

    def reset(self) -> None:
        """Empty both indexes."""

    def close(self) -> None:
        """Close both indexes."""


@dataclass
class ControlledPair:
    """A pair of indexes, or another server, with its id, its snapshots by their ids, and the number of the last one."""

    id: str
    indexes: IndexPair
    snapshots: dict[str, dict[str, Snapshot]] = field(default_factory=dict)
    last_snapshot: int = 0


class ControlledPairs:
    """The pairs of one control API: the main one, and those that `open_pair` opens with ports of their own."""

    def __init__(self, main: IndexPair, open_pair: Callable[..., IndexPair]) -> None:
        self._open_pair = open_pair
        self._lock = threading.Lock()
        self._pairs = {MAIN: ControlledPair(MAIN, main)}
        self._last = 1

    def all(self) -> list[ControlledPair]:
        """Return the pairs, the main one first."""
        with self._lock:
            return [*self._pairs.values()]

    def get(self, pair_id: str) -> ControlledPair:
        """Return the pair with that id. Raises `NotFound`."""
        with self._lock:
            if pair_id not in self._pairs:
                raise NotFound("pair of indexes", pair_id, self._pairs)
            return self._pairs[pair_id]

    def id_of(self, indexes: IndexPair) -> str:
        """Return the id of a pair of indexes, "" for one that has ended."""
        return next((pair.id for pair in self.all() if pair.indexes is indexes), "")

    def open(self, **options: Any) -> ControlledPair:
        """Open another pair. Raises `UsageError` and `PortInUse`."""
        if len(self.all()) >= MOST_PAIRS:
            raise UsageError(f"there are {MOST_PAIRS} pairs of indexes", "end one with DELETE")
        indexes = self._open_pair(**options)
        with self._lock:
            self._last += 1
            pair = ControlledPair(f"pair-{self._last}", indexes)
            self._pairs[pair.id] = pair
        return pair

    def end(self, pair_id: str) -> None:
        """Close a pair. Raises `NotFound`, and `UsageError` for the main one."""
        if pair_id == MAIN:
            raise UsageError("the main pair of indexes ends with its process", "reset it, or stop the process")
        pair = self.get(pair_id)
        with self._lock:
            self._pairs.pop(pair_id, None)
        pair.snapshots.clear()
        pair.indexes.close()

    def close(self) -> None:
        """Close every pair but the main one."""
        for pair in self.all():
            if pair.id != MAIN:
                self.end(pair.id)


def all_pairs(pairs: ControlledPairs) -> ControlledPairs:
    """Return what addresses above every pair are about."""
    return pairs


def pair_of(pairs: ControlledPairs, indexes: str) -> ControlledPair:
    """Return the pair that an address is about."""
    return pairs.get(indexes)


def index_of(pairs: ControlledPairs, indexes: str, site: SiteName) -> FakePyPI:
    """Return the index that an address is about. Raises `NotFound` for one that the pair does not have."""
    by_name = pairs.get(indexes).indexes.by_name
    if site not in by_name:
        raise NotFound("index", site, by_name)
    return by_name[site]
