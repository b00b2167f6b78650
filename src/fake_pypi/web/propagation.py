"""Pages that lag behind: PyPI's caches show a new release here at once and there a while later.

    pypi.propagation.delay("simple", seconds=60)              # the JSON API shows it, installers do not see it
    pypi.propagation.delay("simple-json", requests=2)         # the third request sees it
    pypi.propagation.delay("json", seconds=60, alternating=True)   # two cache nodes: every second hit works

What is new comes late; what is taken away or yanked is gone at once.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageMistake
from fake_pypi.index.listing import files_of
from fake_pypi.index.names import normalized

if TYPE_CHECKING:
    from fake_pypi.index.clock import Clock
    from fake_pypi.index.listing import ListedFile
    from fake_pypi.index.projects import ProjectRow
    from fake_pypi.web.exchange import Exchange

SURFACES = {
    "simple": ("simple-html", "simple-json"),
    "simple-html": ("simple-html",),
    "simple-json": ("simple-json",),
    "json": ("json",),
    "files": ("files",),
    "all": ("simple-html", "simple-json", "json", "files"),
}


@dataclass(frozen=True)
class Delay:
    """How late something new is on one surface. It counts for what arrives after `since`."""

    surface: str
    project: str | None
    seconds: float
    requests: int
    alternating: bool
    since: float


@dataclass(frozen=True)
class Lateness:
    """What one request does not see yet: files, versions, or the whole project; it sees the time before `since`."""

    files: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    project: bool = False
    since: float = 0.0


IN_TIME = Lateness()


class Propagation:
    """The delays of one index; none from the start."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._delays: list[Delay] = []
        self._asked: Counter[tuple[str, str]] = Counter()

    def delay(
        self,
        *surfaces: str,
        project: str | None = None,
        seconds: float = 0.0,
        requests: int = 0,
        alternating: bool = False,
    ) -> None:
        """Let what is uploaded from now on be seen late on some surfaces (without any, on all of them).

        `seconds` are those of the index's clock, `requests` how many requests for a project (on the surface
        "files": for a file) still see the old state; with both, the later one holds. `alternating`: every
        second request already goes to a node that is up to date. `project` None means every project.
        """
        for surface in surfaces or ("all",):
            if surface not in SURFACES:
                raise UsageMistake(f"there is no surface {surface!r}", f"one of {', '.join(SURFACES)}")
            for each in SURFACES[surface]:
                name = None if project is None else normalized(project)
                made = Delay(each, name, seconds, requests, alternating, self._clock.timestamp())
                self._delays.append(made)

    def clear(self) -> None:
        """Let everybody see everything at once again."""
        with self._lock:
            self._delays.clear()
            self._asked.clear()

    def lateness(self, surface: str, project: ProjectRow, files: Sequence[ListedFile]) -> Lateness:
        """Return what the present request does not see; every call counts as one request."""
        delays = [
            each for each in self._delays if each.surface == surface and each.project in (None, project.normalized)
        ]
        with self._lock:
            hits = {each.filename: self._hit(surface, each.filename) for each in files}
            turn = self._hit(surface, f"{project.normalized}/")
        late = {
            file.filename: each.since
            for each in delays
            for file in files
            if self._is_late(each, file.uploaded, hits[file.filename], turn)
        }
        if not late:
            return IN_TIME
        seen = {each.version for each in files if each.filename not in late}
        versions = {each.version for each in files if each.filename in late} - seen
        since = min(late.values())
        return Lateness(frozenset(late), frozenset(versions), not seen and project.created >= since, since)

    def concerns(self, surface: str) -> bool:
        """Whether anything can be late there; false costs nothing."""
        return any(each.surface == surface for each in self._delays)

    def _hit(self, surface: str, what: str) -> int:
        self._asked[surface, what] += 1
        return self._asked[surface, what]

    def _is_late(self, delay: Delay, uploaded: float, hits: int, turn: int) -> bool:
        if uploaded < delay.since or (delay.alternating and turn % 2 == 0):
            return False
        return self._clock.timestamp() < uploaded + delay.seconds or hits <= delay.requests


def lateness(exchange: Exchange, surface: str, project: ProjectRow) -> Lateness:
    """Return what a request for a project's page does not see yet."""
    propagation = exchange.world.propagation
    if not propagation.concerns(surface):
        return IN_TIME
    return propagation.lateness(surface, project, files_of(exchange.world.index.db, project))
