"""Limits on what an account or an address may do in a time: create projects, log in, search, send e-mails."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.index.admin_settings import Limits
from fake_pypi.index.clock import Clock
from fake_pypi.sites import PYPI, NewProjectLimits

HOUR, DAY = 3600, 86_400  # seconds


@dataclass(frozen=True)
class Limit:
    """One limit of the site: a number of hits (`quota`) per `key`, "ip" or "user", in a moving window of seconds."""

    name: str
    key: str
    quota: int
    window: int = HOUR

    @property
    def policy(self) -> str:
        """The limit as the header `RateLimit-Policy` shows it."""
        return f'"{self.name}";q={self.quota};w={self.window};pk=:{self.key}:'


class LimitUse(NamedTuple):
    """How much of a limit a key (an address, the name or id of a user) has used up; `resets_in` is in seconds."""

    limit: Limit
    key: str
    used: int
    remaining: int
    resets_in: int


def new_project_limits(numbers: NewProjectLimits) -> tuple[Limit, Limit]:
    """Return the two limits on new projects."""
    return (
        Limit("project.create.ip", "ip", numbers.per_address, numbers.window),
        Limit("project.create.user", "user", numbers.per_user, numbers.window),
    )


class RateLimits(FixedAttributes):
    """Hits in moving windows, on the index's clock.

    New projects are counted against the site's own limits, which headers state. They are rejected only if a number was
    set (`limits.new_projects_per_day`), or with `enforce`.
    """

    def __init__(
        self, clock: Clock, settings: Limits | None = None, site_limits: NewProjectLimits = PYPI.new_projects
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._site_limits = new_project_limits(site_limits)
        self._enforced: tuple[Limit, ...] | None = None
        self._lock = threading.Lock()
        self._hits: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._limits: dict[str, Limit] = {}

    def follow(self, site_limits: NewProjectLimits) -> None:
        """Count new projects against these limits where no others were set."""
        self._site_limits = new_project_limits(site_limits)

    def enforce(self, *, per_address: int, per_user: int, window: int) -> None:
        """Reject new projects beyond these numbers in a window of seconds, instead of the site's own limits."""
        self._enforced = new_project_limits(NewProjectLimits(per_address, per_user, window))

    @property
    def are_enforced(self) -> bool:
        """Whether a new project beyond the limits is rejected."""
        return self._enforced is not None or self._per_day is not None

    @property
    def new_projects(self) -> tuple[Limit, ...]:
        """The limits on new projects that are in force."""
        if self._enforced is not None:
            return self._enforced
        if self._per_day is not None:
            return new_project_limits(NewProjectLimits(self._per_day, self._per_day, DAY))
        return self._site_limits

    @property
    def _per_day(self) -> int | None:
        return None if self._settings is None else self._settings.new_projects_per_day

    @property
    def in_use(self) -> list[LimitUse]:
        """Every limit with a hit in its current window, once for each key, in the order of the first hits."""
        with self._lock:
            counted = [(self._limits[name], key) for name, key in self._hits]
        used = [(limit, key, self.used(limit, key)) for limit, key in counted]
        return [
            LimitUse(limit, key, hits, max(0, limit.quota - hits), self.resets_in(limit, key))
            for limit, key, hits in used
            if hits
        ]

    def _recent(self, limit: Limit, key: str) -> list[float]:
        since = self._clock.timestamp() - limit.window
        recent = [at for at in self._hits[limit.name, key] if at > since]
        self._hits[limit.name, key] = recent
        self._limits[limit.name] = limit
        return recent

    def used(self, limit: Limit, key: str) -> int:
        """Return how many hits `key` (an address or a user name) has had in the current window."""
        with self._lock:
            return len(self._recent(limit, key))

    def remaining(self, limit: Limit, key: str) -> int:
        """Return how many hits are left for `key` in the current window."""
        return max(0, limit.quota - self.used(limit, key))

    def resets_in(self, limit: Limit, key: str) -> int:
        """Return the seconds until the oldest hit of the window no longer counts."""
        with self._lock:
            recent = self._recent(limit, key)
        return math.ceil(recent[0] + limit.window - self._clock.timestamp()) if recent else 0

    def locked_for(self, limits: Iterable[Limit], key: str) -> int:
        """Return the seconds until the next of the limits that `key` has used up starts again; 0 if none is."""
        return min((self.resets_in(limit, key) for limit in limits if not self.remaining(limit, key)), default=0)

    def clear(self, limit: Limit, key: str) -> None:
        """Forget the hits of `key`."""
        with self._lock:
            self._hits.pop((limit.name, key), None)

    def hit(self, limit: Limit, key: str) -> None:
        """Count one hit."""
        with self._lock:
            self._recent(limit, key).append(self._clock.timestamp())

    def save(self) -> dict[tuple[str, str], list[float]]:
        """Return a copy of the hits."""
        with self._lock:
            return {key: list(hits) for key, hits in self._hits.items()}

    def restore(self, hits: dict[tuple[str, str], list[float]]) -> None:
        """Replace the hits by saved ones."""
        with self._lock:
            self._hits = defaultdict(list, {key: list(times) for key, times in hits.items()})

    def take(self, limit: Limit, key: str) -> bool:
        """Count one hit, unless none is left; return whether one was left."""
        with self._lock:
            recent = self._recent(limit, key)
            if len(recent) >= limit.quota:
                return False
            recent.append(self._clock.timestamp())
            return True
