from __future__ import annotations

import hashlib
from typing import Any

import pytest

from fake_pypi.packages.wheel import wheel

MINE = wheel("demo")
MD5 = hashlib.new("md5", MINE.read(), usedforsecurity=False).hexdigest()
FIELDS = {"md5_digest": MD5, "sha256_digest": MINE.sha256, "blake2_256_digest": MINE.blake2_256}


@pytest.mark.parametrize("field", FIELDS)
def test_each_digest_that_is_sent_must_be_that_of_the_file(rejection_of: Any, field: str) -> None:
    wrong = FIELDS[field][:-1] + ("0" if FIELDS[field][-1] != "0" else "1")
    rejection = rejection_of(MINE, form={**FIELDS, field: wrong})
    assert (rejection.rule.id, rejection.status) == ("digest-mismatch", 400)


@pytest.mark.parametrize("field", FIELDS)
def test_upper_case_is_the_same_digest(rule_of: Any, field: str) -> None:
    assert rule_of(MINE, form={field: FIELDS[field].upper()}) is None


def test_one_digest_is_enough(rule_of: Any) -> None:
    none = dict.fromkeys(FIELDS)
    assert rule_of(MINE, form={**none, "md5_digest": MD5}) is None
    assert rule_of(MINE, form={**none, "sha256_digest": MINE.sha256}) is None


@pytest.mark.parametrize("sent", ["zz", " ", "abc", f"{MD5}\n"])
def test_md5_may_have_any_form_and_then_does_not_match(rule_of: Any, sent: str) -> None:
    assert rule_of(MINE, form={"md5_digest": sent}) == "digest-mismatch"


def test_a_digest_that_is_not_ascii_makes_the_real_server_fail(rejection_of: Any) -> None:
    rejection = rejection_of(MINE, form={"md5_digest": "ü" * 32, "sha256_digest": "0" * 64})
    assert (rejection.rule.id, rejection.status) == ("digest-not-ascii", 500)
