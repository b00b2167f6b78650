"""Outputs of earlier years are explained at their date, with the date until which PyPI gave the message."""

from __future__ import annotations

import json

import pytest

from fake_pypi.cli import main
from fake_pypi.explain.findings import explain
from fake_pypi.rules.order import PYPI
from tests.unit.explain.historical_logs import HISTORICAL_LOGS, HistoricalLog


@pytest.mark.parametrize("log", HISTORICAL_LOGS, ids=lambda log: log.origin)
def test_a_log_is_explained_at_its_date(log: HistoricalLog) -> None:
    first = explain(log.text, as_of=log.day)[0]
    assert log.rule in [cause.id for cause in first.causes]
    assert first.until == log.until
    assert first.is_of_day


@pytest.mark.parametrize("log", HISTORICAL_LOGS, ids=lambda log: log.origin)
def test_a_log_is_explained_without_a_date_as_well(log: HistoricalLog) -> None:
    first = explain(log.text)[0]
    assert log.rule in [cause.id for cause in first.causes]
    assert (first.until, first.is_of_day) == (log.until, True)


def test_a_message_that_pypi_no_longer_gives_is_explained_with_its_end_and_the_words_of_today(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "400 File already exists. See https://pypi.org/help/#file-name-reuse for more information."
    assert main(["explain", text, "--as-of", "2023-10-26"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "PyPI used this message until 2024-08-15. Today it says: File already exists ({filename!r}, with" in shown
    assert main(["explain", text, "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["until"], finding["now"]) == ("2024-08-15", PYPI["duplicate-file"].shown_message)


def test_a_reason_that_has_ended_is_named_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "400 PGP signature isn't ASCII armored."]) == 0
    shown = capsys.readouterr().out
    assert "PyPI rejected uploads for this reason until 2023-05-23, and does not today." in shown
    assert "fake-pypi reproduce signature-not-armored --as-of 2023-05-22" in " ".join(shown.split())


def test_a_message_that_pypi_did_not_give_on_that_day_is_explained_and_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "400 Uploading new files to releases older than 14 days is not allowed."
    assert main(["explain", text, "--as-of", "2024-06-01"]) == 0
    assert "As far as is known, PyPI did not use it on the day that you named." in capsys.readouterr().out
    assert not explain(text, as_of="2024-06-01")[0].is_of_day


def test_of_two_rules_with_the_same_message_that_of_the_day_counts() -> None:
    text = "403 Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth"
    of_2023, of_today = ([cause.id for cause in explain(text, as_of=day)[0].causes] for day in ("2023-05-01", ""))
    assert "wrong-password" in of_2023
    assert of_today[0] != "wrong-password"


@pytest.mark.parametrize("command", ["rules", "explain"])
def test_a_future_date_is_wrong_usage(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--as-of", "2999-01-01", *(["text"] if command == "explain" else [])]) == 2
    assert "2999-01-01 is in the future" in capsys.readouterr().err


def test_the_rules_of_a_day_are_listed_with_their_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--as-of", "2023-06-01"]) == 0
    listed = capsys.readouterr().out
    assert "password-with-two-factor" in listed
    assert "release-closed" not in listed
    assert main(["rules", "duplicate-file", "--as-of", "2023-06-01"]) == 0
    assert "400 File already exists. See" in capsys.readouterr().out
    assert main(["rules", "release-closed", "--as-of", "2023-06-01"]) == 2
    assert "PyPI did not have the rule release-closed on 2023-06-01" in capsys.readouterr().err
    assert main(["rules", "wrong-password"]) == 0
    assert "until 2024-01-01" in capsys.readouterr().out
