"""How many new projects one account and one address may create in an hour."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from fake_pypi.index.clock import Clock

WINDOW = 3600.0


@dataclass(frozen=True)
class Limit:
    """One limit of the site: so many new projects in an hour per `key`."""

    name: str
    key: str
    quota: int


NEW_PROJECTS = (Limit("project.create.ip", "ip", 40), Limit("project.create.user", "user", 20))


class RateLimits:
    """Hits in moving windows of one hour, on the index's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hits: dict[tuple[str, str], list[float]] = defaultdict(list)

    def _recent(self, limit: Limit, who: str) -> list[float]:
        since = self._clock.timestamp() - WINDOW
        recent = [at for at in self._hits[limit.name, who] if at > since]
        self._hits[limit.name, who] = recent
        return recent

    def remaining(self, limit: Limit, who: str) -> int:
        """Return how many hits are left for `who` in the present window."""
        return max(0, limit.quota - len(self._recent(limit, who)))

    def resets_in(self, limit: Limit, who: str) -> int:
        """Return the seconds until the oldest hit of the window no longer counts."""
        recent = self._recent(limit, who)
        return math.ceil(recent[0] + WINDOW - self._clock.timestamp()) if recent else 0

    def hit(self, limit: Limit, who: str) -> None:
        """Count one hit."""
        self._recent(limit, who).append(self._clock.timestamp())
