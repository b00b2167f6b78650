"""A sample of `nox -s client_suites`: uv's own tests of `uv publish` pass with faults that uv survives."""

from __future__ import annotations

import json

import pytest

from tests.e2e.provision import PINS
from tests.e2e.uv_cases import LEFT_OUT, SUITE, UV
from tests.e2e.uv_suite import CASES, FAULTS, RESULTS, cells, measure

SAMPLE = [
    ("trusted_publishing_falls_back_to_netrc", "none"),
    ("trusted_publishing_burn_after_prepare_failure", "503 once from each address of the token exchange"),
    ("trusted_publishing_all_skipped", "503 once from the project page"),
    ("username_password_no_longer_supported", "the connection is lost once before an upload"),
    ("gitlab_trusted_publishing_pypi_id_token", "the answer to an upload is lost once"),
    ("publish_wheels_before_sdist_in_filename_order", "every POST is delayed"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fault"), SAMPLE)
def test_a_test_of_uv_passes_with_a_fault(name: str, fault: str) -> None:
    result = measure(name, fault)
    assert not result["differences"], "\n".join(result["differences"])
    assert (result["uses"] > 0) == (fault != "none")


def test_no_fault_changes_a_stored_outcome_of_uvs_tests() -> None:
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert (stored["suite"], stored["uv"]) == (f"{UV}, {SUITE}", PINS["newest"]["uv"][0])
    results = {(name, fault): result for fault, of in stored["faults"].items() for name, result in of["tests"].items()}
    assert set(results) == set(cells())
    assert [cell for cell, result in results.items() if result["differences"]] == []
    assert [cell for cell, result in results.items() if (result["uses"] > 0) != (cell[1] != "none")] == []
    assert [of["faults"] for of in stored["faults"].values()] == [list(texts) for _, texts in FAULTS.values()]


def test_each_test_of_uv_is_run_or_left_out_with_a_reason() -> None:
    assert stored_left_out() == LEFT_OUT
    assert not set(LEFT_OUT) & set(CASES)


def stored_left_out() -> dict[str, str]:
    left_out: dict[str, str] = json.loads(RESULTS.read_text(encoding="utf-8"))["left out"]
    return left_out
