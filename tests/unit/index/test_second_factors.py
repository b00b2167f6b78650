"""Authentication applications, security keys and recovery codes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index
from fake_pypi.index.second_factors import check_totp, new_totp_secret, totp_code, totp_uri

SECRET = b"12345678901234567890"  # the secret of the examples in RFC 6238


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")])
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert totp_code(SECRET, at) == code


@pytest.mark.parametrize(
    ("intervals", "result"),
    [
        (0, "valid"),
        (-1, "valid"),
        (1, "valid"),
        (-2, "out of sync"),
        (2, "out of sync"),
        (-10, "out of sync"),
        (10, "out of sync"),
        (-11, "invalid"),
        (11, "invalid"),
    ],
)
def test_a_code_is_valid_one_interval_before_and_after(intervals: int, result: str) -> None:
    now = 1_800_000_000
    assert check_totp(SECRET, totp_code(SECRET, now + 30 * intervals), now) == result


@pytest.mark.parametrize("code", ["", "12345", "1234567", "äöüäöü", "٠١٢٣٤٥"])
def test_another_text_is_invalid(code: str) -> None:
    assert check_totp(SECRET, code, 1_800_000_000) == "invalid"


def test_a_code_is_accepted_once(index: Index) -> None:
    index.second_factors.set_totp("u1", SECRET)
    code = totp_code(SECRET, index.clock.timestamp())
    assert index.second_factors.use_totp("u1", code) == "valid"
    assert index.second_factors.use_totp("u1", code) == "used"
    index.clock.advance(seconds=60)
    assert index.second_factors.use_totp("u1", totp_code(SECRET, index.clock.timestamp())) == "valid"


def test_a_user_without_an_application_has_no_valid_code(index: Index) -> None:
    assert index.second_factors.use_totp("u1", totp_code(SECRET, index.clock.timestamp())) == "invalid"


def test_a_new_secret_can_be_read_from_a_qr_code() -> None:
    secret = new_totp_secret()
    assert len(secret) == 20
    assert secret != new_totp_secret()
    assert totp_uri(SECRET, "alice", "PyPI") == (
        "otpauth://totp/PyPI:alice?digits=6&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&issuer=PyPI&period=30"
    )


def test_security_keys_have_labels_and_credentials_of_their_own(index: Index) -> None:
    index.second_factors.add_security_key("u1", "blue", credential_id="c1", public_key="p1")
    with pytest.raises(sqlite3.IntegrityError, match="label"):
        index.second_factors.add_security_key("u1", "blue", credential_id="c2", public_key="p2")
    with pytest.raises(sqlite3.IntegrityError, match="credential_id"):
        index.second_factors.add_security_key("u2", "blue", credential_id="c1", public_key="p1")
    index.second_factors.add_security_key("u2", "blue", credential_id="c2", public_key="p2")
    [key] = index.second_factors.security_keys("u1")
    assert (key.label, key.credential_id, key.public_key, key.sign_count) == ("blue", "c1", "p1", 0)
    assert index.second_factors.is_known_credential("c1")
    index.second_factors.set_sign_count(key, 7)
    assert index.second_factors.security_keys("u1")[0].sign_count == 7
    index.second_factors.remove_security_key(key)
    assert index.second_factors.security_keys("u1") == []
    assert not index.second_factors.is_known_credential("c1")


def test_the_factors_of_a_user_are_counted(index: Index) -> None:
    alice = index.accounts.add("alice", two_factor=False)
    assert (index.second_factors.count(alice.id), index.accounts["alice"].two_factor) == (0, False)
    index.second_factors.add_security_key(alice.id, "blue", credential_id="c1", public_key="p1")
    assert (index.second_factors.count(alice.id), index.accounts["alice"].two_factor) == (1, True)
    index.second_factors.set_totp(alice.id, SECRET)
    assert index.second_factors.count(alice.id) == 2
    index.second_factors.remove_totp(alice.id)
    assert index.second_factors.count(alice.id) == 1
    assert not index.accounts.change("alice", two_factor=False).two_factor
    assert index.accounts.change("alice", two_factor=True).two_factor
    assert index.second_factors.totp_secret(alice.id) is not None


def test_recovery_codes_are_shown_once_and_used_once(index: Index) -> None:
    codes = index.second_factors.generate_recovery_codes("u1")
    assert len(set(codes)) == 8
    assert all(re.fullmatch("[0-9a-f]{16}", code) for code in codes)
    assert not any(code in index.db.value("SELECT group_concat(hash) FROM recovery_codes") for code in codes)
    assert index.second_factors.use_recovery_code("u1", codes[3]) == "accepted"
    assert index.second_factors.use_recovery_code("u1", codes[3]) == "used"
    assert index.second_factors.use_recovery_code("u1", "0" * 16) == "invalid"
    assert index.second_factors.use_recovery_code("u2", codes[4]) == "invalid"
    assert [code.used is not None for code in index.second_factors.recovery_codes("u1")].count(True) == 1


def test_new_recovery_codes_replace_the_earlier_ones(index: Index) -> None:
    earlier = index.second_factors.generate_recovery_codes("u1")
    index.second_factors.generate_recovery_codes("u1")
    assert index.second_factors.use_recovery_code("u1", earlier[0]) == "invalid"
    assert len(index.second_factors.recovery_codes("u1")) == 8
