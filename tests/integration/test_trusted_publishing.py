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
from fake_pypi.sites import SITES
from fake_pypi.web.instance import Instance
from fake_pypi.web.recording.json_lines import as_json
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
def instance() -> Iterator[Instance]:
    instance = Instance()
    instance.index.projects.create("demo", instance.index.accounts.add("alice"))
    yield instance
    instance.close()


def trust(instance: Instance, **facts: str) -> None:
    instance.index.publishers.add("github", {**FACTS, **facts}, instance.index.projects["demo"])


def job(**claims: Any) -> dict[str, Any]:
    said = github_claims(repository="octo/demo", workflow="release.yml", owner_id="4242")
    return {**said, "aud": "pypi", **claims}


def exchange(instance: Instance, token: str, path: str = MINT, **environ: Any) -> Answered:
    return ask(instance, "POST", path, json.dumps({"token": token}).encode(), **environ)


def exchanged(instance: Instance, **claims: Any) -> Answered:
    return exchange(instance, instance.identity_provider(GITHUB).token(job(**claims)))


def error(answered: Answered) -> tuple[int, str, str]:
    told = json.loads(answered.body)["errors"][0]
    return answered.status, told["code"], told["description"]


@pytest.mark.parametrize(("kind", "audience"), [("pypi", "pypi"), ("testpypi", "testpypi")])
def test_each_index_has_its_own_audience(kind: str, audience: str) -> None:
    instance = Instance(SITES[kind])
    answered = ask(instance, "GET", "/_/oidc/audience")
    assert json.loads(answered.body) == {"audience": audience}
    assert ask(instance, "POST", "/_/oidc/audience").status == 405
    instance.close()


def test_a_job_uploads_with_the_token_that_it_is_given_and_gives_it_back(instance: Instance) -> None:
    trust(instance)
    minted = json.loads(exchanged(instance).body)
    assert (minted["success"], minted["expires"] - int(instance.index.clock.timestamp())) == (True, 900)
    assert upload(instance, wheel("demo"), minted["token"]).status == 200
    assert exchange(instance, minted["token"], "/_/oidc/burn-token").status == 202
    assert upload(instance, wheel("demo", "2.0"), minted["token"]).status == 403


def test_the_record_knows_the_publisher_but_no_secret(instance: Instance) -> None:
    trust(instance)
    token = instance.identity_provider(GITHUB).token(job())
    secret = json.loads(exchange(instance, token).body)["token"]
    upload(instance, wheel("demo"), secret)
    said = f"{instance.record.requests!r} {[as_json(each) for each in instance.record.requests]}"
    assert instance.record.requests[-1].sender == "github octo/demo/release.yml"
    assert [text for text in (secret, token) if text in said] == []


def test_the_older_address_of_the_exchange_still_works(instance: Instance) -> None:
    trust(instance)
    token = instance.identity_provider(GITHUB).token(job())
    assert exchange(instance, token, "/_/oidc/github/mint-token").status == 200


def test_a_token_of_trusted_publishing_is_valid_for_900_seconds(instance: Instance) -> None:
    trust(instance)
    secret = json.loads(exchanged(instance).body)["token"]
    instance.index.clock.advance(seconds=901)
    answered = upload(instance, wheel("demo"), secret)
    assert (answered.status, answered.reason) == (
        403,
        "Invalid API Token: token is expired, token is expired",
    )


def test_an_identity_token_is_exchanged_once(instance: Instance) -> None:
    trust(instance)
    token = instance.identity_provider(GITHUB).token(job())
    assert exchange(instance, token).status == 200
    assert error(exchange(instance, token)) == (422, "invalid-reuse-token", "invalid token: already used")


def test_a_pending_publisher_creates_its_project_and_makes_its_user_the_owner(instance: Instance) -> None:
    alice = instance.index.accounts["alice"]
    instance.index.publishers.add_pending("github", FACTS, "brandnew", alice)
    secret = json.loads(exchanged(instance).body)["token"]
    assert instance.index.projects.roles(instance.index.projects["brandnew"]) == [("alice", "Owner")]
    assert upload(instance, wheel("brandnew"), secret).status == 200


def test_a_token_is_in_the_history_of_the_project(instance: Instance) -> None:
    trust(instance)
    token = instance.identity_provider(GITHUB).token(job())
    exchange(instance, token, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="twine/7.0 CPython/3.12")
    project = instance.index.projects["demo"]
    [event] = instance.index.events.of(project.id)
    assert (event.tag, event.ip) == ("account:short_lived_api_token:added", "203.0.113.9")
    assert event.user_agent == "twine/7.0 CPython/3.12"
    assert event.facts == {
        "expires": int(event.at.timestamp()) + 900,
        "publisher_name": "GitHub",
        "publisher_url": "https://github.com/octo/demo",
        "reusable_workflow_used": False,
    }
    exchange(instance, token)  # used before
    assert instance.index.events.count(project.id) == 1


def test_a_reusable_workflow_is_in_the_history_of_the_project(instance: Instance) -> None:
    trust(instance)
    exchanged(instance, workflow_ref="octo/demo/.github/workflows/other.yml@refs/heads/main")
    [event] = instance.index.events.of(instance.index.projects["demo"].id)
    assert event.facts["reusable_workflow_used"]


def test_the_project_of_a_pending_publisher_has_a_history(instance: Instance) -> None:
    index = instance.index
    alice = index.accounts["alice"]
    index.publishers.add_pending("github", FACTS, "fresh", alice)
    exchanged(instance)
    events = index.events.of(index.projects["fresh"].id)
    assert [event.tag for event in reversed(events)] == [
        "project:create",
        "project:role:add",
        "project:oidc:publisher-added",
        "account:short_lived_api_token:added",
    ]
    facts = events[1].facts
    assert facts["submitted_by"] == "OpenID created token"
    assert facts["reified_from_pending_publisher"]
    assert (facts["publisher"], facts["specifier"]) == ("GitHub", "release.yml")
    [own] = index.events.of(alice.id)
    assert (own.tag, own.facts["project_name"]) == ("account:role:add", "fresh")


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
def test_a_pending_publisher_is_held_to_the_rules_of_new_names(
    instance: Instance, name: str, flag: str, said: str
) -> None:
    instance.index.publishers.add_pending("github", FACTS, name, instance.index.accounts["alice"])
    if flag:
        instance.index.flags.set(flag)
    answered = exchanged(instance)
    if not said:
        assert answered.status == 200
        return
    status, code, description = error(answered)
    assert (status, code) == (422, "invalid-payload")
    assert description.startswith(said)
    assert instance.index.projects.get(name) is None


@pytest.mark.parametrize(
    ("registered_by", "codes"),
    [
        ("alice", ["invalid-pending-publisher", "invalid-publisher"]),
        ("bob", ["invalid-publisher", "invalid-publisher"]),
    ],
)
def test_uploading_under_the_name_first_makes_a_pending_publisher_worthless(
    instance: Instance, registered_by: str, codes: list[str]
) -> None:
    """PyPI drops those of other users at once, and the uploader's own when it is used."""
    alice, accounts = instance.index.accounts["alice"], instance.index.accounts
    user = accounts.get(registered_by) or accounts.add(registered_by)
    instance.index.publishers.add_pending("github", FACTS, "brandnew", user)
    assert upload(instance, wheel("brandnew"), instance.index.tokens.mint(alice).secret).status == 200
    assert [error(exchanged(instance))[1] for _ in codes] == codes


def test_the_project_of_a_pending_publisher_is_created_beyond_the_limits_on_new_projects(instance: Instance) -> None:
    alice = instance.index.accounts["alice"]
    instance.index.publishers.add_pending("github", FACTS, "brandnew", alice)
    instance.index.limits.new_projects_per_day = 4
    for limit in instance.index.rate_limits.new_projects:
        for _ in range(limit.quota):
            instance.index.rate_limits.hit(limit, "127.0.0.1" if limit.key == "ip" else alice.id)
    assert exchanged(instance).status == 200
    assert upload(instance, wheel("another"), instance.index.tokens.mint(alice).secret).status == 429


def test_when_no_publisher_matches_the_record_compares_claim_by_claim(instance: Instance) -> None:
    trust(instance, environment="pypi")
    status, code, description = error(exchanged(instance, environment="staging"))
    assert (status, code) == (422, "invalid-publisher")
    assert description.endswith("(Publisher with matching claims was not found)")
    rejection = instance.record.rejections[-1]
    assert rejection.rule == "invalid-publisher"
    assert "≠ environment: sent staging, expected pypi" in str(rejection)
    assert "= repository: octo/demo" in str(rejection)


def test_a_reusable_workflow_of_another_repository_is_rejected(instance: Instance) -> None:
    trust(instance)
    called = "octo/shared/.github/workflows/release.yml@refs/heads/main"
    assert "The job_workflow_ref claim does not match" in error(exchanged(instance, job_workflow_ref=called))[2]


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
def test_a_token_that_the_provider_did_not_sign_is_worth_nothing(instance: Instance, signed: dict[str, Any]) -> None:
    trust(instance)
    if "key" in signed:
        signed = {"key": instance.identity_provider("https://other-ci.example").key}
    token = instance.identity_provider(GITHUB).token(job(), **signed)
    assert error(exchange(instance, token)) == (422, "invalid-token", "malformed or invalid token")


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
def test_a_token_for_another_audience_or_another_time_is_worth_nothing(
    instance: Instance, claims: dict[str, Any]
) -> None:
    trust(instance)
    assert error(exchanged(instance, **claims))[1] == "invalid-token"


def test_times_are_those_of_the_indexs_clock(instance: Instance) -> None:
    trust(instance)
    token = instance.identity_provider(GITHUB).token(job())
    instance.index.clock.advance(seconds=329)
    assert exchange(instance, token).status == 200
    token = instance.identity_provider(GITHUB).token(job())
    instance.index.clock.advance(seconds=331)
    assert error(exchange(instance, token))[1] == "invalid-token"


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
def test_a_body_of_any_shape_is_answered_in_pypis_words(instance: Instance, body: bytes) -> None:
    status, code, _ = error(ask(instance, "POST", MINT, body))
    assert (status, code in {"invalid-payload", "invalid-token"}) == (422, True)
    answered = ask(instance, "POST", "/_/oidc/burn-token", body)
    assert (answered.status == 202) == (body == b'{"token": "a.b.c"}')
    assert answered.status == 202 or error(answered)[:2] == (422, "invalid-payload")


def test_a_claim_over_which_pypi_fails_is_answered_500_on_purpose(instance: Instance) -> None:
    trust(instance)
    assert exchanged(instance, repository_owner_id=4242).status == 500
    assert instance.record.requests[-1].rule == "claim-of-wrong-type"


@pytest.mark.parametrize("flag", ["disallow-oidc", "disallow-github-oidc"])
def test_a_site_can_disable_trusted_publishing(instance: Instance, flag: str) -> None:
    trust(instance)
    instance.index.flags.set(flag)
    words = "github trusted publishing functionality not enabled"
    assert error(exchanged(instance)) == (422, "not-enabled", words)


def test_a_gitlab_of_ones_own_is_trusted_once_it_is_registered(instance: Instance) -> None:
    issuer = "https://gitlab.example.com"
    claims = {**gitlab_claims(project="grp/demo", host="gitlab.example.com"), "aud": "pypi"}
    token = instance.identity_provider(issuer).token(claims)
    assert error(exchange(instance, token))[2] == "unknown trusted publishing issuer"
    facts = {"namespace": "grp", "repository": "demo", "workflow": ".gitlab-ci.yml", "environment": ""}
    instance.index.publishers.add("gitlab", facts, instance.index.projects["demo"], issuer)
    assert exchange(instance, token).status == 200
    forged = instance.identity_provider(GITLAB).token({**claims, "iss": issuer})
    assert error(exchange(instance, forged))[1] == "invalid-token"


@pytest.mark.parametrize(("via", "status"), [("direct", 404), ("proxy", 200), ("tls", 200)])
def test_the_upload_host_exchanges_tokens_behind_the_front_server_alone(
    instance: Instance, via: str, status: int
) -> None:
    environ: dict[str, Any] = {"HTTP_HOST": "upload.pypi.org", "fake_pypi.via": via, "wsgi.url_scheme": "https"}
    assert ask(instance, "GET", "/_/oidc/audience", **environ).status == status


def test_a_pending_publisher_of_a_read_only_site_creates_no_project(instance: Instance) -> None:
    index = instance.index
    index.publishers.add_pending("github", FACTS, "fresh", index.accounts["alice"])
    index.flags.set("read-only")
    token = instance.identity_provider(GITHUB).token(job())
    assert exchange(instance, token).status == 200
    assert exchange(instance, token).status == 422  # used before
    assert index.projects.get("fresh") is None
    assert len(index.publishers.pending_of(index.accounts["alice"])) == 1


def test_a_read_only_site_mints_a_token_that_is_not_valid(instance: Instance) -> None:
    trust(instance)
    instance.index.flags.set("read-only")
    secret = json.loads(exchanged(instance).body)["token"]
    instance.index.flags.set("read-only", on=False)
    assert upload(instance, wheel("demo"), secret).status == 403


def test_provenance_is_at_the_address_in_the_simple_page(instance: Instance) -> None:
    instance.index.verify_attestations = False
    trust(instance)
    secret = json.loads(exchanged(instance).body)["token"]
    package = wheel("demo")
    assert upload(instance, package, secret).status == 200
    place = f"/integrity/demo/1.0/{package.filename}/provenance"
    missing = ask(instance, "GET", place)
    assert (missing.status, json.loads(missing.body)) == (
        404,
        {"message": f"No provenance available for {package.filename}"},
    )
    assert ask(instance, "GET", "/integrity/demo/2.0/demo-2.0.tar.gz/provenance").status == 404


def attested(package: Package) -> list[tuple[str, str]]:
    """The field of the form with an attestation about the package; its signature is invalid."""
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


def test_what_was_attested_is_found_in_the_provenance_and_from_the_simple_page(instance: Instance) -> None:
    trust(instance)
    secret = json.loads(exchanged(instance).body)["token"]
    package = wheel("demo")
    other = upload(instance, package, secret, more=attested(wheel("demo", "2.0")))
    assert (other.status, "Could not verify the uploaded artifact" in other.reason) == (400, True)
    assert upload(instance, package, secret, more=attested(package)).status == 200
    page = ask(instance, "GET", "/simple/demo/", HTTP_ACCEPT="application/vnd.pypi.simple.v1+json")
    link = json.loads(page.body)["files"][0]["provenance"]
    assert link.endswith(f"/integrity/demo/1.0/{package.filename}/provenance")
    bundles = json.loads(ask(instance, "GET", link[link.index("/integrity") :]).body)["attestation_bundles"]
    assert [each["publisher"]["workflow"] for each in bundles] == ["release.yml"]
    assert [each["attestations"] for each in bundles] == [json.loads(attested(package)[0][1])]


def test_an_activestate_build_publishes_but_sends_no_attestations(instance: Instance) -> None:
    facts = {"organization": "octo", "project": "build", "actor": "cat", "actor_id": "7"}
    instance.index.publishers.add("activestate", facts, instance.index.projects["demo"])
    claims = {
        "aud": "pypi",
        "sub": "org:octo:project:build",
        "organization": "octo",
        "project": "build",
        "actor_id": "7",
        "actor": "cat",
        "builder": "pypi-publisher",
    }
    provider = instance.identity_provider(ACTIVESTATE)
    secret = json.loads(exchange(instance, provider.token(claims)).body)["token"]
    assert upload(instance, wheel("demo"), secret).status == 200
    assert instance.record.requests[-1].sender == "activestate octo/build/cat/7"
    assert error(exchange(instance, provider.token({**claims, "sub": "org:octo"})))[2].endswith(
        "(Invalid 'subject' claim. Wrong format)"
    )
    rejected = upload(instance, wheel("demo", "2.0"), secret, more=attested(wheel("demo", "2.0")))
    words = "Attestations are not currently supported with ActiveState publishers"
    assert (rejected.status, rejected.reason.endswith(words)) == (400, True)
    instance.index.flags.set("disallow-activestate-oidc")
    words = "activestate trusted publishing functionality not enabled"
    assert error(exchange(instance, provider.token(claims))) == (422, "not-enabled", words)


def test_only_a_genuine_token_of_trusted_publishing_can_be_given_back(instance: Instance) -> None:
    trust(instance)
    minted = json.loads(exchanged(instance).body)["token"]
    account = instance.index.tokens.mint(instance.index.accounts["alice"])
    burn = "/_/oidc/burn-token"
    for other in (account.secret, "", "pypi-", minted[:-4], account.forged(key=b"guessed").secret, "password"):
        assert exchange(instance, other, burn).status == 202  # it does not show whether there is such a token
    assert [upload(instance, wheel("demo"), token).status for token in (minted, account.secret)] == [200, 200]
    assert [exchange(instance, minted, burn).status for _ in range(2)] == [202, 202]
    assert upload(instance, wheel("demo"), minted).status == 403


def test_without_trusted_publishing_the_audience_is_rejected(instance: Instance) -> None:
    instance.index.flags.set("disallow-oidc")
    answered = ask(instance, "GET", "/_/oidc/audience")
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
def test_an_invalid_body_gets_the_message_of_pypis_library(instance: Instance, body: bytes, said: str) -> None:
    for path, shape in ((MINT, "TokenPayload"), ("/_/oidc/burn-token", "BurnPayload")):
        status, code, description = error(ask(instance, "POST", path, body))
        assert (status, code) == (422, "invalid-payload")
        assert description.startswith(f"1 validation error for {shape}\n")
        assert said in description
