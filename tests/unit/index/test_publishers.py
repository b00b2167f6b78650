from __future__ import annotations

import pytest

from fake_pypi.index import Index
from fake_pypi.index.publishers import GITHUB, ISSUERS

FACTS = {"owner": "octo", "owner_id": "1", "repository": "demo", "workflow": "release.yml", "environment": ""}


@pytest.fixture
def index() -> Index:
    index = Index()
    alice = index.accounts.add("alice")
    for name in ("demo", "other"):
        index.projects.create(name, alice)
    return index


def test_one_workflow_registered_for_two_projects_is_one_publisher(index: Index) -> None:
    first = index.publishers.add("github", FACTS, index.projects["demo"])
    second = index.publishers.add("github", FACTS, index.projects["other"])
    assert first.id == second.id
    assert second.projects == (index.projects["demo"].id, index.projects["other"].id)
    assert index.publishers.all(GITHUB) == [second]


def test_a_publishers_name_leaves_the_owners_number_out(index: Index) -> None:
    assert str(index.publishers.add("github", FACTS, index.projects["demo"])) == "github octo/demo/release.yml"


def test_a_pending_publisher_becomes_a_full_one_and_its_rivals_are_forgotten(index: Index) -> None:
    alice, bob = index.accounts["alice"], index.accounts.get("bob") or index.accounts.add("bob")
    pending = index.publishers.add_pending("github", FACTS, "brand.new", alice)
    index.publishers.add_pending("github", {**FACTS, "workflow": "other.yml"}, "Brand-New", bob)
    kept = index.publishers.add_pending("github", FACTS, "another", alice)
    project = index.projects.create("brand.new", alice)
    publisher = index.publishers.establish(pending, project)
    assert publisher.projects == (project.id,)
    assert index.publishers.pending(GITHUB) == [kept]


def test_a_publisher_without_a_project_is_forgotten_with_its_tokens(index: Index) -> None:
    publisher = index.publishers.add("github", FACTS, index.projects["demo"])
    token = index.tokens.mint_for_publisher(publisher, {})
    assert index.tokens.identify(f"Bearer {token.secret}").publisher == publisher
    index.publishers.remove(publisher, index.projects["demo"])
    assert index.publishers.by_id(publisher.id) is None
    assert index.tokens.identify(f"Bearer {token.secret}").problem == "unknown"


def test_an_identity_token_is_used_up_for_its_issuer_alone(index: Index) -> None:
    index.publishers.use_up(GITHUB, "1", 0)
    index.publishers.use_up(GITHUB, "1", 0)
    assert index.publishers.is_used(GITHUB, "1")
    assert not index.publishers.is_used("https://gitlab.com", "1")


def test_a_self_managed_issuer_is_known_once_a_publisher_uses_it(index: Index) -> None:
    assert index.publishers.issuers() == {issuer: kind for kind, issuer in ISSUERS.items()}
    index.publishers.add("gitlab", {"namespace": "g"}, index.projects["demo"], "https://gitlab.example.com")
    assert index.publishers.issuers()["https://gitlab.example.com"] == "gitlab"


def test_a_publishers_token_lives_for_900_seconds_and_for_its_projects(index: Index) -> None:
    demo, other = index.projects["demo"], index.projects["other"]
    token = index.tokens.mint_for_publisher(index.publishers.add("github", FACTS, demo), {"ref": "refs/tags/v1"})
    sender = index.tokens.identify(f"Bearer {token.secret}")
    assert index.tokens.problems(sender, "demo", demo) is None
    assert index.tokens.problems(sender, "other", other) == ", ".join(
        ["OIDC scoped token is not valid for project 'other'", "project-scoped token is not valid for project: 'other'"]
        * 2
    )
    index.clock.advance(seconds=900)
    assert index.tokens.problems(sender, "demo", demo) == "token is expired, token is expired"


def test_only_a_publishers_real_token_can_be_burnt(index: Index) -> None:
    publisher = index.publishers.add("github", FACTS, index.projects["demo"])
    own = index.tokens.mint(index.accounts["alice"])
    token = index.tokens.mint_for_publisher(publisher, {})
    secrets = ("garbage", token.forged(key=b"guessed").secret, own.secret, token.secret, token.secret)
    assert [index.tokens.burn(secret) for secret in secrets] == [False, False, False, True, False]
    assert index.tokens.identify(f"Bearer {token.secret}").problem == "unknown"
    assert index.tokens.identify(f"Bearer {own.secret}").name == "alice"
