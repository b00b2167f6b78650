"""Tools that publish without a token, from the jobs of two CIs; the matrix has each of them on GitHub."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import FakeIndexes
from fake_pypi.packages.wheel import wheel
from tests.e2e.provision import programs_of

WORKFLOW: dict[str, Any] = {"owner": "octo", "repository": "hello", "workflow": "release.yml"}
TOOLS = ("twine upload --non-interactive", "uv publish --trusted-publishing always")
ON_GITLAB = [
    ("twine", "newest", "twine upload --non-interactive dist/*"),
    ("twine", "oldest", "twine upload --non-interactive dist/*"),
    ("uv", "newest", "uv publish --trusted-publishing always"),
    ("uv", "oldest", "uv publish --trusted-publishing always"),
    ("pdm", "newest", "pdm publish --no-build"),
]
"""maturin, and pdm in its oldest release, know no CI but GitHub's."""


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as indexes:
        yield indexes
        assert indexes.servers.errors == []


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


@pytest.mark.parametrize(("client", "age", "line"), ON_GITLAB, ids=lambda value: value.partition(" ")[0])
def test_a_gitlab_job_publishes_too(indexes: FakeIndexes, tmp_path: Path, client: str, age: str, line: str) -> None:
    wheel("hello").write_to(tmp_path / "dist")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "hello"\nversion = "1.0"\nrequires-python = ">=3.8"\n')
    indexes.pypi.add_gitlab_publisher("hello", namespace="grp/sub", repository="hello", pending=True)
    job = indexes.shell().gitlab_ci()
    path = f"{programs_of(client, age)}{os.pathsep}{job.env['PATH']}"
    job.run(line, cwd=tmp_path, env={"PATH": path, "PDM_IGNORE_SAVED_PYTHON": "1", "PDM_USE_VENV": "0"}, timeout=120)
    project = indexes.pypi.project("hello")
    assert project is not None
    assert [file.uploaded_by for file in project.releases["1.0"].files] == ["gitlab grp/sub/hello/.gitlab-ci.yml"]


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
def test_a_job_in_another_environment_is_rejected_with_what_differs(
    indexes: FakeIndexes, dist: Path, tool: str
) -> None:
    indexes.pypi.add_github_publisher("hello", **WORKFLOW, environment="pypi", pending=True)
    rejected = indexes.shell().github_actions(environment="staging").run(f"{tool} {dist}", check=False, timeout=60)
    assert rejected.returncode != 0
    assert "invalid-publisher" in rejected.stdout + rejected.stderr
    assert "≠ environment: sent staging, expected pypi" in indexes.pypi.rejections[-1].detail


def test_a_job_may_still_use_a_secret_of_its_own(indexes: FakeIndexes, dist: Path) -> None:
    token = indexes.pypi.add_token(description="CI")
    secrets = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": token.secret}
    job = indexes.shell().github_actions(repository="octo/hello", workflow="release.yml", secrets=secrets)
    ended = job.run(f"twine upload --non-interactive {dist}", timeout=60)
    assert token.secret not in repr(ended)
    assert indexes.pypi.index.tokens.last_used(token) is not None


CURL_ASKS = (
    'curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" '
    '"$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$audience" | field value'
)
BY_HAND = """
field() {{ python -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }}
audience=$(curl -sSf https://{host}/_/oidc/audience | field audience)
identity=$({asks})
token=$(curl -sSf https://{host}{mint} -d "{{\\"token\\": \\"$identity\\"}}" | field token)
echo "::add-mask::$token"
echo "token=$token" >> "$GITHUB_OUTPUT"
twine upload --non-interactive -u __token__ -p "$token" --repository {index} {dist}
"""


@pytest.mark.skipif(os.name == "nt", reason="the steps are written for bash")
@pytest.mark.parametrize("asks", [CURL_ASKS, 'python -m id "$audience"'], ids=["curl", "id"])
@pytest.mark.parametrize("mint", ["/_/oidc/mint-token", "/_/oidc/github/mint-token"])
@pytest.mark.parametrize("index", ["pypi", "testpypi"])
def test_steps_that_exchange_tokens_themselves_work_as_they_are(
    indexes: FakeIndexes, dist: Path, index: str, mint: str, asks: str
) -> None:
    there = getattr(indexes, index)
    there.add_github_publisher("hello", **WORKFLOW, pending=True)
    job = indexes.shell().github_actions(repository="octo/hello", workflow="release.yml")
    ended = job.script(
        BY_HAND.format(host=there.hosts.upload, mint=mint, asks=asks, index=index, dist=dist), timeout=60
    )
    assert there.project("hello") is not None
    token = Path(job.env["GITHUB_OUTPUT"]).read_text(encoding="utf-8").partition("token=")[2].strip()
    assert token.startswith("pypi-")
    assert f"::add-mask::{token}" in ended.stdout
    assert token not in repr(ended)


def fake_pypi_run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fake_pypi", "run", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, timeout=120, encoding="utf-8")


def test_the_command_line_runs_a_job_of_a_workflow_that_both_indexes_trust(tmp_path: Path) -> None:
    wheel("hello").write_to(tmp_path)
    line = "twine upload --non-interactive --repository testpypi *.whl && twine upload --non-interactive *.whl"
    ended = fake_pypi_run("--github-actions", "octo/hello@release.yml", "--", line, cwd=tmp_path)
    assert ended.returncode == 0
    for host in ("test.pypi.org", "pypi.org"):
        assert f"https://{host}/project/hello/1.0/" in ended.stdout


def test_the_command_line_rejects_a_token_for_the_other_index_and_shows_none_of_it(tmp_path: Path) -> None:
    wheel("hello").write_to(tmp_path)
    ask = 'import id, json; print(json.dumps({"token": id.detect_credential("testpypi")}))'
    (tmp_path / "ask.py").write_text(ask, encoding="utf-8")
    line = "python ask.py | curl -s -d @- https://pypi.org/_/oidc/mint-token"
    ended = fake_pypi_run("--github-actions", "octo/hello@release.yml", "--", line, cwd=tmp_path)
    assert '"code": "invalid-token"' in ended.stdout
    assert "eyJ" not in ended.stdout + ended.stderr
