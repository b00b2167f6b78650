"""Pipelines that publish with the real uv, twine and curl."""

from __future__ import annotations

import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from fake_pypi.cli import main
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
from fake_pypi.workflows.gitlab.running.pipeline_options import PipelineOptions
from fake_pypi.workflows.gitlab.running.pipeline_rehearsal import PipelineRehearsal
from tests.e2e.workflows.repositories import MAKE_FILES, git, job, output

EXAMPLE = Path(__file__).parents[4] / "examples" / "workflows" / "gitlab"
UV_IMAGE = "ghcr.io/astral-sh/uv:python3.12-bookworm"
PUBLISHER = "register this publisher on PyPI (https://pypi.org/manage/account/publishing/): PyPI Project Name: demo · "


def project(folder: Path, pipeline: str, **files: str) -> Path:
    contents = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1.2.0"\n',
        "make_files.py": MAKE_FILES,
        ".gitlab-ci.yml": dedent(pipeline).lstrip("\n"),
        **files,
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
    return committed(folder, "demo")


def committed(folder: Path, name: str) -> Path:
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", f"git@gitlab.com:group/{name}.git")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    git(folder, "tag", "v1.2.0")
    return folder / ".gitlab-ci.yml"


def rehearse(file: Path, **options: Any) -> Any:
    with PipelineRehearsal(PipelineOptions(file, tag="v1.2.0", **options)) as rehearsal:
        assert rehearsal.decision.runs, rehearsal.decision.reason
        return rehearsal.run()


TRUSTED = f"""
stages: [build, publish]
build:
  stage: build
  script:
    - python make_files.py
    - echo "KIND=wheel and sdist" > build.env
  artifacts:
    paths: [dist/]
    exclude: [dist/*.txt]
    reports: {{dotenv: build.env}}
publish:
  stage: publish
  image: {UV_IMAGE}
  needs: [build]
  environment: {{name: $TARGET, url: https://pypi.org/p/demo}}
  variables: {{TARGET: pypi}}
  id_tokens:
    PYPI_ID_TOKEN: {{aud: pypi}}
  script:
    - echo "$KIND of $CI_PROJECT_PATH at $CI_COMMIT_TAG for $CI_ENVIRONMENT_NAME"
    - uv publish --trusted-publishing always
  after_script: [echo "ended with $CI_JOB_STATUS"]
  rules: [{{if: $CI_COMMIT_TAG}}]
announce:
  stage: .post
  when: manual
  script: exit 1
"""


def test_uv_publishes_with_an_identity_token_and_the_artifacts_of_another_job(tmp_path: Path) -> None:
    report = rehearse(project(tmp_path, TRUSTED))

    assert not report.failed, "\n".join([*report.mistakes, output(report, "build"), output(report, "publish")])
    assert report.published == ["on PyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz"]
    assert "wheel and sdist of group/demo at v1.2.0 for pypi" in output(report, "publish")
    assert "ended with success" in output(report, "publish")
    entries = (
        "Namespace: group · Project name: demo · Top-level pipeline file path: .gitlab-ci.yml · Environment name: pypi"
    )
    assert report.remaining[0] == PUBLISHER + entries
    assert job(report, "announce").result == "skipped"
    assert "run it with --job 'announce'" in job(report, "announce").reason


def test_a_publisher_that_differs_ends_with_the_difference_and_the_entries(tmp_path: Path) -> None:
    stated = (GitLabPublisherEntry.parse("group/demo .gitlab-ci.yml release"),)

    report = rehearse(project(tmp_path, TRUSTED), publishers=stated)

    assert job(report, "publish").result == "failure"
    text = "\n".join(report.mistakes)
    assert "≠ environment: sent pypi, expected release" in text
    assert "register exactly this publisher on PyPI: Namespace: group · Project name: demo" in text
    assert report.published == []


def test_an_identity_token_is_exchanged_by_hand(tmp_path: Path) -> None:
    pipeline = f"""
    publish:
      image: {UV_IMAGE}
      id_tokens:
        MY_TOKEN: {{aud: testpypi}}
      script:
        - python make_files.py
        - 'ANSWER=$(curl --silent --fail --data "{{\\"token\\": \\"$MY_TOKEN\\"}}" https://test.pypi.org/_/oidc/mint-token)'
        - export UV_PUBLISH_TOKEN=$(python -c "import json, sys; print(json.loads(sys.argv[1])['token'])" "$ANSWER")
        - uv publish --publish-url https://test.pypi.org/legacy/
    """

    report = rehearse(project(tmp_path, pipeline))

    assert report.published == ["on TestPyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz"], output(
        report, "publish"
    )
    assert report.remaining[0].startswith("register this publisher on TestPyPI")


def test_a_failed_job_stops_what_waits_for_it_and_starts_what_is_for_failures(tmp_path: Path) -> None:
    pipeline = """
    stages: [build, publish]
    tolerated: {stage: build, script: [exit 3], allow_failure: {exit_codes: 3}}
    build: {stage: build, script: ['echo "token: $PYPI_TOKEN"', 'false', echo never], retry: 1}
    publish: {stage: publish, script: [echo no]}
    clean: {stage: publish, script: [echo yes], when: on_failure}
    """

    report = rehearse(project(tmp_path, pipeline))

    results = {each.title: each.result for each in report.jobs}
    assert results == {"tolerated": "success", "build": "failure", "publish": "skipped", "clean": "success"}
    assert job(report, "publish").reason == "build failed"
    assert "never" not in [line.strip() for line in output(report, "build").splitlines()]
    assert "runs again (`retry`)" in output(report, "build")
    assert "token: ***" in output(report, "build")
    assert any("the variable PYPI_TOKEN is printed" in mistake for mistake in report.mistakes)
    assert any("`allow_failure` hides that" in warning for warning in report.warnings)


@pytest.mark.slow
def test_the_example_is_published_with_twine(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)

    report = rehearse(committed(tmp_path, "paper-lanterns"))

    assert not report.failed, "\n".join([*report.mistakes, *(output(report, each.title) for each in report.jobs)])
    assert report.published == ["on PyPI: paper_lanterns-1.2.0-py3-none-any.whl, paper_lanterns-1.2.0.tar.gz"]


def test_the_command_shows_the_plan_and_the_mistakes_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project(tmp_path, TRUSTED.replace("{aud: pypi}", "{aud: https://pypi.org}"))

    code = main(["workflow", str(file), "--tag", "v1.3.0", "--list"])

    shown = capsys.readouterr().out
    assert code == 1
    assert "A push of the tag v1.3.0 creates a pipeline of .gitlab-ci.yml" in shown
    assert "announce (.post): waits to be started by hand" in shown
    assert "error: .gitlab-ci.yml:18: PYPI_ID_TOKEN has the audience https://pypi.org" in shown
    assert "the tag v1.3.0 is for 1.3.0, and the project's version is 1.2.0 [tag-differs-from-version]" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tag", "v1", "--branch", "main"], "an event is about a tag or a branch"),
        (["--event", "release"], "GitLab has no event 'release' here"),
        (["--repository", "demo"], "'demo' is no project"),
        (["--job", "other"], "there is no job 'other'"),
        (["--publisher", "demo"], "'demo' is no publisher"),
        (["--input", "a=b"], "inputs are for workflows of GitHub"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project(tmp_path, "job: {script: x}")

    code = main(["workflow", str(file), *arguments])

    assert code == 2
    assert message in capsys.readouterr().err


def test_the_command_takes_variables_of_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project(tmp_path, 'show:\n  script: echo "$COLOUR, ${UPLOAD_PASSWORD:-nothing}"\n')

    code = main(["workflow", str(file), "--tag", "v1.2.0", "--var", "COLOUR=blue", "--secret", "UPLOAD_PASSWORD"])

    assert (code, "blue, nothing" in capsys.readouterr().out) == (0, True)
