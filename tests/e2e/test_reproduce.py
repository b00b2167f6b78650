"""`fake-pypi reproduce`: twine and uv meet a few rules of each family."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fake_pypi.cli import main
from fake_pypi.explain.findings import explain
from fake_pypi.rules.order import PYPI

MET_BY_TWINE = (
    "read-only",
    "password-not-supported",
    "unknown-token",
    "permission-denied",
    "publisher-cannot-create-project",
    "local-version",
    "unknown-classifier",
    "direct-dependency",
    "invalid-email",
    "no-2fa",
    "similar-name",
    "invalid-description",
    "file-too-large",
    "same-file-again",
    "duplicate-file",
    "filename-reuse",
    "release-closed",
    "decompression-bomb",
    "exposed-token",
    "zip-trailing-data",
    "unsupported-platform-tag",
    "invalid-filename-projectname",
    "missing-record-file",
    "record-blank-line",
)
MET_BY_UV = ("no-2fa", "invalid-version", "field-too-new", "content-type", "duplicate-file", "unsupported-platform-tag")


def said_before(told: str, verdict: str) -> str:
    """Return what the client printed: everything between its command and the verdict."""
    assert verdict in told
    return told.partition("\n")[2].partition(verdict)[0]


@pytest.mark.parametrize("rule_id", MET_BY_TWINE)
def test_twine_meets_the_rule_and_prints_what_explain_understands(
    rule_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce", rule_id, "--with", "twine"]) == 0
    told = capsys.readouterr().out
    printed = said_before(told, f"twine was rejected by {rule_id}.")
    assert told.startswith("$ twine upload --disable-progress-bar dist/")
    if PYPI[rule_id].status != 200:
        assert rule_id in [cause.id for finding in explain(printed) for cause in finding.causes]


@pytest.mark.parametrize("rule_id", MET_BY_UV)
def test_uv_meets_the_rule_and_prints_what_explain_understands(
    rule_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce", rule_id, "--with", "uv"]) == 0
    printed = said_before(capsys.readouterr().out, f"uv was rejected by {rule_id}.")
    assert rule_id in [cause.id for finding in explain(printed) for cause in finding.causes]


def test_uv_is_rejected_where_twine_notices_the_error_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "invalid-version"]) == 0
    told = capsys.readouterr().out
    printed = said_before(told, "twine stopped before the upload.")
    assert "invalid-version" in [cause.id for finding in explain(printed) for cause in finding.causes]
    assert "uv was rejected by invalid-version." in told


def test_a_chosen_client_that_fails_before_the_upload_does_not_reproduce_the_rule(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["reproduce", "invalid-version", "--with", "twine"]) == 1
    told = capsys.readouterr().out
    assert "twine stopped before the upload" in told
    assert "The answer to the request, sent without a tool:\n  400 '0.1.0-test.1' is invalid for 'version'." in told


def test_no_token_is_ever_printed() -> None:
    command = [sys.executable, "-m", "fake_pypi", "reproduce", "duplicate-file"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "pypi-A" not in done.stdout + done.stderr
    assert done.stderr == ""
