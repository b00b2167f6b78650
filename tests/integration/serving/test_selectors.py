"""The server with what Windows and macOS have in place of epoll and poll."""

from __future__ import annotations

import select
import selectors

import pytest

from fake_pypi import FakePyPI
from fake_pypi.packages.wheel import wheel


@pytest.mark.parametrize("system", ["Windows", "macOS"])
def test_files_are_uploaded_and_listed_without_the_calls_of_linux(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "DefaultSelector", selectors.SelectSelector)
    monkeypatch.delattr(select, "POLLRDHUP", raising=False)
    if system == "Windows":
        monkeypatch.delattr(select, "poll", raising=False)
    with FakePyPI() as pypi:
        pypi.upload(wheel("hello", "1.0"), wheel("hello", "1.1"))
        project = pypi.project("hello")
        assert project is not None
        assert set(project.releases) == {"1.0", "1.1"}
        pypi.assert_uploaded("hello-1.1-py3-none-any.whl", times=1)
