"""A sample of `nox -s killing`: a process that is killed while it changes a data folder leaves nothing wrong."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.integration.killing import AT_START, OPERATIONS, RESULTS, SERVER_STATES, checkpoints_of, kill_at, kill_server

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")


@pytest.mark.slow
@pytest.mark.parametrize("operation", [*OPERATIONS, *AT_START])
def test_nothing_is_wrong_after_a_kill_at_the_last_checkpoint(operation: str, tmp_path: Path) -> None:
    last = checkpoints_of(operation, tmp_path)
    assert kill_at(operation, last, folder=tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("state", SERVER_STATES)
def test_nothing_is_wrong_after_a_server_is_killed(state: str, tmp_path: Path) -> None:
    assert kill_server(state, 5, folder=tmp_path) == []


def test_the_stored_results_have_every_state_and_nothing_wrong() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert set(results["states"]) == {*OPERATIONS, *AT_START, *SERVER_STATES}
    assert results["kills"] >= 200
    assert [state for state, result in results["states"].items() if result["wrong"]] == []
