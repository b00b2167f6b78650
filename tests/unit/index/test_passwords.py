"""Passwords are stored as Argon2 hashes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fake_pypi.index import Index, passwords
from fake_pypi.index.passwords import LONGEST_PASSWORD


@pytest.fixture(autouse=True)
def quick_password_hashes() -> None:
    """Hash passwords at PyPI's cost here, unlike in other unit tests."""


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_the_right_password_is_accepted_and_a_wrong_one_is_not(index: Index) -> None:
    index.passwords.set("u1", "correct horse battery 7!")
    assert index.passwords.verify("u1", "correct horse battery 7!")
    assert not index.passwords.verify("u1", "correct horse battery 7")
    assert not index.passwords.verify("u2", "correct horse battery 7!")


def test_the_database_has_a_hash_only(index: Index) -> None:
    index.passwords.set("u1", "correct horse battery 7!")
    stored = index.db.value("SELECT hash FROM passwords")
    assert stored.startswith("$argon2id$v=19$m=1024,t=6,p=6$")
    assert "horse" not in stored


def test_the_same_password_has_two_hashes(index: Index) -> None:
    assert passwords.hash_secret("x") != passwords.hash_secret("x")


def test_a_hash_with_other_parameters_is_replaced_when_it_is_used(index: Index) -> None:
    index.passwords.set("u1", "x")
    weak = Argon2id(salt=bytes(16), length=32, iterations=1, lanes=1, memory_cost=8).derive_phc_encoded(b"correct")
    index.db.change("UPDATE passwords SET hash = ?", weak)
    assert not index.passwords.verify("u1", "wrong")
    assert index.db.value("SELECT hash FROM passwords") == weak
    assert index.passwords.verify("u1", "correct")
    assert "m=1024,t=6,p=6" in index.db.value("SELECT hash FROM passwords")
    assert index.passwords.verify("u1", "correct")


def test_the_longest_password_is_accepted_and_a_longer_one_is_not(index: Index) -> None:
    index.passwords.set("u1", "x" * LONGEST_PASSWORD)
    assert index.passwords.verify("u1", "x" * LONGEST_PASSWORD)
    assert not index.passwords.verify("u1", "x" * (LONGEST_PASSWORD + 1))


def test_a_password_that_is_not_valid_unicode_is_one(index: Index) -> None:
    index.passwords.set("u1", "\udcff")
    assert index.passwords.verify("u1", "\udcff")


def test_the_time_of_the_change_is_that_of_the_index(index: Index) -> None:
    assert index.passwords.changed("u1") == 0
    index.clock.advance(days=3)
    index.passwords.set("u1", "x")
    assert index.passwords.changed("u1") == pytest.approx(index.clock.timestamp(), abs=5)


def test_a_disabled_password_is_rejected_until_there_is_a_new_one(index: Index) -> None:
    index.passwords.set("u1", "x")
    changed = index.passwords.changed("u1")
    index.passwords.disable("u1", "compromised password")
    assert not index.passwords.verify("u1", "x")
    assert index.passwords.changed("u1") == changed
    index.passwords.set("u1", "x")
    assert index.passwords.verify("u1", "x")
