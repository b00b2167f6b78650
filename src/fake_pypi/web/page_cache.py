"""Pages that list many files, kept with the text of each file, so that a change of one file costs little."""

from __future__ import annotations

import threading
from bisect import insort
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_FILES = 6_000
"""The number of files whose texts are kept, on all pages together: about 2.5 kB each, with its part of the page."""
FEW = 50
"""New files on a page up to which each is put at its place; with more of them, all are sorted again."""

Key = tuple[Any, ...]
"""What the text of a file depends on; a file whose key is the same has the same text."""


@dataclass(frozen=True)
class PageState:
    """A page as it was made last: its entity tag, the serial of its project, its body."""

    tag: str = ""
    serial: int = 0
    body: bytes = b""


class CachedPage:
    """One page: its newest state, and the text of each file, in the order of the page.

    `newest` can be read at any time; take `lock` before anything else.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.newest = PageState()
        self.begun = 0
        """How many times the page was begun to be made."""
        self.made = 0
        """The number of the time, as in `begun`, at which `newest` was made."""
        self._texts: dict[Key, tuple[Any, str]] = {}
        self._order: list[tuple[Any, Key]] = []

    def __len__(self) -> int:
        return len(self._texts)

    def missing(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys of which the page has no text."""
        return set(keys) - self._texts.keys()

    def update(self, keys: Iterable[Key], described: Mapping[Key, tuple[Any, str]]) -> None:
        """Make the page have the files with these keys, and no others.

        `described` has what the page is sorted by, and the text, for each of the missing keys.
        """
        if gone := self._texts.keys() - set(keys):
            self._order = [pair for pair in self._order if pair[1] not in gone]
            for key in gone:
                del self._texts[key]
        self._texts.update(described)
        added = [(position, key) for key, (position, _) in described.items()]
        if len(added) > FEW:
            self._order = sorted([*self._order, *added])
        else:
            for pair in added:
                insort(self._order, pair)

    @property
    def positions(self) -> list[Any]:
        """What the files are sorted by, in order."""
        return [position for position, _ in self._order]

    @property
    def texts(self) -> list[str]:
        """The texts of the files, in order."""
        return [self._texts[key][1] for _, key in self._order]


class PageCache:
    """The pages that were used last, with at most `MOST_FILES` files on all of them together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()

    def page(self, name: Hashable) -> CachedPage:
        """Return the page of that name; an empty one if it is not kept."""
        with self._lock:
            page = self._pages.setdefault(name, CachedPage())
            self._pages.move_to_end(name)
            return page

    def drop_oldest(self) -> None:
        """Drop the pages that were not used for the longest time, until there are few enough files."""
        with self._lock:
            files = sum(map(len, self._pages.values()))
            while files + len(self._pages) > MOST_FILES:
                _, page = self._pages.popitem(last=False)
                files -= len(page)
