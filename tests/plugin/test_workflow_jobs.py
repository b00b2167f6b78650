"""`--fake-pypi-workflow`: the jobs of a publishing workflow as tests."""

from __future__ import annotations

import pytest

from tests.e2e.workflows.repositories import git, repository

WORKFLOW = """
name: Release
on: {push: {tags: ["v*"]}}
jobs:
  publish:
    needs: build
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps:
      - uses: actions/download-artifact@v5
        with: {name: dist, path: dist}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true, verify-metadata: false}
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: python make_files.py
      - uses: actions/upload-artifact@v5
        with: {name: dist, path: dist}
  broken:
    runs-on: ubuntu-latest
    steps: [{run: "echo reason; exit 4"}]
  never:
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    steps: [{run: echo}]
"""
FILE = ".github/workflows/release.yml"


@pytest.mark.slow
def test_each_job_is_a_test_in_the_order_of_their_needs(pytester: pytest.Pytester) -> None:
    repository(pytester.path, WORKFLOW)
    pytester.makepyfile("def test_other(): pass")

    result = pytester.runpytest_subprocess("-v", "-rs", f"--fake-pypi-workflow={FILE}")

    result.assert_outcomes(passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "fake-pypi: PyPI and TestPyPI on this machine; no access to other hosts",
            f"{FILE}::build PASSED*",
            f"{FILE}::publish PASSED*",
            f"{FILE}::broken FAILED*",
            f"{FILE}::never SKIPPED*",
            "*workflow: broken*",
            "*reason",
            "     ! Process completed with exit code 4.",
            "published: on PyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz",
            "left to do: register this publisher on PyPI*Owner: octo*",
        ]
    )


@pytest.mark.slow
def test_the_ini_key_names_workflows_and_a_single_job_runs_those_that_it_needs(pytester: pytest.Pytester) -> None:
    repository(pytester.path, WORKFLOW, tag="")
    pytester.makeini(f"[pytest]\nfake_pypi_workflow = {FILE}\nfake_pypi_workflow_tag = v1.2.0\n")

    result = pytester.runpytest_subprocess("-v", f"{FILE}::publish")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["published: on PyPI: demo-1.2.0*", "not checked: there is no tag v1.2.0: *"])
    assert git(pytester.path, "tag") == ""


def test_a_tag_that_does_not_start_the_workflow_fails_every_job(pytester: pytest.Pytester) -> None:
    repository(pytester.path, WORKFLOW)

    result = pytester.runpytest_subprocess(f"--fake-pypi-workflow={FILE}", "--fake-pypi-workflow-tag=1.2.0")

    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        ["*push of the tag 1.2.0 does not start .github/workflows/release.yml:2: the tag '1.2.0' matches no pattern*"]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "*there is no workflow '*release.yml': name a file in .github/workflows*"),
        ("on: push\njobs: {a: {run-on: x}}\n", "*release.yml:2: *"),
    ],
)
def test_a_workflow_that_cannot_be_read_is_a_usage_error(text: str, message: str, pytester: pytest.Pytester) -> None:
    if text:
        repository(pytester.path, text)

    result = pytester.runpytest_subprocess(f"--fake-pypi-workflow={FILE}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR if not text else result.ret != pytest.ExitCode.OK
    (result.stderr if not text else result.stdout).fnmatch_lines([message])


PIPELINE = """
stages: [build, publish]
upload:
  stage: publish
  needs: [make files]
  image: ghcr.io/astral-sh/uv:python3.13-bookworm
  id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}
  script: uv publish --trusted-publishing always
  rules: [{if: $CI_COMMIT_TAG}]
make files:
  stage: build
  script: python make_files.py
  artifacts: {paths: [dist/]}
broken:
  stage: build
  needs: []
  script: [echo reason, exit 4]
"""


@pytest.mark.slow
def test_each_job_of_a_pipeline_of_gitlab_is_a_test(pytester: pytest.Pytester) -> None:
    repository(pytester.path, WORKFLOW)
    (pytester.path / ".gitlab-ci.yml").write_text(PIPELINE, encoding="utf-8")
    git(pytester.path, "remote", "set-url", "origin", "git@gitlab.com:group/demo.git")

    result = pytester.runpytest_subprocess("-v", "--fake-pypi-workflow=.gitlab-ci.yml", ".gitlab-ci.yml")

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            ".gitlab-ci.yml::make files PASSED*",
            ".gitlab-ci.yml::upload PASSED*",
            "*reason*",
            "published: on PyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz",
            "left to do: register this publisher on PyPI*",
        ]
    )
