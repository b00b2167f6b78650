"""The rule set, and what applies to each of its rules."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import fake_pypi.rules
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.rule_set import Rule, RuleSet, UnknownRule
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


def read_again(upload: Upload) -> Upload:
    """Return the same upload, with nothing read from its file yet."""
    fresh = Upload(upload.form, upload.sender)
    fresh.project = upload.project
    return fresh


def classes_below(rule: type[Rule]) -> Iterator[type[Rule]]:
    for each in rule.__subclasses__():
        yield each
        yield from classes_below(each)


@each_rule
def test_a_rule_is_the_first_to_reject_its_example(rule: Rule, index: Index, uploads: Path) -> None:
    """Then without the rule, and then without a random half of all rules: none relies on another one before it."""
    ids = [each.id for each in PYPI]
    upload = example_of(rule, index, uploads)
    rejection = PYPI.judge(upload, index).rejection
    assert rejection is not None
    assert rejection.rule.id == rule.id
    assert rejection.message == rejection.message.strip()
    assert bool(rejection.message) == (rule.status != 0)

    assert len(PYPI.without(rule.id).judge(upload, index).passed) >= ids.index(rule.id)

    left_out = random.Random(rule.id).sample(ids, len(ids) // 2)
    rejections = PYPI.without(*left_out).check_all(read_again(upload), index)
    assert {other.rule.id for other in rejections}.isdisjoint(left_out)
    assert all(isinstance(other.message, str) for other in rejections)


@each_rule
def test_a_rule_has_a_near_miss_and_accepts_it(rule: Rule, index: Index, uploads: Path) -> None:
    assert rule.id in NEAR_MISSES, "add an upload that the rule nearly rejects to tests/unit/rules/near_misses.py"
    assert rule.check(upload_of(NEAR_MISSES[rule.id], index, uploads), index) is None


def test_every_near_miss_is_of_a_rule() -> None:
    assert set(NEAR_MISSES) == {rule.id for rule in PYPI}


def test_every_rule_has_an_id_a_status_a_message_an_explanation_a_remedy_and_a_source() -> None:
    for rule in PYPI:
        assert rule.id == rule.id.lower().strip().replace("_", "-")
        assert rule.status in {0, 200} or 400 <= rule.status <= 500, rule.id
        assert rule.message_template or rule.status == 0, rule.id
        assert type(rule).__doc__, f"{rule.id} needs a docstring that says why"
        assert rule.remedy.endswith((".", "!")), rule.id
        assert rule.source, rule.id


def test_every_rule_is_in_the_rule_set_exactly_once() -> None:
    for module in pkgutil.iter_modules(fake_pypi.rules.__path__, "fake_pypi.rules."):
        importlib.import_module(module.name)
    every = classes_below(Rule)  # type: ignore[type-abstract]  # only looked at, never made
    ours = {each for each in every if each.__module__.startswith("fake_pypi.")}
    complete = {each for each in ours if hasattr(each, "id")}  # the others say what several have in common
    assert sorted(type(rule).__name__ for rule in EVERY_RULE) == sorted(each.__name__ for each in complete)
    assert len({rule.id for rule in EVERY_RULE}) == len(EVERY_RULE)
    assert [rule.id for rule in PYPI] == [rule.id for rule in EVERY_RULE if not rule.until]


def test_a_valid_upload_passes_every_rule(index: Index, uploads: Path) -> None:
    from fake_pypi.packages.wheel import wheel
    from fake_pypi.rules.rule_set import Example

    verdict = PYPI.judge(upload_of(Example(wheel("demo")), index, uploads), index)
    assert (verdict.rejection, verdict.passed) == (None, tuple(PYPI))


def test_links_in_messages_lead_to_the_index_that_rejects(uploads: Path) -> None:
    index = Index(TESTPYPI)
    rejection = PYPI.judge(example_of(PYPI["duplicate-file"], index, uploads), index).rejection
    assert rejection is not None
    assert "See https://test.pypi.org/help/#file-name-reuse" in rejection.message
    index.close()


def test_an_unknown_rule_is_an_error_that_names_similar_rules() -> None:
    with pytest.raises(UnknownRule, match="did you mean duplicate-file"):
        PYPI.without("duplicate-files")


def test_a_rule_can_be_put_before_another() -> None:
    last = tuple(PYPI)[-1]
    rule_set = RuleSet(PYPI.without(last.id)).with_rule(last, before="duplicate-file")
    ids = [rule.id for rule in rule_set]
    assert ids.index(last.id) == ids.index("duplicate-file") - 1
