from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fake_pypi.index import Index
from fake_pypi.index.sender import ANONYMOUS
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.new_project import creation_limits, new_projects_warning, standard_library
from fake_pypi.rules.order import PROJECT
from fake_pypi.rules.rule_set import Example, RuleSet
from fake_pypi.sites import PYPI, TESTPYPI

RuleFor = Callable[[str], "str | None"]


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def rule_for(index: Index, uploads: Path) -> RuleFor:
    """Returns the id of the rule that rejects an upload to the project of that name, or None."""

    def judge(name: str) -> str | None:
        upload = upload_of(Example(wheel("demo"), form={"name": name}), index, uploads)
        rejection = RuleSet(PROJECT).judge(upload, index).rejection
        return None if rejection is None else rejection.rule.id

    return judge


@pytest.mark.parametrize(
    "name", ["json", "xml-etree", "test.support", "UserDict", "Tkinter", "importlib_metadata", "future", "AL"]
)
def test_a_module_of_any_pythons_library_is_no_name_for_a_new_project(rule_for: RuleFor, name: str) -> None:
    assert rule_for(name) == "standard-library-name"


@pytest.mark.parametrize("name", ["pip", "setuptools", "hello", "jsons"])
def test_other_names_are_free(rule_for: RuleFor, name: str) -> None:
    assert rule_for(name) is None


def test_the_modules_of_the_running_python_are_among_them() -> None:
    assert {"json", "asyncio", "tomllib", "dataclasses", "distutils", "carbon"} <= standard_library()


def test_an_existing_project_may_have_any_name(index: Index, rule_for: RuleFor) -> None:
    index.flags.set("disallow-new-project-registration")
    for name in ("json", "requirements-txt"):
        index.projects.create(name, None)

    assert (rule_for("json"), rule_for("requirements-txt")) == (None, None)


def test_a_prohibited_name_is_so_in_any_spelling(index: Index, rule_for: RuleFor) -> None:
    index.prohibited_names.add("for_bidden")

    assert rule_for("For-Bidden") == "prohibited-name"


@pytest.mark.parametrize(("there", "new"), [("lib", "1ib"), ("demo", "d-e-m-o"), ("hello", "he11o"), ("o0", "OO")])
def test_a_name_may_not_be_similar_to_an_existing_one(index: Index, rule_for: RuleFor, there: str, new: str) -> None:
    index.projects.create(there, None)

    assert rule_for(new) == "similar-name"


def test_the_same_name_in_another_spelling_is_the_same_project(index: Index, rule_for: RuleFor) -> None:
    index.projects.create("My.Demo", None)

    assert rule_for("my-_-demo") is None


def test_the_fifth_new_project_of_a_day_has_to_wait_where_the_limit_is_set(
    index: Index, rule_for: RuleFor, uploads: Path
) -> None:
    index.limits.new_projects_per_day = 4
    upload = upload_of(Example(wheel("demo")), index, uploads)
    for _ in range(4):
        assert rule_for("demo") is None
        for limit, who in creation_limits(upload, index):
            index.rate_limits.hit(limit, who)

    assert rule_for("demo") == "rate-limited"
    index.clock.advance(hours=23)
    assert rule_for("demo") == "rate-limited"
    index.clock.advance(hours=1, seconds=1)
    assert rule_for("demo") is None


def test_an_upload_without_an_account_counts_for_its_address_alone(index: Index, uploads: Path) -> None:
    upload = upload_of(Example(wheel("demo")), index, uploads)
    assert [limit.key for limit, _ in creation_limits(upload, index)] == ["ip", "user"]
    upload.sender = ANONYMOUS
    assert [limit.key for limit, _ in creation_limits(upload, index)] == ["ip"]


def test_no_number_of_new_projects_is_rejected_unless_a_limit_is_set(
    index: Index, rule_for: RuleFor, uploads: Path
) -> None:
    upload = upload_of(Example(wheel("demo")), index, uploads)
    for _ in range(100):
        for limit, who in creation_limits(upload, index):
            index.rate_limits.hit(limit, who)

    assert rule_for("demo") is None


def test_more_projects_than_pypi_creates_in_a_day_are_worth_a_warning() -> None:
    assert new_projects_warning(PYPI, 4) is None
    assert str(new_projects_warning(PYPI, 5)).startswith("5 projects are released: PyPI allows 4 new projects in 24 ")
    assert new_projects_warning(TESTPYPI, 500) is None


def test_one_address_has_the_same_limit(index: Index, rule_for: RuleFor) -> None:
    index.limits.new_projects_per_day = 4
    limit = next(each for each in index.rate_limits.new_projects if each.key == "ip")
    for _ in range(4):
        index.rate_limits.hit(limit, "127.0.0.1")

    assert rule_for("demo") == "rate-limited"


def test_the_rate_is_looked_at_before_the_flag_and_the_flag_before_the_name(index: Index, rule_for: RuleFor) -> None:
    index.flags.set("disallow-new-project-registration")

    assert rule_for("json") == "new-projects-disabled"
