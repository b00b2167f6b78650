"""Mistakes that only a run shows: each job of one workflow makes one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry
from fake_pypi.workflows.running.run_report import WorkflowReport
from tests.e2e.workflows.repositories import BUILD_JOB, job, output, rehearse, repository

DOWNLOAD = """
      - uses: actions/download-artifact@v5
        with: {name: dist, path: dist}
"""
PLACE = ".github/workflows/release.yml:2"
JOBS = f"""
name: Release
on: {{push: {{tags: ["v*"]}}}}
permissions: {{contents: read}}
jobs:{BUILD_JOB}
  not-downloaded:
    needs: build
    runs-on: ubuntu-latest
    permissions: {{id-token: write}}
    environment: release
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
  other-folder:
    needs: build
    runs-on: ubuntu-latest
    permissions: {{id-token: write}}
    environment: release
    steps:
      - uses: actions/download-artifact@v5
        with: {{path: dist}}
      - uses: pypa/gh-action-pypi-publish@release/v1
  other-name:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v5
        with: {{name: distributions}}
  no-permission:
    needs: build
    runs-on: ubuntu-latest
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@release/v1
  missing-secret:
    needs: build
    runs-on: ubuntu-latest
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{{{ secrets.PYPI_TOKEN }}}}
  other-environment:
    needs: build
    runs-on: ubuntu-latest
    permissions: {{id-token: write}}
    environment: production
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@release/v1
  token-of-testpypi:
    needs: build
    runs-on: ubuntu-latest
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@v1.8.14
        with:
          password: ${{{{ secrets.TEST_PYPI_TOKEN }}}}
          verify-metadata: false
  user-name:
    needs: build
    runs-on: ubuntu-latest
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@release/v1
        with:
          user: maintainer
          password: ${{{{ secrets.API_TOKEN }}}}
          verify-metadata: false
  one-name:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix: {{python: [a, b]}}
    steps:
      - run: echo ${{{{ matrix.python }}}} > ${{{{ matrix.python }}}}.txt
      - uses: actions/upload-artifact@v4
        with: {{name: texts, path: "*.txt"}}
  printed:
    runs-on: ubuntu-latest
    env: {{TOKEN: "${{{{ secrets.OTHER_TOKEN }}}}"}}
    steps:
      - run: echo "$TOKEN" | rev
  signed-twice:
    needs: build
    runs-on: ubuntu-latest
    permissions: {{id-token: write}}
    environment: release
    steps:{DOWNLOAD}      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {{repository-url: https://test.pypi.org/legacy/, verify-metadata: false}}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {{verify-metadata: false}}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> WorkflowReport:
    file = repository(tmp_path_factory.mktemp("mistakes") / "demo", JOBS)
    publishers = (GitHubPublisherEntry.parse("octo/demo release.yml release"),)
    return rehearse(file, publishers=publishers, secrets={"PYPI_TOKEN": None})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "error"),
    [
        ("not-downloaded", "the artifacts of this run are dist: download them with actions/download-artifact"),
        ("other-folder", "dist/dist/demo-1.2.0.tar.gz): use `packages-dir: dist/dist`"),
        ("other-name", "there is no artifact 'distributions' in this run (there is: dist)"),
        ("no-permission", "add `permissions: id-token: write` to the job"),
        ("missing-secret", "or check the name of the secret in `password`"),
        ("other-environment", "valid token, but no corresponding publisher"),
        ("token-of-testpypi", "ended with exit code 1"),
        ("user-name", "ended with exit code 1"),
        ("one-name (b)", "an artifact with the name 'texts' already exists in this run"),
        ("signed-twice", "already has a publish attestation"),
    ],
)
def test_the_step_that_fails_says_why(title: str, error: str, report: WorkflowReport) -> None:
    failed = job(report, title)

    assert failed.result == "failure"
    assert error in failed.steps[-1].error


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "parts"),
    [
        (
            "other-environment / ",
            [
                "≠ environment: sent production, expected release",
                "register exactly this publisher on PyPI: Owner: octo · Repository name: demo",
                "Workflow name: release.yml · Environment name: production",
            ],
        ),
        ("token-of-testpypi / ", ["403", "the secret TEST_PYPI_TOKEN is a token of TestPyPI"]),
        ("user-name / ", ["403", "the user name is 'maintainer': an API token needs the user name __token__"]),
        ("printed / ", ["the secret OTHER_TOKEN is readable in the log (reversed)"]),
    ],
)
def test_the_mistake_is_explained(place: str, parts: list[str], report: WorkflowReport) -> None:
    mistake = next(each for each in report.mistakes if each.startswith(place))

    assert [part for part in parts if part not in mistake] == []


@pytest.mark.slow
def test_a_readable_secret_is_not_in_the_report(report: WorkflowReport) -> None:
    assert "(removed: a secret is readable here)" in output(report, "printed")


@pytest.mark.slow
def test_files_that_exist_are_reported_although_they_are_skipped(tmp_path: Path) -> None:
    file = repository(
        tmp_path / "demo",
        """
        name: Release
        on: {push: {tags: ["v*"]}}
        jobs:
          publish:
            runs-on: ubuntu-latest
            permissions: {id-token: write}
            steps:
              - uses: actions/checkout@v5
              - run: python make_files.py 1.3.0
              - uses: pypa/gh-action-pypi-publish@release/v1
                with: {attestations: false, verify-metadata: false}
              - run: python make_files.py 1.3.0
              - uses: pypa/gh-action-pypi-publish@release/v1
                with: {attestations: false, verify-metadata: false, skip-existing: true}
        """,
    )

    report = rehearse(file)

    assert job(report, "publish").result == "success"
    assert any(
        "demo-1.3.0-py3-none-any.whl, demo-1.3.0.tar.gz existed on PyPI and was skipped" in mistake
        for mistake in report.mistakes
    )
    assert any(
        mistake.startswith(
            ".github/workflows/release.yml:2: the tag is v1.2.0, and the version that was published on PyPI is 1.3.0"
        )
        for mistake in report.mistakes
    )
