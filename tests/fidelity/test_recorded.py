"""Every recorded answer of the real PyPI is answered the same by ours."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.fidelity import cases, rejections
from tests.fidelity.cases import Case
from tests.fidelity.replay import answers, replay, side_by_side
from tests.fidelity.world import World

CASES = list(cases.load())
KNOWN = cases.known_differences()
RULES = rejections.stored()


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES if case["id"] not in KNOWN])
def test_the_answer_is_the_recorded_one(case: Case) -> None:
    with closing(World()) as world:
        answered = list(answers(case, world))
    found = [difference for answer in answered for difference in answer.differences()]
    assert not found, "\n".join(map(side_by_side, found))
    assert [answer.rule for answer in answered] == RULES[case["id"]], "run `python -m tests.fidelity.rejections`"


def test_a_known_difference_is_still_one() -> None:
    """What is identical by now has to leave known_differences.json."""
    assert [case["id"] for case in CASES if case["id"] in KNOWN and not replay(case)] == []


def test_every_known_difference_names_a_case_and_a_reason() -> None:
    ids = {case["id"] for case in CASES}
    assert {name: reason for name, reason in KNOWN.items() if name not in ids or not reason} == {}


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) == 927
