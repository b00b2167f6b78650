"""`fake-pypi reproduce` where no client is needed; tests/e2e/test_reproduce.py has the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.cli import main

if TYPE_CHECKING:
    import pytest


def test_what_no_tool_sends_is_sent_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "digest-mismatch"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("No publishing tool sends such a request.\n\nMade by hand, the request is answered:\n  400")
    assert "\ndigest-mismatch: 400 The digest supplied does not match" in told
    assert "\n  -> Upload again;" in told


def test_a_client_that_was_chosen_has_not_met_what_is_sent_by_hand() -> None:
    assert main(["reproduce", "digest-mismatch", "--with", "twine"]) == 1


def test_a_hang_up_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "filename-breaks-connection"]) == 0
    assert "  the connection was closed without an answer\n" in capsys.readouterr().out


def test_an_unknown_rule_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "duplicate-fle"]) == 2
    assert "did you mean duplicate-file" in capsys.readouterr().err


def test_an_unknown_client_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "duplicate-file", "--with", "curl"]) == 2
    assert "curl" in capsys.readouterr().err
