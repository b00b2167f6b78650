"""`fake-pypi reproduce` where no client is needed; tests/e2e/test_reproduce.py has the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.cli import main

if TYPE_CHECKING:
    import pytest


def test_a_request_that_no_tool_sends_is_sent_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "digest-mismatch"]) == 0
    output = capsys.readouterr().out
    assert output.startswith(
        "No publishing tool sends such a request.\n\nThe answer to the request, sent without a tool:\n  400"
    )
    assert "\ndigest-mismatch: 400 The digest supplied does not match" in output
    assert "\n  -> Upload again;" in output


def test_a_rejection_without_the_chosen_client_does_not_count() -> None:
    assert main(["reproduce", "digest-mismatch", "--with", "twine"]) == 1


def test_a_closed_connection_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "filename-breaks-connection"]) == 0
    assert "  the connection was closed without a response\n" in capsys.readouterr().out


def test_an_unknown_rule_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "duplicate-fle"]) == 2
    assert "did you mean duplicate-file" in capsys.readouterr().err


def test_an_unknown_client_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "duplicate-file", "--with", "curl"]) == 2
    assert "curl" in capsys.readouterr().err
