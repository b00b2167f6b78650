from __future__ import annotations

import pytest

from fake_pypi.workflows.gitlab.running.commit_facts import project_in_url


@pytest.mark.parametrize(
    ("url", "project"),
    [
        ("git@gitlab.com:group/demo.git", "group/demo"),
        ("https://gitlab.com/group/sub/demo.git", "group/sub/demo"),
        ("https://user@gitlab.com/group/demo", "group/demo"),
        ("ssh://git@gitlab.com:22/group/demo.git", "group/demo"),
        ("https://github.com/group/demo.git", None),
        ("", None),
    ],
)
def test_the_project_is_that_of_the_remote(url: str, project: str | None) -> None:
    assert project_in_url(url) == project
