"""The pool of threads: tasks run at once, whatever the others wait for, and threads without a task end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from fake_pypi.serving import listener
from fake_pypi.serving.listener import WorkerPool

if TYPE_CHECKING:
    import pytest

PATIENT = 20.0


def test_a_task_runs_while_all_others_wait() -> None:
    release, all_run = threading.Event(), threading.Barrier(101, timeout=PATIENT)

    def wait(_number: int) -> None:
        all_run.wait()
        release.wait(PATIENT)

    pool: WorkerPool[int] = WorkerPool(wait, name="waiting")
    assert all(pool.add(number) for number in range(100))
    all_run.wait()
    release.set()
    assert pool.close(PATIENT) == []


def test_an_idle_thread_is_used_again() -> None:
    names: list[int] = []
    done = threading.Semaphore(0)

    def note(_number: int) -> None:
        names.append(threading.get_ident())
        done.release()

    pool: WorkerPool[int] = WorkerPool(note, name="noting")
    pool.add(0)
    assert done.acquire(timeout=PATIENT)
    while not pool._idle:  # it becomes idle a moment after the task
        threading.Event().wait(0.001)
    pool.add(1)
    assert done.acquire(timeout=PATIENT)
    pool.close(PATIENT)
    assert names[0] == names[1]


def test_an_idle_thread_ends_and_a_later_task_has_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "IDLE_SECONDS", 0.001)
    threads: list[threading.Thread] = []
    done = threading.Semaphore(0)

    def note(_number: int) -> None:
        threads.append(threading.current_thread())
        done.release()

    pool: WorkerPool[int] = WorkerPool(note, name="noting")
    for number in range(2):
        pool.add(number)
        assert done.acquire(timeout=PATIENT)
        threads[number].join(PATIENT)
        assert not threads[number].is_alive()
    pool.close(PATIENT)


def test_a_task_that_fails_ends_its_own_thread_only(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: failures.append(str(failure.exc_value)))
    threads: list[threading.Thread] = []
    done = threading.Event()

    def fail_first(number: int) -> None:
        threads.append(threading.current_thread())
        if number == 0:
            raise ValueError("the first")
        done.set()

    pool: WorkerPool[int] = WorkerPool(fail_first, name="failing")
    pool.add(0)
    while not failures:
        threading.Event().wait(0.001)
    threads[0].join(PATIENT)
    pool.add(1)
    assert done.wait(PATIENT)
    pool.close(PATIENT)
    assert failures == ["the first"]


def test_a_closed_pool_runs_nothing() -> None:
    pool: WorkerPool[int] = WorkerPool(lambda _number: None, name="closed")
    pool.close(PATIENT)
    assert not pool.add(1)


def test_a_task_can_close_its_own_pool() -> None:
    closed = threading.Event()

    def close(pool: WorkerPool[object]) -> None:
        pool.close(PATIENT)
        closed.set()

    pool: WorkerPool[object] = WorkerPool(close, name="closing")  # type: ignore[arg-type]  # the task is the pool
    pool.add(pool)
    assert closed.wait(PATIENT)
