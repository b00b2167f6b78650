"""A pool of threads without a bound: a task never waits for another one to end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

IDLE_SECONDS = 5.0
"""Seconds after which a thread without a task ends."""

Task = TypeVar("Task")


class WorkerPool(Generic[Task]):
    """Calls `run(task)` for each task that is added, at once, in an idle thread or in a new one.

    There is no bound, because every task may wait for a slow client: with one, a few of those would make all others
    wait. The threads are daemons. An error that `run` raises ends its thread, as it ends any other.
    """

    def __init__(self, run: Callable[[Task], None], *, name: str) -> None:
        self._run = run
        self._name = name
        self._changed = threading.Condition()
        self._tasks: deque[Task] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._is_closed = False

    def add(self, task: Task) -> bool:
        """Run a task; return False if it will not be run: the pool is closed, or the system has no thread left."""
        with self._changed:
            if self._is_closed:
                return False
            self._tasks.append(task)
            if len(self._tasks) <= self._idle:
                self._changed.notify()
                return True
            thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:  # out of threads
            with self._changed:
                self._threads.discard(thread)
                if task not in self._tasks:
                    return True
                self._tasks.remove(task)
                return False
        return True

    def close(self, seconds: float) -> list[Task]:
        """Wait up to some seconds for the tasks that run, but for the one that calls this; return the others."""
        with self._changed:
            self._is_closed = True
            waiting = list(self._tasks)
            self._tasks.clear()
            self._changed.notify_all()
            threads = self._threads - {threading.current_thread()}
        until = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return waiting

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._run(task)
                del task  # while the next one is waited for, nothing of this one stays in memory
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())

    def _next(self) -> Task | None:
        """Wait for a task, and return it; None when this thread shall end."""
        with self._changed:
            self._idle += 1
            try:
                self._changed.wait_for(lambda: self._tasks or self._is_closed, IDLE_SECONDS)
            finally:
                self._idle -= 1
            return self._tasks.popleft() if self._tasks else None
