"""Pages that lag behind: PyPI's caches show a change here at once and there a while later.

    pypi.propagation.delay("simple", seconds=60)              # the JSON API shows it, installers do not see it
    pypi.propagation.delay("simple-json", requests=2)         # the third request sees it
    pypi.propagation.delay("json", seconds=60, alternating=True)   # two cache nodes: every second hit works

A change is whatever moves a project: an upload, a yank, a deletion, a status. Who sees a change late sees the
project as it was before.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.history import Change

SURFACES = {
    "simple": ("list", "simple-html", "simple-json"),
    "list": ("list",),
    "simple-html": ("simple-html",),
    "simple-json": ("simple-json",),
    "json": ("json",),
    "files": ("files",),
    "all": ("list", "simple-html", "simple-json", "json", "files"),
}


@dataclass(frozen=True)
class Delay:
    """How late a change is on one surface. It counts for changes after the one with the id `after`."""

    surface: str
    project: str | None
    seconds: float
    requests: int
    alternating: bool
    after: int


class Propagation:
    """The delays of one index; none from the start."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._delays: list[Delay] = []
        self._asked: Counter[tuple[str, str]] = Counter()
        self._met: dict[tuple[str, str, str, int], int] = {}

    def delay(
        self,
        *surfaces: str,
        project: str | None = None,
        seconds: float = 0.0,
        requests: int = 0,
        alternating: bool = False,
    ) -> None:
        """Let what changes from now on be seen late on some surfaces (without any, on all of them).

        `seconds` are those of the index's clock, `requests` how many requests for a project (on the surface
        "files": for a file; on "list": for `/simple/`) still see the old state; with both, the later one holds.
        `alternating`: every second request already goes to a node that is up to date. `project` None means
        every project. A surface that is none is a `UsageError`.
        """
        for surface in surfaces or ("all",):
            if surface not in SURFACES:
                raise UsageError(f"there is no surface {surface!r}", f"one of {', '.join(SURFACES)}")
        self._index.history.start()
        name = None if project is None else normalized(project)
        after = self._index.history.newest()
        with self._lock:
            for each in dict.fromkeys(each for surface in surfaces or ("all",) for each in SURFACES[surface]):
                self._delays.append(Delay(each, name, seconds, requests, alternating, after))

    def clear(self) -> None:
        """Let everybody see everything at once again."""
        with self._lock:
            self._delays.clear()
            self._asked.clear()
            self._met.clear()

    def concerns(self, surface: str) -> bool:
        """Whether anything can be late there; false costs nothing."""
        return any(each.surface == surface for each in self._delays)

    def seen(self, surface: str, name: str, *, part: str = "") -> Index:
        """Return the index as the present request for a project sees it; every call counts as one request.

        `part`: what is counted by itself, such as a file. A name that is not normalized is only redirected,
        and that is never late.
        """
        if not self.concerns(surface) or name != normalized(name) or not self._index.history.changes(name):
            return self._index  # without a change there is nothing to hide, and no request to count
        cut = self._cut(surface, name, part, self._hit(surface, part or name))
        return self._index if cut is None else self._index.as_in(self._index.history.before({name: cut.id}))

    def seen_list(self) -> Index:
        """Return the index as the present request for the list of projects sees it."""
        if not self.concerns("list"):
            return self._index
        history, hit = self._index.history, self._hit("list", "")
        cuts = {name: cut.id for name in history.names() if (cut := self._cut("list", name, "", hit))}
        return self._index.as_in(history.before(cuts, everybody=True)) if cuts else self._index

    def seen_file(self, path: str) -> Index:
        """Return the index as the present request for a file at that path below /packages/ sees it."""
        name = self._index.history.owner_of(path) if self.concerns("files") else None
        return self._index if name is None else self.seen("files", name, part=path)

    def _hit(self, surface: str, what: str) -> int:
        with self._lock:
            self._asked[surface, what] += 1
            return self._asked[surface, what]

    def _cut(self, surface: str, name: str, part: str, hit: int) -> Change | None:
        """The first change of a project that has not arrived; it and all later ones are not seen."""
        delays = [each for each in self._delays if each.surface == surface and each.project in (None, name)]
        changes = self._index.history.changes(name) if delays else []
        with self._lock:
            met = [self._met.setdefault((surface, name, part, each.turn), hit) for each in changes]
        return next(
            (
                change
                for change, first in zip(changes, met, strict=True)
                if any(self._is_late(delay, change, hit, hit - first) for delay in delays)
            ),
            None,
        )

    def _is_late(self, delay: Delay, change: Change, hit: int, earlier: int) -> bool:
        """Whether a delay hides a change from a request; `earlier` ones have missed it already."""
        if change.id <= delay.after or (delay.alternating and hit % 2 == 0):
            return False
        return self._index.clock.timestamp() < change.at + delay.seconds or earlier < delay.requests
