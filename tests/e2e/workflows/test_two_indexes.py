"""The workflow of examples/workflows/two-indexes: tags with a hyphen go to TestPyPI, others to PyPI."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.workflows.repositories import git, job, output, rehearse

EXAMPLE = Path(__file__).parents[3] / "examples" / "workflows" / "two-indexes"


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "two-shores"
    shutil.copytree(EXAMPLE, folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "git@github.com:octo/two-shores.git")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    git(folder, "tag", "v1.5.0-rc1")
    return folder / ".github" / "workflows" / "release.yml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "version", "site", "other"),
    [("v1.5.0-rc1", "1.5.0rc1", "TestPyPI", "PyPI"), ("v1.5.0", "1.5.0", "PyPI", "TestPyPI")],
)
def test_each_tag_is_published_on_its_index(tag: str, version: str, site: str, other: str, workflow: Path) -> None:
    report = rehearse(workflow, tag=tag)

    assert not report.failed, "\n".join([*report.mistakes, *(output(report, each.title) for each in report.jobs)])
    assert report.published == [f"on {site}: two_shores-{version}-py3-none-any.whl, two_shores-{version}.tar.gz"]
    assert job(report, f"Publish to {site}").result == "success"
    assert job(report, f"Publish to {other}").result == "skipped"
    environment = site.lower()
    host = "test.pypi.org" if environment == "testpypi" else "pypi.org"
    assert report.remaining[0] == (
        f"register this publisher on {site} (https://{host}/manage/account/publishing/): PyPI Project Name: two-shores"
        f" · Owner: octo · Repository name: two-shores · Workflow name: release.yml · Environment name: {environment}"
    )
    assert report.remaining[1].startswith(f"create the environment {environment} ")
    assert [note for note in report.notes if "there is no tag" in note] == (
        [f"there is no tag {tag}: your files are rehearsed, with that tag made in the copy"] if tag == "v1.5.0" else []
    )
    assert git(workflow.parents[2], "tag").split() == ["v1.5.0-rc1"]
    assert git(workflow.parents[2], "status", "--porcelain") == ""
