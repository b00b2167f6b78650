"""The record: every request that came in, and every refusal, as frozen values."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Recorded:
    """One request and its answer.

    `sender` is a user name or a publisher, never a secret; `form` the text fields of an upload;
    `via` is "direct", "proxy" or "tls"; `seconds` is what the answer took.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str
    user_agent: str
    via: str
    status: int
    reason: str
    sender: str = ""
    token_id: str | None = None
    rule: str | None = None
    filename: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.method} {self.scheme}://{self.host}{self.path} -> {self.status} {self.reason}"

    def __repr__(self) -> str:
        return f"<{self} | {self.user_agent.partition(' ')[0]} {self.via}>"


@dataclass(frozen=True)
class Refusal:
    """One upload (or token exchange) that was refused: PyPI's words, and the rule that said them.

    `detail` is what we can tell beyond those words, as the claims of a CI job next to what was registered.
    """

    rule: str
    status: int
    message: str
    project: str
    version: str
    filename: str
    sender: str
    detail: str = ""

    def __str__(self) -> str:
        more = f"\n{self.detail}" if self.detail else ""
        return f"{self.status} {self.message} [{self.rule}]{more}"


class Record:
    """What came in, oldest first. The lists are copies; `listeners` are called with each request as it is answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Recorded] = []
        self._refusals: list[Refusal] = []
        self.listeners: list[Callable[[Recorded], object]] = []

    def add(self, request: Recorded, refusal: Refusal | None = None) -> None:
        """Keep one request, and the refusal if it was one."""
        with self._lock:
            self._requests.append(request)
            if refusal is not None:
                self._refusals.append(refusal)
        for listener in self.listeners:
            listener(request)

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far."""
        with self._lock:
            return list(self._requests)

    @property
    def refusals(self) -> list[Refusal]:
        """Every refused upload so far."""
        with self._lock:
            return list(self._refusals)
