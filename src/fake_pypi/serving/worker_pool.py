"""A pool of threads that grows when its threads wait for something, such as a slow client."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

MOST_RUNNING = 8
"""Tasks that run at once while they make progress: more threads would only compete for the interpreter's lock."""
GROWTH = 2
"""The factor by which the pool may grow when no task has begun for a while."""
IDLE_SECONDS = 5.0
"""Seconds after which a thread without a task ends."""

Task = TypeVar("Task")


class WorkerPool(Generic[Task]):
    """Calls `run(task)` for each task that is added, in daemon threads.

    Up to `MOST_RUNNING` tasks run at once. All of them may wait, for a client or for a lock: whoever adds tasks calls
    `grow` when some were queued for longer than a task usually takes; unless one has begun since the last call, the
    pool may then have twice as many threads. So a task waits for a thread, but never for another task to end.
    An error that `run` raises ends its thread, as it ends any other.
    """

    def __init__(self, run: Callable[[Task], None], *, name: str) -> None:
        self._run = run
        self._name = name
        self._changed = threading.Condition()
        self._tasks: deque[Task] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._paused = 0
        self._limit = MOST_RUNNING
        self._begun = 0
        self._begun_before = -1
        self._is_closed = False

    @property
    def is_backed_up(self) -> bool:
        """Whether tasks wait for a thread."""
        return len(self._tasks) > 0

    def add(self, task: Task) -> bool:
        """Run a task as soon as there is a thread for it; return False if there will be none."""
        with self._changed:
            if self._is_closed:
                return False
            self._tasks.append(task)
            if self._wake_or_start() or self._threads:
                return True
            self._tasks.clear()
            return False

    def grow(self) -> None:
        """Raise the number of threads if tasks wait and none has begun since the last call."""
        with self._changed:
            if self._tasks and self._begun == self._begun_before:
                self._limit = max(MOST_RUNNING, len(self._threads)) * GROWTH
                for _ in range(len(self._tasks)):
                    if not self._wake_or_start():
                        break
            self._begun_before = self._begun

    @contextlib.contextmanager
    def pausing(self) -> Iterator[None]:
        """Let another task run in place of this one, which waits for its next event."""
        with self._changed:
            self._paused += 1
            if self._tasks:
                self._wake_or_start()
        try:
            yield
        finally:
            with self._changed:
                self._paused -= 1

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

    def _wake_or_start(self) -> bool:
        """Wake an idle thread, or start one if more may run."""
        if len(self._tasks) <= self._idle:
            self._changed.notify()
            return True
        if len(self._threads) - self._idle - self._paused >= self._limit:
            return False
        thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:  # out of threads
            self._threads.discard(thread)
            return False
        return True

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._run(task)
                del task  # while the next one is waited for, nothing of this one stays in memory
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())
                if self._tasks:
                    self._wake_or_start()

    def _next(self) -> Task | None:
        """Wait for a task, and return it; None when this thread shall end."""
        with self._changed:
            if len(self._threads) - self._idle - self._paused <= MOST_RUNNING:
                self._limit = MOST_RUNNING
            self._idle += 1
            try:
                self._changed.wait_for(lambda: self._tasks or self._is_closed, IDLE_SECONDS)
            finally:
                self._idle -= 1
            if self._tasks and not self._is_closed:
                self._begun += 1
                return self._tasks.popleft()
            self._threads.discard(threading.current_thread())  # now: a task that is added next needs another thread
            return None
