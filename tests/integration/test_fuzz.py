"""Any bytes at all on the upload address: an answer of PyPI's kind, and nothing kept of what is rejected.

FUZZ_EXAMPLES=50000 python -m pytest tests/integration/test_fuzz.py    the long run
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import Answered, ask, basic, everything_in, new_token, upload
from tests.integration.hostile import Hostile, anything, broken_archive, odd_form, odd_metadata

pytestmark = pytest.mark.slow

ALL = int(os.environ.get("FUZZ_EXAMPLES", "500"))
KINDS: dict[str, tuple[st.SearchStrategy[Hostile], float]] = {
    "anything": (anything(), 0.2),
    "odd form": (odd_form(), 0.3),
    "broken archive": (broken_archive(), 0.25),
    "odd metadata": (odd_metadata(), 0.25),
}
"""What is sent, and how much of the whole."""

UPLOAD_PAGE = {200, 303, 400, 403, 405, 410, 413, 429, 503}


@contextmanager
def opened() -> Iterator[tuple[Instance, str]]:
    instance = Instance()
    try:
        yield instance, new_token(instance)
    finally:
        instance.close()


def send(instance: Instance, token: str, hostile: Hostile) -> Answered:
    path = f"/legacy/?{hostile.query}" if hostile.query else "/legacy/"
    return ask(
        instance,
        "POST",
        path,
        hostile.body,
        CONTENT_TYPE=hostile.content_type,
        CONTENT_LENGTH=str(len(hostile.body)),
        HTTP_ACCEPT=hostile.accept,
        HTTP_AUTHORIZATION=basic(token) if hostile.token else None,
    )


def check(instance: Instance, answered: Answered, before: object) -> None:
    """Check what must hold of whatever was sent."""
    rule = instance.record.requests[-1].rule
    if answered.status in (0, 500):  # as PyPI does for some uploads, on purpose and by name
        assert rule is not None
        assert instance.rule_set[rule].status == answered.status
    else:
        assert answered.status in UPLOAD_PAGE
        assert "\n" not in answered.reason
        answered.reason.encode("latin-1")
        check_body(answered)
    stored = answered.status == 200 and rule is None and instance.index.projects.all()
    assert list(instance.spool.iterdir()) == []
    if not stored:
        assert everything_in(instance) == before
    else:
        assert {file.name for file in instance.files.rglob("*") if file.is_file()} == set(
            instance.index.releases.filenames()
        )


def check_body(answered: Answered) -> None:
    kind = answered.headers.get("Content-Type", "")
    if answered.body and kind == "application/json":
        assert {"code", "message", "title"} >= set(json.loads(answered.body))
    elif answered.body:
        answered.body.decode()
    assert answered.headers["Content-Length"] == str(len(answered.body))


@pytest.mark.parametrize("kind", KINDS)
def test_every_request_gets_a_response_and_a_rejected_one_leaves_nothing(kind: str) -> None:
    strategy, share = KINDS[kind]

    @settings(max_examples=int(ALL * share), suppress_health_check=list(HealthCheck), print_blob=True)
    @given(strategy)
    def try_it(hostile: Hostile) -> None:
        with opened() as (instance, token):
            before = everything_in(instance)
            check(instance, send(instance, token, hostile), before)

    try_it()


def test_the_fuzzers_start_from_an_upload_that_is_accepted() -> None:
    with opened() as (instance, token):
        answered = upload(instance, wheel("hello", "1.0"), token)
        assert (answered.status, instance.index.releases.filenames()) == (200, ["hello-1.0-py3-none-any.whl"])


def test_an_index_works_after_a_thousand_bad_uploads() -> None:
    with opened() as (instance, token):
        for number in range(1000):
            body = bytes([number % 256]) * number
            ask(instance, "POST", "/legacy/", body, CONTENT_TYPE="multipart/form-data; boundary=x")
        assert upload(instance, wheel("hello", "1.0"), token).status == 200
