"""The recorded cases that rules cite: each cited case exists and is rejected by the rule, and no other is left out."""

from __future__ import annotations

import re

import pytest

from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from tests.fidelity import cases
from tests.fidelity.replay import rules_met

CASES = {case["id"]: case for case in cases.load()}
REASONS = {str(answer["reason"]) for case in CASES.values() for answer in case["answers"]}
STATUS_PHRASES = {"Internal Server Error", "Invalid distribution file."}
"""Messages that several rules have, or that a longer message begins with."""

pytestmark = pytest.mark.fidelity


@pytest.mark.parametrize("rule", [rule for rule in PYPI if rule.recorded], ids=lambda rule: rule.id)
def test_a_cited_case_is_rejected_by_the_rule(rule: Rule) -> None:
    for name in rule.recorded:
        assert rule.id in rules_met(CASES[name])


def patterns(rule: Rule) -> list[re.Pattern[str]]:
    return [re.compile(re.sub(r"\\{.*?\\}", ".+", re.escape(message))) for message in rule.messages if message]


EXPLAINED = [pattern for rule in PYPI if rule.recorded for pattern in patterns(rule)]


@pytest.mark.parametrize("rule", [rule for rule in PYPI if not rule.recorded], ids=lambda rule: rule.id)
def test_no_recorded_answer_has_the_message_of_a_rule_without_a_case(rule: Rule) -> None:
    if rule.message_template not in STATUS_PHRASES:
        alike = [reason for reason in REASONS if any(pattern.match(reason) for pattern in patterns(rule))]
        assert [reason for reason in alike if not any(pattern.match(reason) for pattern in EXPLAINED)] == []
