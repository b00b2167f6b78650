from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jwt
import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import NotFound, UsageError

WORKFLOW: dict[str, Any] = {"owner": "octo", "repository": "demo", "workflow": "release.yml"}


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    with FakePyPI() as pypi:
        pypi.add_project("demo")
        yield pypi


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def asked(environment: dict[str, str], audience: str = "pypi") -> str:
    """The identity token that a job with that environment gets."""
    secret = environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
    address = f"{environment['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience={audience}"
    with urlopen(Request(address, headers={"Authorization": f"bearer {secret}"})) as answer:
        return str(json.load(answer)["value"])


def test_a_job_gets_the_claims_of_the_registered_workflow(pypi: FakePyPI) -> None:
    pypi.add_github_publisher("demo", **WORKFLOW, environment="pypi")
    environment = pypi.github_oidc(ref="refs/tags/v2")
    claims = claims_of(asked(environment))
    assert environment["GITHUB_REPOSITORY"] == claims["repository"] == "octo/demo"
    assert claims["job_workflow_ref"] == "octo/demo/.github/workflows/release.yml@refs/tags/v2"
    assert (claims["aud"], claims["environment"]) == ("pypi", "pypi")


def test_any_claim_can_be_made_wrong(pypi: FakePyPI) -> None:
    claims = claims_of(asked(pypi.github_oidc(repository="octo/demo", workflow="ci.yml", actor_id="13", odd=True)))
    assert (claims["actor_id"], claims["odd"], "workflow.yml" in claims["workflow_ref"]) == ("13", True, False)


def test_every_identity_token_of_a_job_is_a_new_one(pypi: FakePyPI) -> None:
    environment = pypi.github_oidc(repository="octo/demo", workflow="release.yml")
    first, second = (claims_of(asked(environment)) for _ in range(2))
    assert first["jti"] != second["jti"]


def test_a_request_without_the_secret_gets_no_identity_token(pypi: FakePyPI) -> None:
    address = pypi.github_oidc(repository="a/b", workflow="c.yml")["ACTIONS_ID_TOKEN_REQUEST_URL"]
    for headers in ({}, {"Authorization": "bearer guessed"}, {"Authorization": "Basic x"}):
        with pytest.raises(HTTPError) as rejected:
            urlopen(Request(address, headers=headers))
        assert rejected.value.code == 401
        rejected.value.close()


def test_the_provider_publishes_the_key_to_check_its_tokens_with(pypi: FakePyPI) -> None:
    provider = pypi.identity_provider()
    with urlopen(f"{provider.url}/.well-known/openid-configuration") as answer:
        address = json.load(answer)["jwks_uri"]
    with urlopen(address) as answer:
        key = jwt.PyJWKSet.from_dict(json.load(answer))[provider.key_id]
    token = provider.token({"aud": "pypi"})
    assert jwt.decode(token, key.key, algorithms=["RS256"], audience="pypi")["iss"] == provider.issuer


def test_gitlab_hands_over_a_token_for_each_index(pypi: FakePyPI) -> None:
    pypi.add_gitlab_publisher("demo", namespace="grp/sub", repository="demo", environment="prod")
    environment = pypi.gitlab_oidc()
    claims = [claims_of(environment[name]) for name in ("PYPI_ID_TOKEN", "TESTPYPI_ID_TOKEN")]
    assert [each["aud"] for each in claims] == ["pypi", "testpypi"]
    assert (claims[0]["project_path"], claims[0]["environment"]) == ("grp/sub/demo", "prod")


def test_one_job_may_publish_to_both_indexes() -> None:
    with FakePyPI() as pypi, FakePyPI("testpypi") as testpypi:
        environment = pypi.github_oidc(repository="octo/demo", workflow="release.yml")
        for index, audience in ((pypi, "pypi"), (testpypi, "testpypi")):
            index.add_github_publisher("demo", **WORKFLOW, pending=True)
            body = json.dumps({"token": asked(environment, audience)}).encode()
            with urlopen(Request(f"{index.url}/_/oidc/mint-token", data=body)) as answer:
                assert json.load(answer)["success"] is True


def test_a_publisher_needs_a_project_unless_it_is_pending(pypi: FakePyPI) -> None:
    with pytest.raises(NotFound, match="demo"):
        pypi.add_github_publisher("brandnew", **WORKFLOW)
    pypi.add_github_publisher("brandnew", **WORKFLOW, pending=True)
    with pytest.raises(UsageError, match="pending=True"):
        pypi.add_github_publisher("demo", **WORKFLOW, user="maintainer")


def test_every_kind_of_publisher_can_be_added_and_removed(pypi: FakePyPI) -> None:
    added = [
        pypi.add_github_publisher("demo", **WORKFLOW),
        pypi.add_gitlab_publisher("demo", namespace="grp", repository="demo"),
        pypi.add_google_publisher("demo", email="a@b.c"),
        pypi.add_activestate_publisher("demo", organization="o", activestate_project="p", actor="a"),
    ]
    assert [each.kind for each in added] == ["github", "gitlab", "google", "activestate"]
    for each in added:
        pypi.remove_publisher("demo", each)
    assert [pypi.index.publishers.all(each.issuer) for each in added] == [[], [], [], []]


def test_no_repr_of_a_provider_has_the_secret_of_a_job(pypi: FakePyPI) -> None:
    environment = pypi.github_oidc(repository="octo/demo", workflow="release.yml")
    secret = environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
    provider = pypi.identity_provider()
    assert [text for text in (repr(provider), repr(pypi), str(vars(provider))) if secret in text] == []


def test_verifying_signatures_is_a_choice(pypi: FakePyPI) -> None:
    assert pypi.verify_attestations is None
    pypi.verify_attestations = False
    assert pypi.index.verify_attestations is False
