"""Every recorded answer holds for a project of another name too, and on TestPyPI."""

from __future__ import annotations

import pytest

from tests.fidelity import cases
from tests.fidelity.cases import Case
from tests.fidelity.renaming import renamed
from tests.fidelity.replay import replay, side_by_side

ABOUT_LETTERS = {"names/similar-04", "names/similar-05", "names/similar-own-project"}
"""These spell the name in ways that look like it: under another name they are other cases."""

CASES = [case for case in cases.load() if case["id"] not in ABOUT_LETTERS | set(cases.known_differences())]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in CASES if not cases.needs_two_hosts(case)]
)
def test_the_answer_on_testpypi_is_the_recorded_one_with_another_name(case: Case) -> None:
    found = replay(renamed(cases.on_testpypi(case)), "testpypi")
    assert not found, "\n".join(map(side_by_side, found))


def test_a_renamed_case_speaks_of_the_old_name_no_more() -> None:
    case = next(case for case in CASES if case["id"] == "baseline/wheel-then-sdist")
    assert "demo" in repr(case)
    assert "demo" not in repr(renamed(case)).lower()
