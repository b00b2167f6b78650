"""Any `Authorization` header and any identity token: an answer of PyPI's kind, never an error of ours.

FUZZ_EXAMPLES=50000 python -m pytest tests/integration/test_fuzz_credentials.py    the long run
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.fake.ci_job import github_claims
from fake_pypi.index.publishers import GITHUB
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import Answered, ask, basic, everything_in, new_token, upload

pytestmark = pytest.mark.slow

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
HUGE = 1024 * 1024
FACTS = {"owner": "octo", "owner_id": "4242", "repository": "demo", "workflow": "release.yml", "environment": ""}
MINT, BURN = "/_/oidc/mint-token", "/_/oidc/burn-token"

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.just(10**400)
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
CLAIMS = sorted(
    {*github_claims(repository="octo/demo", workflow="release.yml"), "iss", "aud", "exp", "iat", "nbf", "jti"}
)


@contextmanager
def opened() -> Iterator[Instance]:
    instance = Instance()
    try:
        project = instance.index.projects.create("demo", instance.index.accounts.add("alice"))
        instance.index.publishers.add("github", FACTS, project)
        yield instance
    finally:
        instance.close()


def damaged(draw: st.DrawFn, text: str) -> str:
    """Cut something out of a text, and put something else there."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    return text[:start] + draw(LATIN) + text[end:]


def genuine(instance: Instance, **claims: Any) -> str:
    said = github_claims(repository="octo/demo", workflow="release.yml", owner_id="4242")
    return instance.identity_provider(GITHUB).token({**said, "aud": "pypi", **claims})


def exchange(instance: Instance, token: str, path: str = MINT) -> Answered:
    return ask(instance, "POST", path, json.dumps({"token": token}).encode())


def check_rejection(instance: Instance, answered: Answered) -> None:
    rule = instance.record.requests[-1].rule
    if answered.status == 500:  # PyPI fails over a claim as well, and then it is said by name
        assert rule == "claim-of-wrong-type"
        return
    assert answered.status == 422
    told = json.loads(answered.body)
    assert told["message"] == "Token request failed"
    assert [each["code"] for each in told["errors"]] == [rule]
    assert rule in EXCHANGE  # `fake-pypi rules` tells of it


@FUZZ
@given(data=st.data())
def test_an_arbitrary_header_identifies_no_user(data: st.DataObject) -> None:
    with opened() as instance:
        before = everything_in(instance)
        token = new_token(instance, "alice")
        header = data.draw(
            st.one_of(
                LATIN,
                st.builds("{} {}".format, st.sampled_from(["Basic", "Bearer", "token", "Digest"]), LATIN),
                st.binary(max_size=80).map(lambda octets: f"Basic {base64.b64encode(octets).decode()}"),
                st.composite(damaged)(basic(token)),
                st.composite(damaged)(f"Bearer {token}"),
                st.composite(damaged)(token).map(basic),
            )
        )
        answered = upload(instance, wheel("demo"), token, HTTP_AUTHORIZATION=header)
        if answered.status == 200:  # the damage changed nothing: padding, white space, letters of the scheme
            assert instance.record.requests[-1].sender == "alice"
        else:
            assert answered.status == 403
            assert instance.record.requests[-1].rule is not None
            assert everything_in(instance) == before
            assert token not in f"{answered}"


@pytest.mark.parametrize(
    "header",
    [
        "Basic " + "A" * HUGE,
        "Bearer pypi-" + "A" * HUGE,
        basic("pypi-" + "\N{SNOWMAN}" * 1000),
        "Bearer " + "\xff" * 1000,
        "Basic \x00",
        "Basic " + base64.b64encode(b"__token__:\xff\xfe").decode(),
    ],
    ids=lambda header: f"{header[:12]!r} of {len(header)}",
)
def test_a_header_of_any_size_is_rejected_in_pypis_words(header: str) -> None:
    with opened() as instance:
        answered = upload(instance, wheel("demo"), "", HTTP_AUTHORIZATION=header)
        assert (answered.status, instance.index.releases.filenames()) == (403, [])
        assert answered.reason.startswith("Invalid or non-existent authentication information.")


@FUZZ
@given(data=st.data())
def test_a_damaged_identity_token_is_rejected_by_name(data: st.DataObject) -> None:
    with opened() as instance:
        token = genuine(instance)
        broken = st.composite(damaged)(token).filter(lambda text: text != token)
        parts = st.lists(st.binary(max_size=30).map(lambda raw: base64.urlsafe_b64encode(raw).decode()), max_size=4)
        sent = data.draw(st.one_of(broken, parts.map(".".join), st.text(st.characters(exclude_categories=()))))
        answered = exchange(instance, sent)
        if answered.status == 200:  # base64url says the same in several ways
            assert json.loads(answered.body)["success"] is True
        else:
            check_rejection(instance, answered)
        assert exchange(instance, sent, BURN).status == 202


@FUZZ
@example(claim="exp", value=10**400)
@example(claim="jti", value="\ud800")
@example(claim="iat", value=-(10**400))
@given(claim=st.sampled_from(CLAIMS), value=ANY_JSON)
def test_a_claim_of_any_kind_is_answered_by_name(claim: str, value: object) -> None:
    with opened() as instance:
        answered = exchange(instance, genuine(instance, **{claim: value}))
        if answered.status != 200:
            check_rejection(instance, answered)


@FUZZ
@given(body=st.one_of(st.binary(max_size=60), ANY_JSON.map(lambda value: json.dumps(value).encode())))
def test_an_invalid_body_gets_a_message_about_its_error(body: bytes) -> None:
    with opened() as instance:
        for path in (MINT, BURN):
            check_rejection(instance, ask(instance, "POST", path, body))


@pytest.mark.parametrize("token", ["e" * HUGE, "e.e." + "e" * HUGE, "\N{SNOWMAN}" * 1000, "...."])
def test_an_identity_token_of_any_size_is_rejected(token: str) -> None:
    with opened() as instance:
        check_rejection(instance, exchange(instance, token))
        answered = exchange(instance, token, BURN)
        if len(token) < HUGE:
            assert answered.status == 202
        else:  # the end of the body is not read
            check_rejection(instance, answered)
