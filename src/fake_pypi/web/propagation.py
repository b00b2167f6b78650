"""Pages that show an earlier state of the index, as PyPI's caches do for a while after each change.

`Delay` decides which changes a fault of the kind `stale` hides, and `index_seen` returns the state that a request sees.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.index import Index
    from fake_pypi.index.history import Change

PAGES = {
    "simple": ("list", "simple-html", "simple-json"),
    "list": ("list",),
    "simple-html": ("simple-html",),
    "simple-json": ("simple-json",),
    "json": ("json",),
    "files": ("files",),
    "all": ("list", "simple-html", "simple-json", "json", "files"),
}
"""What can be stale, by its name in a fault: `/simple/`, the pages of projects in both formats, JSON, files."""


class Delay:
    """Hides the changes that are made after it: for some seconds, and from some requests for each page.

    `project` None means the changes of every project. Requests are counted for each project (on "list" together,
    on "files" for each file).
    """

    def __init__(
        self,
        index: Index,
        *,
        pages: Sequence[str],
        project: str | None,
        seconds: float,
        requests: float,
        alternating: bool,
    ) -> None:
        index.history.start()
        self._index = index
        self._pages = frozenset(page for name in pages for page in PAGES[name])
        self._project = project
        self._seconds = seconds
        self._requests = requests
        self._alternating = alternating
        self._after = index.history.newest()
        self._lock = threading.Lock()
        self._counted: Counter[tuple[str, str]] = Counter()
        self._first_hits: dict[tuple[str, str, str, int], int] = {}

    def concerns(self, page: str) -> bool:
        """Return whether any change is hidden on these pages."""
        return page in self._pages

    def count(self, page: str, key: str) -> int:
        """Count a request for a page; return its number."""
        with self._lock:
            self._counted[page, key] += 1
            return self._counted[page, key]

    def first_hidden(self, page: str, name: str, part: str, hit: int) -> Change | None:
        """Return the first change of a project that request number `hit` does not see, nor any later change."""
        if self._project not in (None, name):
            return None
        changes = [change for change in self._index.history.changes(name) if change.id > self._after]
        with self._lock:
            first_hits = [self._first_hits.setdefault((page, name, part, change.turn), hit) for change in changes]
        if self._alternating and hit % 2 == 0:
            return None
        now = self._index.clock.timestamp()
        return next(
            (
                change
                for change, first in zip(changes, first_hits, strict=True)
                if now < change.at + self._seconds or hit - first < self._requests
            ),
            None,
        )


def index_seen(index: Index, delays: Sequence[Delay], page: str, name: str, *, part: str = "") -> Index:
    """Return the index as a request for a project's page sees it; every call counts as one request.

    `part`: what is counted separately, such as a file. A name that is not normalized is only redirected, which
    is never delayed.
    """
    delays = [delay for delay in delays if delay.concerns(page)]
    if not delays or name != normalized(name) or not index.history.changes(name):
        return index  # without a change there is nothing to hide, and no request to count
    hidden = [delay.first_hidden(page, name, part, delay.count(page, part or name)) for delay in delays]
    cuts = [change.id for change in hidden if change is not None]
    return index.as_in(index.history.before({name: min(cuts)})) if cuts else index


def index_seen_by_list(index: Index, delays: Sequence[Delay]) -> Index:
    """Return the index as a request for the list of projects sees it."""
    cuts: dict[str, int] = {}
    for delay in delays:
        if not delay.concerns("list"):
            continue
        hit = delay.count("list", "")
        for name in index.history.names():
            change = delay.first_hidden("list", name, "", hit)
            if change is not None:
                cuts[name] = min(change.id, cuts.get(name, change.id))
    return index.as_in(index.history.before(cuts, all_projects=True)) if cuts else index


def index_seen_by_file(index: Index, delays: Sequence[Delay], path: str) -> Index:
    """Return the index as a request for the file at that path below /packages/ sees it."""
    name = index.history.owner_of(path) if any(delay.concerns("files") for delay in delays) else None
    return index if name is None else index_seen(index, delays, "files", name, part=path)
