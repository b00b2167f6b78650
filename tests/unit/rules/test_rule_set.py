"""The rule set, and what applies to each of its rules."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import fake_pypi.rules
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rejection, Rule, RuleSet, UnknownRule
from fake_pypi.rules.upload import Upload
from fake_pypi.sites import TESTPYPI
from tests.unit.rules.near_misses import NEAR_MISSES

each_rule = pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    yield index
    index.close()


def example_of(rule: Rule, index: Index, folder: Path) -> Upload:
    return upload_of(rule.example(), index, folder)


@cache
def rejection_of_example(rule: Rule) -> Rejection | None:
    """Judge the example of a rule, once for all tests that look at its rejection."""
    with closing(Index()) as index, TemporaryDirectory() as folder:
        return PYPI.judge(example_of(rule, index, Path(folder)), index).rejection


def classes_below(rule: type[Rule]) -> Iterator[type[Rule]]:
    for each in rule.__subclasses__():
        yield each
        yield from classes_below(each)


@each_rule
def test_a_rule_is_the_first_to_stop_its_own_example(rule: Rule) -> None:
    rejection = rejection_of_example(rule)
    assert rejection is not None
    assert rejection.rule.id == rule.id


@each_rule
def test_without_the_rule_its_example_gets_further(rule: Rule, index: Index, tmp_path: Path) -> None:
    verdict = PYPI.without(rule.id).judge(example_of(rule, index, tmp_path), index)
    place = [each.id for each in PYPI].index(rule.id)
    assert len(verdict.passed) >= place


@each_rule
def test_a_rule_has_a_near_miss_and_accepts_it(rule: Rule, index: Index, tmp_path: Path) -> None:
    assert rule.id in NEAR_MISSES, "add an upload that the rule nearly rejects to tests/unit/rules/near_misses.py"
    assert rule.check(upload_of(NEAR_MISSES[rule.id], index, tmp_path), index) is None


def test_every_near_miss_is_of_a_rule() -> None:
    assert set(NEAR_MISSES) == {rule.id for rule in PYPI}


@each_rule
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.id == rule.id.lower().strip().replace("_", "-")
    assert rule.status in {0, 200} or 400 <= rule.status <= 500
    assert rule.message_template or rule.status == 0
    assert type(rule).__doc__, "a docstring that says why"
    assert rule.remedy.endswith((".", "!"))
    assert rule.source


@each_rule
def test_the_words_of_a_stop_leave_no_gap(rule: Rule) -> None:
    rejection = rejection_of_example(rule)
    assert rejection is not None
    assert rejection.message == rejection.message.strip()
    assert bool(rejection.message) == (rule.status != 0)


def test_every_rule_is_in_the_book_exactly_once() -> None:
    for module in pkgutil.iter_modules(fake_pypi.rules.__path__, "fake_pypi.rules."):
        importlib.import_module(module.name)
    every = classes_below(Rule)  # type: ignore[type-abstract]  # only looked at, never made
    ours = {each for each in every if each.__module__.startswith("fake_pypi.")}
    complete = {each for each in ours if hasattr(each, "id")}  # the others say what several have in common
    assert sorted(type(rule).__name__ for rule in PYPI) == sorted(each.__name__ for each in complete)
    assert len({rule.id for rule in PYPI}) == len(PYPI)


@pytest.mark.parametrize("seed", range(10))
def test_leaving_any_rules_out_never_makes_another_crash(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    for number, rule in enumerate(dice.sample(tuple(PYPI), len(PYPI) // 5)):
        index = Index()
        upload = example_of(rule, index, tmp_path / str(number))
        left_out = dice.sample([each.id for each in PYPI], dice.randrange(len(PYPI)))
        rule_set = PYPI.without(*left_out)
        rejections = rule_set.check_all(upload, index)
        assert {rejection.rule.id for rejection in rejections}.isdisjoint(left_out)
        assert all(isinstance(rejection.message, str) for rejection in rejections)
        index.close()


def test_an_upload_that_is_in_order_passes_every_rule(index: Index, tmp_path: Path) -> None:
    from fake_pypi.packages.wheel import wheel
    from fake_pypi.rules.rule_set import Example

    verdict = PYPI.judge(upload_of(Example(wheel("demo")), index, tmp_path), index)
    assert (verdict.rejection, verdict.passed) == (None, tuple(PYPI))


def test_links_lead_to_the_index_that_was_asked(tmp_path: Path) -> None:
    index = Index(TESTPYPI)
    rejection = PYPI.judge(example_of(PYPI["duplicate-file"], index, tmp_path), index).rejection
    assert rejection is not None
    assert "See https://test.pypi.org/help/#file-name-reuse" in rejection.message
    index.close()


def test_a_rule_that_is_not_there_is_answered_with_those_that_sound_like_it() -> None:
    with pytest.raises(UnknownRule, match="did you mean duplicate-file"):
        PYPI.without("duplicate-files")


def test_a_rule_can_be_put_before_another() -> None:
    last = tuple(PYPI)[-1]
    rule_set = RuleSet(PYPI.without(last.id)).with_rule(last, before="duplicate-file")
    ids = [rule.id for rule in rule_set]
    assert ids.index(last.id) == ids.index("duplicate-file") - 1
