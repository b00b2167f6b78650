"""The stored output of publishing tools, by which the pages of rules show it, is what the tools print."""

from __future__ import annotations

import pytest

from fake_pypi.rules.order import PYPI
from tests.e2e.client_output import COMMANDS, measure, missing, read_results

SAMPLE = [("twine", "duplicate-file"), ("uv", "no-2fa"), ("maturin", "unsupported-platform-tag")]


@pytest.mark.parametrize(("client", "rule_id"), SAMPLE)
def test_a_tool_prints_what_is_stored(client: str, rule_id: str) -> None:
    stored = read_results()[rule_id][client]
    measured = measure(PYPI[rule_id], client)
    assert measured is not None
    facts = ("version", "exit", "result", "output")
    assert {name: measured[name] for name in facts} == {name: stored[name] for name in facts}


def test_each_tool_was_measured_with_the_rules_that_it_can_meet() -> None:
    results = read_results()
    sendable = {rule_id for rule_id, clients in results.items() if "uv" in clients}
    assert len(sendable) > 90
    lacking = {(rule.id, client) for rule, client in missing(results) if rule.id in sendable and client != "flit"}
    assert lacking == set()
    assert set(COMMANDS) == {client for clients in results.values() for client in clients}
