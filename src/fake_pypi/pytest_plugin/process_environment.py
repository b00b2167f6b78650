"""`--fake-pypi-process-environment`: change `os.environ`, so that every subprocess uses the fake indexes."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.settings import Settings


class ProcessEnvironment:
    """Sets proxy, CA, index and cache variables (not HOME) for the session, and restores them at its end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._before: dict[str, str | None] = {}
        self._indexes: FakeIndexes | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Open the indexes and change the environment."""
        from fake_pypi.fake import FakeIndexes

        self._indexes = FakeIndexes(
            wheelhouse=self._settings.wheelhouse,
            upstream=self._settings.upstream,
            without=self._settings.without,
            as_of=self._settings.as_of,
        )
        changes = self._indexes.environment()
        self._before = {name: os.environ.get(name) for name in changes}
        _change_environment(changes)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Fail a test during which one of our servers raised an exception."""
        result = yield
        errors = self._indexes.servers.take_errors() if self._indexes else []
        if errors:
            raise errors[0]
        return result

    def pytest_unconfigure(self) -> None:
        """Restore the environment and close the indexes."""
        if self._indexes is None:
            return
        _change_environment(self._before)
        self._indexes.close()


def _change_environment(changes: Mapping[str, str | None]) -> None:
    """Set variables; None removes one."""
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
