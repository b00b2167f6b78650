"""Interrupt the commands of another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from fake_pypi.errors import FakePyPIError


class CommandInterrupted(FakePyPIError):
    """A command was killed, or not started, because another thread interrupted it."""


class Interruption:
    """Commands that any thread can interrupt, once and for all.

    >>> interruption = Interruption()
    >>> with interruption.applied():
    ...     shell.run("sleep 600")              # raises CommandInterrupted as soon as ...  # doctest: +SKIP
    >>> interruption.set()                      # ... another thread calls this
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._kills: list[Callable[[], None]] = []

    def set(self) -> None:
        """Kill the commands that are running, and let no other one start."""
        with self._lock:
            self._is_set = True
            for kill in self._kills:
                kill()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Apply it to the commands that this thread starts."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def check(self) -> None:
        """Raise `CommandInterrupted` if it is set."""
        if self._is_set:
            raise CommandInterrupted("interrupted")

    @contextmanager
    def killing(self, kill: Callable[[], None]) -> Iterator[None]:
        """Call `kill` when it is set, at once if it is set already; raise `CommandInterrupted` at the end then."""
        with self._lock:
            self._kills.append(kill)
            if self._is_set:
                kill()
        try:
            yield
        finally:
            with self._lock:
                self._kills.remove(kill)
        self.check()


_CURRENT: ContextVar[Interruption | None] = ContextVar("interruption", default=None)


def current_interruption() -> Interruption:
    """Return the interruption that applies to this thread, or one that nothing sets."""
    return _CURRENT.get() or Interruption()
