"""twine and uv publish without a token, from the jobs of two CIs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakeIndexes
from fake_pypi.packages.wheel import wheel

pytestmark = pytest.mark.e2e

WORKFLOW: dict[str, Any] = {"owner": "octo", "repository": "hello", "workflow": "release.yml"}
TOOLS = ("twine upload --non-interactive", "uv publish --trusted-publishing always")


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as indexes:
        yield indexes
        assert indexes.stage.errors == []


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return wheel("hello").write_to(tmp_path)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_github_job_publishes_to_a_project_that_its_publisher_creates(
    indexes: FakeIndexes, dist: Path, tool: str
) -> None:
    indexes.pypi.add_github_publisher("hello", **WORKFLOW, environment="pypi", pending=True)
    job = indexes.shell().github_actions(environment="pypi")
    assert not (job.home / ".pypirc").exists()
    job.run(f"{tool} {dist}", timeout=60)
    project = indexes.pypi.project("hello")
    assert project is not None
    assert [file.uploaded_by for file in project.releases["1.0"].files] == ["github octo/hello/release.yml/pypi"]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_gitlab_job_publishes_too(indexes: FakeIndexes, dist: Path, tool: str) -> None:
    indexes.pypi.add_gitlab_publisher("hello", namespace="grp/sub", repository="hello", pending=True)
    indexes.shell().gitlab_ci().run(f"{tool} {dist}", timeout=60)
    assert indexes.pypi.project("hello") is not None


def test_the_same_job_publishes_to_testpypi(indexes: FakeIndexes, dist: Path) -> None:
    indexes.testpypi.add_github_publisher("hello", **WORKFLOW, pending=True)
    job = indexes.shell().github_actions(repository="octo/hello", workflow="release.yml")
    job.run(f"twine upload --non-interactive --repository testpypi {dist}", timeout=60)
    assert (indexes.pypi.project("hello"), indexes.testpypi.project("hello") is None) == (None, False)


def test_uv_gives_its_token_back(indexes: FakeIndexes, dist: Path) -> None:
    indexes.pypi.add_github_publisher("hello", **WORKFLOW, pending=True)
    indexes.shell().github_actions().run(f"uv publish --trusted-publishing always {dist}", timeout=60)
    assert [request.status for request in indexes.pypi.requests if "burn" in request.path] == [202]
    assert indexes.pypi.index.db.value("SELECT count(*) FROM tokens WHERE publisher IS NOT NULL") == 0


@pytest.mark.parametrize("tool", TOOLS)
def test_a_job_in_another_environment_is_refused_and_told_what_differs(
    indexes: FakeIndexes, dist: Path, tool: str
) -> None:
    indexes.pypi.add_github_publisher("hello", **WORKFLOW, environment="pypi", pending=True)
    refused = indexes.shell().github_actions(environment="staging").run(f"{tool} {dist}", check=False, timeout=60)
    assert refused.returncode != 0
    assert "invalid-publisher" in refused.stdout + refused.stderr
    assert "≠ environment: sent staging, expected pypi" in indexes.pypi.refusals[-1].detail


def test_a_job_may_still_use_a_secret_of_its_own(indexes: FakeIndexes, dist: Path) -> None:
    token = indexes.pypi.add_token(description="CI")
    secrets = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": token.secret}
    job = indexes.shell().github_actions(repository="octo/hello", workflow="release.yml", secrets=secrets)
    ended = job.run(f"twine upload --non-interactive {dist}", timeout=60)
    assert token.secret not in repr(ended)
    assert indexes.pypi.index.tokens.last_used(token) is not None
