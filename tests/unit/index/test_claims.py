from __future__ import annotations

from typing import Any

import pytest

from fake_pypi.fake.ci_job import github_claims, gitlab_claims
from fake_pypi.index.claims import Match, compare, match
from fake_pypi.index.publishers import ACTIVESTATE, GITHUB, GITLAB, GOOGLE, ISSUERS, PendingPublisher, Publisher

WORKFLOW = {
    "owner": "octo",
    "owner_id": "4242",
    "repository": "demo",
    "workflow": "release.yml",
    "environment": "",
}
PIPELINE = {"namespace": "grp/sub", "repository": "demo", "workflow": "ci/release.yml", "environment": ""}
NOT_FOUND = "Publisher with matching claims was not found"


def publisher(kind: str = "github", **facts: str) -> Publisher:
    known = {"github": WORKFLOW, "gitlab": PIPELINE}.get(kind, {})
    return Publisher(str(sorted(facts.items())), kind, ISSUERS[kind], {**known, **facts}, ("1",))


def github(**claims: Any) -> dict[str, Any]:
    job = github_claims(repository="octo/demo", workflow="release.yml", owner_id="4242", ref="refs/tags/v1")
    return {"iss": GITHUB, "jti": "1", **job, **claims}


def gitlab(**claims: Any) -> dict[str, Any]:
    job = gitlab_claims(project="grp/sub/demo", workflow="ci/release.yml", ref="refs/tags/v1")
    return {"iss": GITLAB, "jti": "1", **job, **claims}


def reason(claims: dict[str, Any], *registered: Publisher) -> str | None:
    """What PyPI says against the claims; None when a publisher matches."""
    kind = registered[0].kind if registered else "github"
    found: Match[Publisher] = match(kind, registered, claims)
    return None if found.publisher else found.reason


def test_the_job_of_the_registered_workflow_matches() -> None:
    assert reason(github(), publisher()) is None


def test_without_registered_publishers_none_matches() -> None:
    assert reason(github()) == NOT_FOUND


@pytest.mark.parametrize(
    ("claim", "value", "said"),
    [
        ("repository", "octo/other", NOT_FOUND),
        ("repository", "OCTO/DEMO", NOT_FOUND),
        ("repository_owner_id", "1", NOT_FOUND),
        ("repository_owner", "other", "Check failed for required claim 'repository_owner'"),
        ("sub", "repo:octo/other:ref:refs/tags/v1", "Check failed for required claim 'sub'"),
        ("sub", "repo", "Check failed for required claim 'sub'"),
        ("sub", "REPO:Octo/Demo:environment:x", None),
        ("ref", "refs/heads/main", "The job_workflow_ref claim does not match, expecting one of "),
        ("job_workflow_ref", "nonsense", "Could not job extract workflow filename from OIDC claims"),
        ("job_workflow_ref", "octo/demo/.github/workflows/other.yml@refs/tags/v1", NOT_FOUND),
        (
            "job_workflow_ref",
            "octo/shared/.github/workflows/release.yml@refs/tags/v1",
            "The job_workflow_ref claim does not match, expecting one of ",
        ),
        (
            "event_name",
            "pull_request_target",
            "Publishing from a workflow invoked via 'pull_request_target' is not supported.",
        ),
        ("environment", "anything", None),
        ("sha", None, "Missing claim 'sha'"),
        ("event_name", None, "Missing claim 'event_name'"),
    ],
)
def test_a_claim_of_another_job_is_rejected_with_pypis_message(claim: str, value: Any, said: str | None) -> None:
    told = reason(github(**{claim: value}), publisher())
    assert (told or "").startswith(said or "")
    assert (told is None) == (said is None)


def test_a_workflow_ref_may_be_the_commit_instead_of_the_ref() -> None:
    commit = "a" * 40
    at_commit = f"octo/demo/.github/workflows/release.yml@{commit}"
    assert reason(github(ref="", sha=commit, job_workflow_ref=at_commit), publisher()) is None
    assert reason(github(ref="", sha=""), publisher()) == "The ref and sha claims are empty"


def test_of_several_publishers_the_one_for_the_environment_goes_first() -> None:
    anywhere, pypi = publisher(), publisher(environment="pypi")
    assert match("github", [anywhere, pypi], github(environment="PyPI")).publisher == pypi
    assert match("github", [anywhere, pypi], github(environment="other")).publisher == anywhere
    assert match("github", [anywhere, pypi], github()).publisher == anywhere


def test_a_publisher_for_an_environment_requires_a_job_in_it() -> None:
    assert reason(github(), publisher(environment="pypi")) == NOT_FOUND
    assert reason(github(environment="x"), publisher(environment="pypi")) == NOT_FOUND


def test_an_identity_token_counts_once() -> None:
    found = match("github", [publisher()], github(jti="seen"), is_used={"seen"}.__contains__)
    assert (found.publisher, found.reused) == (None, True)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("repository_owner_id", 4242),
        ("repository_owner", 4242),
        ("repository", ["octo/demo"]),
        ("repository", "octo"),
        ("job_workflow_ref", 1),
    ],
)
def test_claims_that_make_pypi_fail_are_distinguished(claim: str, value: Any) -> None:
    assert match("github", [publisher()], github(**{claim: value})).fails


@pytest.mark.parametrize(
    ("claim", "value", "said"),
    [
        ("project_path", "grp/sub/other", NOT_FOUND),
        ("sub", "project_path:grp/other:x", "Check failed for required claim 'sub'"),
        ("sub", "project_path:grp/sub/demo", None),
        ("ci_config_ref_uri", "gitlab.com/grp/sub/demo//ci/release@v1", "Could not extract workflow filename"),
        ("ref_path", "refs/heads/main", "The ci_config_ref_uri claim does not match"),
        ("ref_path", "", "The ref_path and sha claims are empty"),
        ("ref_path", None, "Missing claim 'ref_path'"),
    ],
)
def test_gitlab_has_sentences_of_its_own(claim: str, value: Any, said: str | None) -> None:
    told = reason(gitlab(**{claim: value}), publisher("gitlab"))
    assert (told or "").startswith(said or "")
    assert (told is None) == (said is None)


@pytest.mark.parametrize(
    ("kind", "first"), [("github", "repository"), ("gitlab", "project_path"), ("google", "email_verified")]
)
def test_of_several_missing_claims_the_first_in_pypis_order_is_reported(kind: str, first: str) -> None:
    found: Match[Publisher] = match(kind, [], {"iss": ISSUERS[kind]})
    assert found.reason == f"Missing claim {first!r}"


def test_gitlab_minds_the_case_of_an_environment() -> None:
    assert reason(gitlab(environment="prod"), publisher("gitlab", environment="prod")) is None
    assert reason(gitlab(environment="Prod"), publisher("gitlab", environment="prod")) == NOT_FOUND


def test_a_service_account_of_google_is_known_by_its_address_and_subject() -> None:
    claims = {"iss": GOOGLE, "email": "a@b.c", "email_verified": True, "sub": "1"}
    anybody, one = publisher("google", email="a@b.c", sub=""), publisher("google", email="a@b.c", sub="1")
    assert match("google", [anybody, one], claims).publisher == one
    assert match("google", [anybody, one], {**claims, "sub": "2"}).publisher == anybody
    assert reason({**claims, "sub": "2"}, one) == NOT_FOUND
    assert reason({**claims, "email_verified": "true"}, anybody) == "Check failed for required claim 'email_verified'"


@pytest.mark.parametrize(
    ("claim", "value", "said"),
    [
        ("builder", "pypi-publisher", None),
        ("builder", "other", "Check failed for required claim 'builder'"),
        ("sub", "", "Missing 'subject' claim"),
        ("sub", "org:octo", "Invalid 'subject' claim. Wrong format"),
        ("sub", "org:octo:project:other", "Invalid 'subject' claim"),
        ("actor_id", "other", NOT_FOUND),
    ],
)
def test_activestate_has_sentences_of_its_own(claim: str, value: str, said: str | None) -> None:
    known = publisher("activestate", organization="octo", project="demo", actor="cat", actor_id="7")
    claims = {
        "iss": ACTIVESTATE,
        "sub": "org:octo:project:demo",
        "organization": "octo",
        "project": "demo",
        "actor_id": "7",
        "builder": "pypi-publisher",
    }
    assert reason({**claims, claim: value}, known) == said


def test_a_comparison_shows_the_claim_that_differs_from_the_nearest_publisher() -> None:
    far = publisher(owner="somebody", owner_id="1", repository="else", workflow="ci.yml")
    near = publisher(environment="pypi")
    comparison = compare([far, near], github(environment="staging"))
    assert comparison is not None
    assert comparison.publisher == str(near)
    differing = [str(row) for row in comparison.rows if not row.same]
    assert differing == ["environment: sent staging, expected pypi"]
    assert "≠ environment: sent staging, expected pypi" in str(comparison)


def test_a_comparison_copes_with_claims_that_are_missing_or_odd() -> None:
    claims = {"repository": 7, "sub": None, "job_workflow_ref": ["x"]}
    comparison = compare([publisher(), publisher("gitlab"), publisher("google", email="a", sub="")], claims)
    assert comparison is not None
    assert compare([], claims) is None


def test_a_comparison_names_the_project_that_a_pending_publisher_waits_for() -> None:
    waiting = PendingPublisher("1", "github", GITHUB, WORKFLOW, "brandnew", "alice")
    comparison = compare([waiting], github(repository="octo/other"))
    assert comparison is not None
    assert comparison.publisher.endswith("(pending for brandnew)")
