"""What the projects of one repository may expect of each other, without indexes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi import wheel
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.release_group import ReleaseGroup, SiblingNotPublished
from fake_pypi.settings import Settings
from tests.unit.rehearsal.test_built_release import FINE, built


@pytest.fixture
def group(tmp_path: Path) -> ReleaseGroup:
    """The project core is released as 1.5, and lab is not."""
    group = ReleaseGroup(Settings(), ["core", "app"], folder_name="app", unpublished={"lab": "it is private"})
    group.releases["core"] = built(tmp_path / "core", wheel("core", "1.5", **FINE, dependencies=["base", "rich"]))
    group.releases["base"] = built(tmp_path / "base", wheel("base", "1.0", **FINE))
    return group


def check(group: ReleaseGroup, *requirements: str) -> None:
    group.check_siblings(requirements, subject="app 2.0", pyproject="pyproject.toml")


def test_requirements_that_are_satisfied_or_of_other_projects_pass(group: ReleaseGroup) -> None:
    check(group, "Core>=1,<2", "core[extra]", "rich>=99", "app>=99", "not a (requirement")


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        ("core>=2", "app 2.0 requires core>=2, and this repository releases core 1.5"),
        ("Lab", "app 2.0 requires Lab, which is not published: it is private"),
    ],
)
def test_a_requirement_that_the_repository_does_not_satisfy_fails(
    group: ReleaseGroup, requirement: str, message: str
) -> None:
    with pytest.raises(StepFailed) as failure:
        check(group, requirement)
    assert failure.value.summary == message
    assert "pyproject.toml" in failure.value.advice[0]


def test_the_siblings_of_siblings_are_uploaded_to_both_indexes_once_each(group: ReleaseGroup) -> None:
    steps: list[tuple[str, str]] = []
    for name in ("core", "base", "app"):
        group.run_step_of[name] = lambda step, name=name: steps.append((name, step))  # type: ignore[misc]
    group.upload_siblings(["core", "core[x]>=1", "rich", "app"], of="app", index="testpypi")
    assert steps == [(name, step) for name in ("core", "base") for step in ("upload to TestPyPI", "upload to PyPI")]


def test_the_failure_of_a_sibling_is_named(group: ReleaseGroup) -> None:
    def fail(_: str) -> None:
        raise StepFailed("PyPI would reject core-1.5.tar.gz", step="check")

    group.run_step_of["core"] = fail
    with pytest.raises(SiblingNotPublished) as failure:
        group.upload_siblings(["core"], of="app")
    assert failure.value.summary == "core was not published: check failed: PyPI would reject core-1.5.tar.gz"
    assert (failure.value.sibling, failure.value.sibling_step) == ("core", "check")
