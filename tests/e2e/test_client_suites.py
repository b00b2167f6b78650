"""A sample of `nox -s client_suites`: twine's own tests pass with faults that twine survives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.client_suites import FAULTS, RESULTS, TWINE, of_tests, outcomes, unpacked


@pytest.mark.slow
def test_twines_own_tests_pass_after_a_503(tmp_path: Path) -> None:
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))["faults"]
    assert outcomes(unpacked(tmp_path), FAULTS[1]) == stored[FAULTS[1]]


def test_no_fault_changes_a_stored_outcome() -> None:
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert stored["suite"].startswith(f"{TWINE},")
    assert list(stored["faults"]) == list(FAULTS)
    expected = {"test_pypi_upload": "passed", "test_pypi_error": "failed"}
    assert [of_tests(found) for found in stored["faults"].values()] == [expected] * len(FAULTS)
    assert [int(found["uses of the fault"]) > 0 for found in stored["faults"].values()] == [False, True, True, True]
