"""Turns: requests that only compute do so one after another, because Python runs one thread at a time anyway.

Threads that compute at once do not get more done: each of them loses the interpreter's lock at every statement of
SQLite and every file that it opens, and waits until the others leave it, up to 5 ms each time.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

LONGEST_WAIT = 3.0
"""Seconds after which a request no longer waits for its turn: it is no lock, and nothing depends on it."""


class Waiting:
    """A thread that waits for its turn."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.lock.acquire()


class Turns:
    """Gives turns to threads, by kinds of requests that share the processor time.

    >>> turns = Turns({"upload": 2, "page": 1})       # uploads have two thirds of the time if pages wait too
    >>> with turns.take("upload"):
    ...     with turns.paused():                      # while it waits for something, such as another server
    ...         pass

    A kind gets the next turn if it has had the least time for its share. What is not used by one kind is used by the
    others. Inside a turn, `take` of the same thread has no effect.
    """

    def __init__(self, shares: Mapping[str, float], *, longest_wait: float = LONGEST_WAIT) -> None:
        self._shares = shares
        self._longest_wait = longest_wait
        self._lock = threading.Lock()
        self._is_taken = False
        self._used = dict.fromkeys(shares, 0.0)
        self._waiting: dict[str, deque[Waiting]] = {kind: deque() for kind in shares}
        self._mine = threading.local()
        self._are_needed: bool = getattr(sys, "_is_gil_enabled", lambda: True)()  # not by free-threaded Python

    @contextmanager
    def take(self, kind: str) -> Iterator[None]:
        """Wait for the turn of this thread, and give it back at the end of the block."""
        if not self._are_needed or self.is_mine() or not self._wait(kind):
            yield
            return
        self._mine.kind = kind
        began = time.thread_time()
        try:
            yield
        finally:
            if self.is_mine():
                self._mine.kind = None
                self._give_back(kind, time.thread_time() - began)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others compute during the block, which waits for something; without a turn it has no effect."""
        kind = self._present()
        if kind is None:
            yield
            return
        self._mine.kind = None
        self._give_back(kind, 0.0)
        try:
            yield
        finally:
            self._mine.kind = kind if self._wait(kind) else None

    def is_mine(self) -> bool:
        """Return whether this thread has the turn."""
        return self._present() is not None

    def _present(self) -> str | None:
        """Return the kind of the turn that this thread has; None without one."""
        kind: str | None = getattr(self._mine, "kind", None)
        return kind

    def _wait(self, kind: str) -> bool:
        """Wait for a turn; return False if none came in time."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            queue = self._waiting[kind]
            if not queue:
                self._begin_share(kind)
            waiting = Waiting()
            queue.append(waiting)
        if waiting.lock.acquire(timeout=self._longest_wait):
            return True
        with self._lock:
            if waiting in queue:
                queue.remove(waiting)
                return False
        return True  # it came at the last moment

    def _begin_share(self, kind: str) -> None:
        """Let a kind that has not waited so far begin with the others: what it did not use before is lost."""
        others = [self._used[other] for other, queue in self._waiting.items() if queue]
        if others:
            self._used[kind] = max(self._used[kind], min(others))

    def _give_back(self, kind: str, seconds: float) -> None:
        with self._lock:
            self._used[kind] += seconds / self._shares[kind]
            kinds = [other for other, queue in self._waiting.items() if queue]
            if not kinds:
                self._is_taken = False
                return
            following = min(kinds, key=self._used.__getitem__)
            waiting = self._waiting[following].popleft()
        waiting.lock.release()


TURNS = Turns({"change": 1, "read": 1})
"""The turns of all indexes in this process: each kind has half of the time, although changes take longer than reads."""
