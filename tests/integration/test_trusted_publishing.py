"""A job without a token: audience, exchange, upload, and giving the token back."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.fake.ci_job import github_claims, gitlab_claims
from fake_pypi.index.publishers import ACTIVESTATE, GITHUB, GITLAB
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.world import World
from tests.integration.asking import Answered, ask, upload

if TYPE_CHECKING:
    from fake_pypi.packages.package import Package

FACTS = {
    "owner": "octo",
    "owner_id": "4242",
    "repository": "demo",
    "workflow": "release.yml",
    "environment": "",
}
MINT = "/_/oidc/mint-token"


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.index.projects.create("demo", world.index.accounts.add("alice"))
    yield world
    world.close()


def trust(world: World, **facts: str) -> None:
    world.index.publishers.add("github", {**FACTS, **facts}, world.index.projects["demo"])


def job(**claims: Any) -> dict[str, Any]:
    said = github_claims(repository="octo/demo", workflow="release.yml", owner_id="4242")
    return {**said, "aud": "pypi", **claims}


def exchange(world: World, token: str, path: str = MINT, **environ: Any) -> Answered:
    return ask(world, "POST", path, json.dumps({"token": token}).encode(), **environ)


def exchanged(world: World, **claims: Any) -> Answered:
    return exchange(world, world.identity_provider(GITHUB).token(job(**claims)))


def error(answered: Answered) -> tuple[int, str, str]:
    told = json.loads(answered.body)["errors"][0]
    return answered.status, told["code"], told["description"]


@pytest.mark.parametrize(("kind", "audience"), [("pypi", "pypi"), ("testpypi", "testpypi")])
def test_each_index_has_an_audience_of_its_own(kind: str, audience: str) -> None:
    world = World(kind)
    answered = ask(world, "GET", "/_/oidc/audience")
    assert json.loads(answered.body) == {"audience": audience}
    assert ask(world, "POST", "/_/oidc/audience").status == 405
    world.close()


def test_a_job_uploads_with_the_token_that_it_is_given_and_gives_it_back(world: World) -> None:
    trust(world)
    minted = json.loads(exchanged(world).body)
    assert (minted["success"], minted["expires"] - int(world.index.clock.timestamp())) == (True, 900)
    assert upload(world, wheel("demo"), minted["token"]).status == 200
    assert exchange(world, minted["token"], "/_/oidc/burn-token").status == 202
    assert upload(world, wheel("demo", "2.0"), minted["token"]).status == 403


def test_the_record_knows_the_publisher_but_no_secret(world: World) -> None:
    trust(world)
    token = world.identity_provider(GITHUB).token(job())
    secret = json.loads(exchange(world, token).body)["token"]
    upload(world, wheel("demo"), secret)
    said = f"{world.record.requests!r} {[vars(each) for each in world.record.requests]}"
    assert world.record.requests[-1].sender == "github octo/demo/release.yml"
    assert [text for text in (secret, token) if text in said] == []


def test_the_older_address_of_the_exchange_still_works(world: World) -> None:
    trust(world)
    token = world.identity_provider(GITHUB).token(job())
    assert exchange(world, token, "/_/oidc/github/mint-token").status == 200


def test_a_token_of_trusted_publishing_lives_for_900_seconds(world: World) -> None:
    trust(world)
    secret = json.loads(exchanged(world).body)["token"]
    world.index.clock.advance(seconds=901)
    answered = upload(world, wheel("demo"), secret)
    assert (answered.status, answered.reason) == (
        403,
        "Invalid API Token: token is expired, token is expired",
    )


def test_an_identity_token_is_exchanged_once(world: World) -> None:
    trust(world)
    token = world.identity_provider(GITHUB).token(job())
    assert exchange(world, token).status == 200
    assert error(exchange(world, token)) == (422, "invalid-reuse-token", "invalid token: already used")


def test_a_pending_publisher_creates_its_project_and_makes_its_user_the_owner(world: World) -> None:
    alice = world.index.accounts["alice"]
    world.index.publishers.add_pending("github", FACTS, "brandnew", alice)
    secret = json.loads(exchanged(world).body)["token"]
    assert world.index.projects.roles(world.index.projects["brandnew"]) == [("alice", "Owner")]
    assert upload(world, wheel("brandnew"), secret).status == 200


@pytest.mark.parametrize(
    ("name", "flag", "said"),
    [
        ("json", "", "The name 'json' isn't allowed (conflict with Python Standard Library module name). "),
        ("requirements-txt", "", "The name 'requirements-txt' isn't allowed. "),
        ("d3mo", "", ""),
        ("dem0", "", "The name 'dem0' is too similar to an existing project. "),
        ("new", "disallow-new-project-registration", "New project registration temporarily disabled. "),
    ],
)
def test_a_pending_publisher_is_held_to_the_rules_of_new_names(world: World, name: str, flag: str, said: str) -> None:
    world.index.publishers.add_pending("github", FACTS, name, world.index.accounts["alice"])
    if flag:
        world.index.flags.set(flag)
    answered = exchanged(world)
    if not said:
        assert answered.status == 200
        return
    status, code, description = error(answered)
    assert (status, code) == (422, "invalid-payload")
    assert description.startswith(said)
    assert world.index.projects.get(name) is None


@pytest.mark.parametrize(
    ("registered_by", "codes"),
    [
        ("alice", ["invalid-pending-publisher", "invalid-publisher"]),
        ("bob", ["invalid-publisher", "invalid-publisher"]),
    ],
)
def test_uploading_under_the_name_first_makes_a_pending_publisher_worthless(
    world: World, registered_by: str, codes: list[str]
) -> None:
    """PyPI drops those of other users at once, and the uploader's own when it is used."""
    alice, accounts = world.index.accounts["alice"], world.index.accounts
    user = accounts.get(registered_by) or accounts.add(registered_by)
    world.index.publishers.add_pending("github", FACTS, "brandnew", user)
    assert upload(world, wheel("brandnew"), world.index.tokens.mint(alice).secret).status == 200
    assert [error(exchanged(world))[1] for _ in codes] == codes


def test_the_project_of_a_pending_publisher_is_made_whatever_the_limits_on_new_projects_say(world: World) -> None:
    alice = world.index.accounts["alice"]
    world.index.publishers.add_pending("github", FACTS, "brandnew", alice)
    world.index.limits.new_projects_per_day = 4
    for limit in world.index.rate_limits.new_projects:
        for _ in range(limit.quota):
            world.index.rate_limits.hit(limit, "127.0.0.1" if limit.key == "ip" else alice.id)
    assert exchanged(world).status == 200
    assert upload(world, wheel("another"), world.index.tokens.mint(alice).secret).status == 429


def test_when_no_publisher_matches_the_record_compares_claim_by_claim(world: World) -> None:
    trust(world, environment="pypi")
    status, code, description = error(exchanged(world, environment="staging"))
    assert (status, code) == (422, "invalid-publisher")
    assert description.endswith("(Publisher with matching claims was not found)")
    refusal = world.record.refusals[-1]
    assert refusal.rule == "invalid-publisher"
    assert "≠ environment: sent staging, expected pypi" in str(refusal)
    assert "= repository: octo/demo" in str(refusal)


def test_a_reusable_workflow_of_another_repository_is_told_apart(world: World) -> None:
    trust(world)
    called = "octo/shared/.github/workflows/release.yml@refs/heads/main"
    assert "The job_workflow_ref claim does not match" in error(exchanged(world, job_workflow_ref=called))[2]


@pytest.mark.parametrize(
    "signed",
    [
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"key_id": "unknown"},
        {"key_id": None},
        {"key": "of another issuer"},
    ],
    ids=str,
)
def test_a_token_that_the_provider_did_not_sign_is_worth_nothing(world: World, signed: dict[str, Any]) -> None:
    trust(world)
    if "key" in signed:
        signed = {"key": world.identity_provider("https://other-ci.example").key}
    token = world.identity_provider(GITHUB).token(job(), **signed)
    assert error(exchange(world, token)) == (422, "invalid-token", "malformed or invalid token")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "testpypi"},
        {"aud": ["pypi"]},
        {"aud": None},
        {"exp": 1},
        {"exp": "soon"},
        {"iat": 2**40},
        {"nbf": 2**40},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_for_another_audience_or_another_time_is_worth_nothing(world: World, claims: dict[str, Any]) -> None:
    trust(world)
    assert error(exchanged(world, **claims))[1] == "invalid-token"


def test_times_are_those_of_the_indexs_clock(world: World) -> None:
    trust(world)
    token = world.identity_provider(GITHUB).token(job())
    world.index.clock.advance(seconds=329)
    assert exchange(world, token).status == 200
    token = world.identity_provider(GITHUB).token(job())
    world.index.clock.advance(seconds=331)
    assert error(exchange(world, token))[1] == "invalid-token"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"token": 1}',
        b'{"token": "a.b.c"}',
        b"\xff",
        b"{" * 5000,
        b'{"token": "' + b"e" * 900_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_of_any_shape_is_answered_in_pypis_words(world: World, body: bytes) -> None:
    for path in (MINT, "/_/oidc/burn-token"):
        status, code, _ = error(ask(world, "POST", path, body))
        assert (status, code in {"invalid-payload", "invalid-token"}) == (422, True)


def test_a_claim_over_which_pypi_fails_is_answered_500_on_purpose(world: World) -> None:
    trust(world)
    assert exchanged(world, repository_owner_id=4242).status == 500
    assert world.record.requests[-1].rule == "claim-of-wrong-type"


@pytest.mark.parametrize("flag", ["disallow-oidc", "disallow-github-oidc"])
def test_a_site_that_has_switched_it_off_says_so(world: World, flag: str) -> None:
    trust(world)
    world.index.flags.set(flag)
    words = "github trusted publishing functionality not enabled"
    assert error(exchanged(world)) == (422, "not-enabled", words)


def test_a_gitlab_of_ones_own_is_trusted_once_it_is_registered(world: World) -> None:
    issuer = "https://gitlab.example.com"
    claims = {**gitlab_claims(project="grp/demo", host="gitlab.example.com"), "aud": "pypi"}
    token = world.identity_provider(issuer).token(claims)
    assert error(exchange(world, token))[2] == "unknown trusted publishing issuer"
    facts = {"namespace": "grp", "repository": "demo", "workflow": ".gitlab-ci.yml", "environment": ""}
    world.index.publishers.add("gitlab", facts, world.index.projects["demo"], issuer)
    assert exchange(world, token).status == 200
    forged = world.identity_provider(GITLAB).token({**claims, "iss": issuer})
    assert error(exchange(world, forged))[1] == "invalid-token"


@pytest.mark.parametrize(("via", "status"), [("direct", 404), ("proxy", 200), ("tls", 200)])
def test_the_upload_host_exchanges_tokens_behind_the_front_server_alone(world: World, via: str, status: int) -> None:
    environ: dict[str, Any] = {"HTTP_HOST": "upload.pypi.org", "fake_pypi.via": via, "wsgi.url_scheme": "https"}
    assert ask(world, "GET", "/_/oidc/audience", **environ).status == status


def test_a_read_only_site_mints_a_token_that_nobody_will_know(world: World) -> None:
    trust(world)
    world.index.flags.set("read-only")
    secret = json.loads(exchanged(world).body)["token"]
    world.index.flags.set("read-only", on=False)
    assert upload(world, wheel("demo"), secret).status == 403


def test_provenance_is_found_where_the_simple_page_says(world: World) -> None:
    world.index.verify_attestations = False
    trust(world)
    secret = json.loads(exchanged(world).body)["token"]
    package = wheel("demo")
    assert upload(world, package, secret).status == 200
    place = f"/integrity/demo/1.0/{package.filename}/provenance"
    missing = ask(world, "GET", place)
    assert (missing.status, json.loads(missing.body)) == (
        404,
        {"message": f"No provenance available for {package.filename}"},
    )
    assert ask(world, "GET", "/integrity/demo/2.0/demo-2.0.tar.gz/provenance").status == 404


def attested(package: Package) -> list[tuple[str, str]]:
    """The field of the form that carries an attestation about the package; the signature is nobody's."""
    said = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": package.filename, "digest": {"sha256": package.sha256}}],
        "predicateType": "https://docs.pypi.org/attestations/publish/v1",
    }
    bundle = {
        "version": 1,
        "verification_material": {"certificate": "AAAA", "transparency_entries": [{}]},
        "envelope": {"statement": b64encode(json.dumps(said).encode()).decode(), "signature": "AAAA"},
    }
    return [("attestations", json.dumps([bundle]))]


def test_what_was_attested_is_found_in_the_provenance_and_from_the_simple_page(world: World) -> None:
    trust(world)
    secret = json.loads(exchanged(world).body)["token"]
    package = wheel("demo")
    other = upload(world, package, secret, more=attested(wheel("demo", "2.0")))
    assert (other.status, "Could not verify the uploaded artifact" in other.reason) == (400, True)
    assert upload(world, package, secret, more=attested(package)).status == 200
    page = ask(world, "GET", "/simple/demo/", HTTP_ACCEPT="application/vnd.pypi.simple.v1+json")
    link = json.loads(page.body)["files"][0]["provenance"]
    assert link.endswith(f"/integrity/demo/1.0/{package.filename}/provenance")
    bundles = json.loads(ask(world, "GET", link[link.index("/integrity") :]).body)["attestation_bundles"]
    assert [each["publisher"]["workflow"] for each in bundles] == ["release.yml"]
    assert [each["attestations"] for each in bundles] == [json.loads(attested(package)[0][1])]


def test_an_activestate_build_publishes_but_sends_no_attestations(world: World) -> None:
    facts = {"organization": "octo", "project": "build", "actor": "cat", "actor_id": "7"}
    world.index.publishers.add("activestate", facts, world.index.projects["demo"])
    claims = {
        "aud": "pypi",
        "sub": "org:octo:project:build",
        "organization": "octo",
        "project": "build",
        "actor_id": "7",
        "actor": "cat",
        "builder": "pypi-publisher",
    }
    provider = world.identity_provider(ACTIVESTATE)
    secret = json.loads(exchange(world, provider.token(claims)).body)["token"]
    assert upload(world, wheel("demo"), secret).status == 200
    assert world.record.requests[-1].sender == "activestate octo/build/cat/7"
    assert error(exchange(world, provider.token({**claims, "sub": "org:octo"})))[2].endswith(
        "(Invalid 'subject' claim. Wrong format)"
    )
    refused = upload(world, wheel("demo", "2.0"), secret, more=attested(wheel("demo", "2.0")))
    words = "Attestations are not currently supported with ActiveState publishers"
    assert (refused.status, refused.reason.endswith(words)) == (400, True)
    world.index.flags.set("disallow-activestate-oidc")
    words = "activestate trusted publishing functionality not enabled"
    assert error(exchange(world, provider.token(claims))) == (422, "not-enabled", words)


def test_only_a_genuine_token_of_trusted_publishing_can_be_given_back(world: World) -> None:
    trust(world)
    minted = json.loads(exchanged(world).body)["token"]
    account = world.index.tokens.mint(world.index.accounts["alice"])
    burn = "/_/oidc/burn-token"
    refused = (422, "invalid-token")
    assert error(exchange(world, account.secret, burn)) == (*refused, "not a trusted publishing token")
    for broken in ("", "pypi-", minted[:-4], account.forged(key=b"guessed").secret, "password"):
        assert error(exchange(world, broken, burn)) == (*refused, "invalid token")
    assert upload(world, wheel("demo"), minted).status == 200
    assert exchange(world, minted, burn).status == 202
    assert error(exchange(world, minted, burn)) == (*refused, "invalid token")


def test_a_site_without_trusted_publishing_tells_no_audience(world: World) -> None:
    world.index.flags.set("disallow-oidc")
    answered = ask(world, "GET", "/_/oidc/audience")
    assert answered.status == 403
    assert json.loads(answered.body) == {"message": "Trusted publishing functionality not enabled"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "Invalid JSON: EOF while parsing a value at line 1 column 0"),
        (b"token=x", "Invalid JSON: expected ident at line 1 column 2"),
        (b"[1]", "Input should be an object"),
        (b"{}", "Field required"),
        (b'{"token": null}', "Input should be a valid string"),
    ],
)
def test_a_body_that_is_no_request_is_told_in_the_words_of_pypis_library(world: World, body: bytes, said: str) -> None:
    for path in (MINT, "/_/oidc/burn-token"):
        status, code, description = error(ask(world, "POST", path, body))
        assert (status, code) == (422, "invalid-payload")
        assert description.startswith("1 validation error for TokenPayload\n")
        assert said in description
