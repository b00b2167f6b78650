from __future__ import annotations

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.fake.ci_job import github_claims
from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("octo/demo release.yml", GitHubPublisherEntry("octo", "demo", "release.yml")),
        ("octo/demo release.yml pypi", GitHubPublisherEntry("octo", "demo", "release.yml", "pypi")),
        ("testpypi octo/demo release.yml", GitHubPublisherEntry("octo", "demo", "release.yml", "", "testpypi")),
    ],
)
def test_a_publisher_is_read_from_its_form_entries(text: str, entry: GitHubPublisherEntry) -> None:
    assert GitHubPublisherEntry.parse(text) == entry


@pytest.mark.parametrize("text", ["", "octo", "octo/demo", "a/b/c release.yml", "octo/demo a.yml env more"])
def test_anything_else_is_no_publisher(text: str) -> None:
    with pytest.raises(UsageError, match="is no publisher"):
        GitHubPublisherEntry.parse(text)


def test_the_entries_of_a_job_are_those_of_its_claims() -> None:
    claims = github_claims(repository="octo/demo", workflow="release.yml", environment="PyPI")

    assert str(GitHubPublisherEntry.of_claims(claims)) == (
        "Owner: octo · Repository name: demo · Workflow name: release.yml · Environment name: pypi"
    )


def test_a_job_without_environment_leaves_the_field_empty() -> None:
    claims = github_claims(repository="octo/demo", workflow="release.yml")

    assert str(GitHubPublisherEntry.of_claims(claims)).endswith("Environment name: (leave empty)")
