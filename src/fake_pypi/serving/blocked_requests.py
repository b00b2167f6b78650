"""Requests to hosts that are not imitated: rejected, and recorded once for each kind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

MOST_BLOCKED_REQUESTS = 1_000
"""The number of different attempts that are listed."""
LONGEST_TEXT = 300
"""The number of characters of a host and of a user agent that are recorded."""


@dataclass(frozen=True)
class BlockedRequest:
    """Requests to a host that the proxy rejected.

    `how` is "CONNECT", "http" (a whole URL), "tls" (the server name in a TLS handshake) or "host" (the Host field);
    `user_agent` is the client's User-Agent, if it sent one; `count` is the number of such requests.

    >>> print(BlockedRequest("example.com", 443, "CONNECT", "curl/8.0", count=11))
    example.com:443 (CONNECT by curl/8.0, 11 times)
    """

    host: str
    port: int
    how: str
    user_agent: str | None = None
    count: int = 1

    def __str__(self) -> str:
        by = f" by {self.user_agent.split()[0]}" if self.user_agent else ""  # uv's fills half a screen
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.host}:{self.port} ({self.how}{by}{times})"


class BlockedRequests:
    """The requests that a proxy rejected. Clients retry up to eleven times, so equal attempts are counted, not listed.

    `dropped` counts the attempts that are not listed because there are `MOST_BLOCKED_REQUESTS` others already.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[BlockedRequest, BlockedRequest] = {}
        self.dropped = 0
        self.on_add: Callable[[BlockedRequest], None] | None = None

    def add(self, attempt: BlockedRequest) -> None:
        """Count one attempt, and call the listener."""
        user_agent = attempt.user_agent and attempt.user_agent[:LONGEST_TEXT]
        attempt = replace(attempt, host=attempt.host[:LONGEST_TEXT], user_agent=user_agent)
        with self._lock:
            before = self._seen.get(attempt)
            counted = replace(attempt, count=before.count + 1) if before else attempt
            if before or len(self._seen) < MOST_BLOCKED_REQUESTS:
                self._seen[attempt] = counted
            else:
                self.dropped += 1
        if self.on_add is not None:
            self.on_add(counted)

    def list(self) -> list[BlockedRequest]:
        """Return the attempts in the order in which they were first made."""
        with self._lock:
            return [*self._seen.values()]

    def forget(self) -> None:
        """Remove every attempt from the list."""
        with self._lock:
            self._seen.clear()
            self.dropped = 0
