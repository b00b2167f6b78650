"""What applies to every unit test: it opens no socket, starts no process, and hashes passwords quickly.

The audit events of CPython report sockets and processes. The event is answered with an exception, and the test fails
even if the code under test catches it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

SOCKET, PROCESS = "opened a socket", "started a process"
EVENTS = {
    "_winapi.CreateProcess": PROCESS,
    "socket.__new__": SOCKET,
    "socket.bind": SOCKET,
    "socket.connect": SOCKET,
    "socket.getaddrinfo": SOCKET,
    "os.exec": PROCESS,
    "os.fork": PROCESS,
    "os.forkpty": PROCESS,
    "os.posix_spawn": PROCESS,
    "os.spawn": PROCESS,
    "os.startfile": PROCESS,
    "os.system": PROCESS,
    "subprocess.Popen": PROCESS,
}
DESTINATIONS = {
    SOCKET: "tests/integration (sockets in this process)",
    PROCESS: "tests/e2e (processes and real tools) or tests/plugin (pytest inside pytest)",
}


class NotAUnitTest(BaseException):
    """A test below tests/unit used what unit tests do without; no `except Exception` catches it."""

    def __init__(self, event: str, arguments: tuple[Any, ...]) -> None:
        happened = EVENTS[event]
        super().__init__(
            f"a unit test {happened} ({event}{arguments!r:.200}): tests that do belong into {DESTINATIONS[happened]}"
        )


class Watch:
    """The audit hook. A hook cannot be removed, so it is switched on for the time of a unit test."""

    def __init__(self) -> None:
        self.errors: list[NotAUnitTest] | None = None
        self.older_threads: set[int] = set()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.errors is None or event not in EVENTS or threading.get_ident() in self.older_threads:
            return
        error = NotAUnitTest(event, arguments)
        self.errors.append(error)
        raise error

    def start(self) -> list[NotAUnitTest]:
        """Watch the thread that calls, and those that start from now on; return the list of what happens."""
        self.older_threads = {thread.ident or 0 for thread in threading.enumerate()} - {threading.get_ident()}
        self.errors = []
        return self.errors

    def stop(self) -> None:
        self.errors = None


WATCH = Watch()
sys.addaudithook(WATCH)


@contextmanager
def watched() -> Generator[None]:
    errors = WATCH.start()
    try:
        yield
    except NotAUnitTest as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from error
    finally:
        WATCH.stop()
    if errors:
        pytest.fail(str(errors[0]), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    with watched():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    with watched():
        yield


@pytest.fixture(autouse=True)
def quick_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the least cost. A hash at PyPI's cost, as in index/test_passwords.py, takes 8 ms."""
    costs = {"TIME_COST": 1, "MEMORY_COST": 8, "PARALLELISM": 1, "HASH_PREFIX": "$argon2id$v=19$m=8,t=1,p=1$"}
    for name, value in costs.items():
        monkeypatch.setattr(f"fake_pypi.index.passwords.{name}", value)
