"""What to register on PyPI, read from the claims that tools print."""

from __future__ import annotations

import pytest

from fake_pypi.explain.findings import explain
from fake_pypi.explain.publisher_claims import registration

REJECTED = "* `invalid-publisher`: valid token, but no corresponding publisher (All lookup strategies exhausted)"
BY_THE_ACTION = f"""{REJECTED}

The claims rendered below are **for debugging purposes only**.

* `sub`: `repo:jane/demo:environment:release`
* `repository`: `jane/demo`
* `repository_owner`: `jane`
* `repository_owner_id`: `[12](https://github.com/jane/demo/actions/runs/96#step:4:13)176396`
* `job_workflow_ref`: `jane/demo/.github/workflows/publish.yml@refs/tags/v1.0.0`
* `ref`: `refs/tags/v1.0.0`
"""
BY_UV = """Response: {"errors":[{"code":"invalid-publisher","description":"valid token, but no corresponding publisher"

Token claims, which must match the publisher configuration: GitHub(
    GitHubTokenClaims {
        sub: "repo:jane/demo:environment:release",
        repository: "jane/demo",
        repository_owner: "jane",
        job_workflow_ref: "jane/demo/.github/workflows/publish.yml@refs/tags/v1.0.0",
        ref: "refs/tags/v1.0.0",
        environment: Some(
            "release",
        ),
    },
)"""
AS_JSON = f"""{REJECTED}
{{"sub": "repo:jane/demo:environment:release", "repository": "jane/demo", "environment": "release",
 "job_workflow_ref": "jane/demo/.github/workflows/publish.yml@refs/heads/main"}}"""
BY_UV_ON_GITLAB = """invalid-publisher
Token claims, which must match the publisher configuration: GitLab(
    GitLabTokenClaims {
        sub: "project_path:team/tools/demo:ref_type:tag:ref:v1.0",
        project_path: "team/tools/demo",
        ci_config_ref_uri: "gitlab.com/team/tools/demo//ci/release.yml@refs/tags/v1.0",
        environment: None,
    },
)"""


@pytest.mark.parametrize("output", [BY_THE_ACTION, BY_UV, AS_JSON], ids=["action", "uv", "json"])
def test_the_four_data_of_a_github_publisher_are_named(output: str) -> None:
    (finding,) = explain(output)
    expected = "owner: jane; repository: demo; workflow: publish.yml; environment: release."
    assert [cause.id for cause in finding.causes] == ["invalid-publisher"]
    assert expected in finding.details


def test_a_job_without_environment_leaves_the_field_empty() -> None:
    output = BY_THE_ACTION.replace(":environment:release", ":ref:refs/tags/v1").replace("release", "x")
    assert "environment: (leave empty" in registration(output)
    assert "environment: (leave empty" in registration(f"{output}* `environment`: `MISSING`")


def test_the_data_of_a_gitlab_publisher_are_named() -> None:
    fields = "namespace: team/tools; project: demo; top-level pipeline file: ci/release.yml; environment: (leave"
    assert fields in registration(BY_UV_ON_GITLAB)


def test_the_data_of_a_google_and_an_activestate_publisher_are_named() -> None:
    google = registration('invalid-publisher {"sub": "1234567890", "email": "ci@demo.iam.gserviceaccount.com"}')
    assert "publisher: Google; email: ci@demo.iam.gserviceaccount.com; subject: 1234567890" in google
    active = registration('claims {"organization": "acme", "project": "demo", "actor": "jane"}')
    assert "publisher: ActiveState; organization: acme; project: demo; actor: jane" in active


def test_the_page_is_that_of_the_rejecting_index() -> None:
    assert "https://pypi.org/manage/project/" in registration(BY_UV)
    assert "https://test.pypi.org/manage/project/" in registration(f"https://test.pypi.org/legacy/\n{BY_UV}")


def test_a_reusable_workflow_of_another_repository_is_pointed_out() -> None:
    output = BY_UV.replace('job_workflow_ref: "jane/demo', 'job_workflow_ref: "team/workflows')
    assert "reusable workflow of another repository" in registration(output)


def test_a_customized_subject_is_pointed_out() -> None:
    output = BY_UV.replace("repo:jane/demo", "repository_owner_id:61").replace(
        "no corresponding publisher", "no corresponding publisher (Check failed for required claim 'sub')"
    )
    assert "subject claim is customized" in registration(output)
    assert "subject claim is customized" not in registration(BY_UV)


@pytest.mark.parametrize(
    "output", ["", REJECTED, "repository: https://upload.pypi.org/legacy/", "ref: refs/heads/main"]
)
def test_without_claims_nothing_is_to_be_registered(output: str) -> None:
    assert registration(output) == ""
