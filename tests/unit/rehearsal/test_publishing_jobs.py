"""The CI jobs that publish a project, and the repository that they are in."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.rehearsal.publishing_jobs import PublishingJob, Repository, publishing_jobs, repository_at

TRUSTED = """\
name: Release
on: {push: {tags: ["v*"]}}
permissions: {}
jobs:
  # jobs of the release
  build:
    runs-on: ubuntu-latest
    environment: never
    steps:
      - run: python -m build
  publish:
    needs: build
    runs-on: ubuntu-latest
    environment:
      name: pypi  # protected
      url: https://pypi.org/p/demo
    permissions:
      id-token: write
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""
TOKEN = """\
on: push
jobs:
    release:
        runs-on: ubuntu-latest
        steps:
            - run: |
                uv build
                uv publish --index testpypi
              env:
                  UV_PUBLISH_TOKEN: ${{ secrets.TEST_TOKEN }}
                  GH: ${{ secrets.GITHUB_TOKEN }}
"""
GITLAB = """\
stages: [build, publish]
publish:
  stage: publish
  environment: release
  id_tokens:
    PYPI_ID_TOKEN:
      aud: pypi
  script:
    - twine upload dist/*
"""


def in_workflow(folder: Path, text: str, name: str = "release.yml") -> list[PublishingJob]:
    file = folder / ".github" / "workflows" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return publishing_jobs(folder)


def test_a_trusted_job(tmp_path: Path) -> None:
    expected = PublishingJob("github", "release.yml", "publish", "pypi", has_identity=True, is_for_testpypi=False)
    assert in_workflow(tmp_path, TRUSTED) == [expected]


def test_a_job_with_a_token_of_testpypi(tmp_path: Path) -> None:
    [job] = in_workflow(tmp_path, TOKEN, "ci.yaml")
    assert (job.file, job.job, job.environment) == ("ci.yaml", "release", "")
    assert (job.has_identity, job.is_for_testpypi, job.secrets) == (False, True, ("TEST_TOKEN",))


def test_permissions_of_the_workflow_are_those_of_a_job_without_its_own(tmp_path: Path) -> None:
    everywhere = TRUSTED.replace("permissions: {}", "permissions:\n  id-token: write")
    [job] = in_workflow(tmp_path, everywhere.replace("    permissions:\n      id-token: write\n", ""))
    assert job.has_identity
    [job] = in_workflow(tmp_path, everywhere.replace("      id-token: write", "      contents: read"))
    assert not job.has_identity


@pytest.mark.parametrize("environment", ["${{ inputs.target }}", "{name: pypi}", "[a]", "&anchor pypi"])
def test_an_environment_that_is_not_a_plain_name_is_unknown(tmp_path: Path, environment: str) -> None:
    text = TRUSTED.replace(
        "    environment:\n      name: pypi  # protected\n      url: https://pypi.org/p/demo\n",
        f"    environment: {environment}\n",
    )
    [job] = in_workflow(tmp_path, text)
    assert job.environment is None


def test_a_pipeline_of_gitlab(tmp_path: Path) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text(GITLAB)
    [job] = publishing_jobs(tmp_path)
    assert (job.ci, job.file, job.job, job.environment) == ("gitlab", ".gitlab-ci.yml", "publish", "release")
    assert job.has_identity


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    in_workflow(tmp_path, TRUSTED)
    (tmp_path / "packages" / "demo").mkdir(parents=True)
    assert len(publishing_jobs(tmp_path / "packages" / "demo")) == 1


@pytest.mark.parametrize(
    "text", ["", "jobs:\n", "jobs: [\n", "\ttabs", "on: push\njobs:\n  test:\n    steps: []\n", "- a"]
)
def test_a_file_that_publishes_nothing(tmp_path: Path, text: str) -> None:
    assert in_workflow(tmp_path, text) == []


def test_a_file_that_is_not_utf_8_is_left_out(tmp_path: Path) -> None:
    in_workflow(tmp_path, TRUSTED)
    (tmp_path / ".github" / "workflows" / "broken.yml").write_bytes(b"\xff twine upload")
    assert len(publishing_jobs(tmp_path)) == 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://github.com/octo/demo", Repository("github.com", "octo", "demo")),
        ("https://github.com/octo/demo.git", Repository("github.com", "octo", "demo")),
        ("https://user@github.com/octo/demo/", Repository("github.com", "octo", "demo")),
        ("ssh://git@github.com:22/octo/demo.git", Repository("github.com", "octo", "demo")),
        ("git@github.com:octo/demo.git", Repository("github.com", "octo", "demo")),
        ("github.com:octo/demo", Repository("github.com", "octo", "demo")),
        ("https://github.com/octo/demo/issues", Repository("github.com", "octo", "demo")),
        ("https://gitlab.com/group/sub/demo/-/issues", Repository("gitlab.com", "group/sub", "demo")),
        ("https://github.com/octo", None),
        ("https://example.com/", None),
        ("../demo", None),
        ("", None),
        ("https://[broken/", None),
    ],
)
def test_the_repository_at_an_address(address: str, expected: Repository | None) -> None:
    assert repository_at(address) == expected
