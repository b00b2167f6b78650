"""Filling an index: scenarios, requirements, projects of other users, pruning; and the speed of a full one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import FakePyPIError, InvalidScenario
from fake_pypi.packages.wheel import wheel
from tests.integration.asking import ask
from tests.integration.web.reading import simple

SCENARIO = """
description = "the newest release is yanked"
[a."1.0"]
[a."1.1"]
yanked = "broken"
[b."1.0"]
dependencies = ["a"]
files = ["wheel", "sdist"]
"""


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as index:
        yield index


def test_a_scenario_file_becomes_an_index(pypi: FakePyPI, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO)
    assert pypi.add_scenario(path).description == "the newest release is yanked"
    project, other = pypi.project("a"), pypi.project("b")
    assert project is not None
    assert other is not None
    assert {version: release.yanked_reason for version, release in project.releases.items()} == {
        "1.0": "",
        "1.1": "broken",
    }
    assert other.releases["1.0"].filenames == ["b-1.0-py3-none-any.whl", "b-1.0.tar.gz"]


def test_a_scenario_that_cannot_be_understood_adds_nothing(pypi: FakePyPI, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SCENARIO + "colour = 'red'\n")
    with pytest.raises(InvalidScenario):
        pypi.add_scenario(path)
    assert pypi.project("a") is None


def test_a_requirements_file_is_filled_in_from_the_environment(pypi: FakePyPI, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("build\n")
    names = {filename.partition("-")[0] for filename in pypi.add_requirements(path)}
    assert {"build", "packaging", "pyproject_hooks"} <= names
    assert pypi.project("pyproject-hooks") is not None


def test_requirements_that_are_not_installed_add_nothing(pypi: FakePyPI, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("packaging\nno-such-project-anywhere\n")
    with pytest.raises(FakePyPIError, match="no-such-project-anywhere"):
        pypi.add_requirements(path)
    assert pypi.project("packaging") is None


def test_a_squatted_name_belongs_to_another_user(pypi: FakePyPI) -> None:
    pypi.squat("internal-helper")
    squatted = pypi.project("internal-helper")
    assert squatted is not None
    assert (list(squatted.releases), squatted.roles) == (["99.0"], {"other-user": "Owner"})


def test_what_was_added_belongs_to_the_default_user(pypi: FakePyPI) -> None:
    pypi.add(wheel("demo", "1.0"))
    pypi.upload(wheel("demo", "1.1"))
    demo = pypi.project("demo")
    assert demo is not None
    assert (list(demo.releases), demo.roles) == (["1.0", "1.1"], {"maintainer": "Owner"})


def test_adding_is_all_or_nothing(pypi: FakePyPI) -> None:
    pypi.add(wheel("demo", "1.0"))
    with pytest.raises(FakePyPIError, match="is on the index already"):
        pypi.add(wheel("other", "1.0"), wheel("demo", "1.0"))
    assert pypi.project("other") is None


def test_pruning_takes_old_releases_and_leaves_young_ones() -> None:
    with FakePyPI("testpypi") as testpypi:
        testpypi.add(wheel("old", "1.0"), wheel("demo", "1.0"))
        testpypi.clock.advance(days=200)
        testpypi.add(wheel("demo", "1.1"))
        assert testpypi.prune(older_than=180) == ["demo 1.0", "old 1.0"]
        demo = testpypi.project("demo")
        assert demo is not None
        assert list(demo.releases) == ["1.1"]


def scans(pypi: FakePyPI, work: Callable[[], object]) -> dict[str, list[str]]:
    """The statements of some work that go through a whole table, with SQLite's plan for each."""
    connection = pypi.index.db._connection
    asked: set[str] = set()
    connection.set_trace_callback(asked.add)
    work()
    connection.set_trace_callback(None)
    kinds = ("SELECT", "UPDATE", "DELETE")
    plans = {
        query: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
        for query in asked
        # The settings of the site are few, and are read together once for each change of one.
        if query.lstrip().startswith(kinds) and query != "SELECT name, value FROM settings"
    }
    assert plans
    return {query: plan for query, plan in plans.items() if any("SCAN" in step for step in plan)}


def test_a_page_reads_no_rows_of_other_projects(pypi: FakePyPI) -> None:
    """No query of a project's pages goes through a whole table."""
    pypi.add(*(wheel(f"project-{number}", "1.0") for number in range(3)))
    url = simple(pypi.instance, "project-1")["files"][0]["url"].split("/", 3)[3]
    for path in ("simple/project-1/", "pypi/project-1/json", "pypi/project-1/1.0/json", "project/project-1/", url):
        assert scans(pypi, partial(ask, pypi.instance, "GET", f"/{path}")) == {}


def test_an_upload_reads_no_rows_of_other_projects(pypi: FakePyPI) -> None:
    """Neither into a new project nor into one that is there, and no more with a token that was adopted."""
    pypi.add_github_publisher("waits", owner="somebody", repository="else", workflow="ci.yml", pending=True)
    adopted = pypi.index.tokens.adopt("any text at all", pypi.index.accounts.add("alice"))
    for dist, token in ((wheel("demo", "1.0"), pypi.token), (wheel("other", "1.0"), adopted)):
        assert scans(pypi, partial(pypi.upload, dist, token=token)) == {}
    assert scans(pypi, partial(pypi.upload, wheel("demo", "1.1"))) == {}
