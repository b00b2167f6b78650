"""`sleep` on the clock of the indexes, once the indexes are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.clients.sleep import main

if TYPE_CHECKING:
    import pytest


def test_the_error_mentions_closed_indexes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FAKE_PYPI_CONTROL", "http://127.0.0.1:9/")
    monkeypatch.setenv("FAKE_PYPI_CONTROL_SECRET", "secret")
    monkeypatch.setenv("FAKE_PYPI_INDEXES", "main")
    assert main(["1"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("sleep: the fake indexes do not respond (")
    assert error.endswith("): keep them open\n")
