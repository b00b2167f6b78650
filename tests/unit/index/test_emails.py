"""E-mail addresses of users."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index
from fake_pypi.index.emails import Email, EmailState


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_an_address_belongs_to_one_user(index: Index) -> None:
    index.emails.add("u1", "alice@example.org")
    with pytest.raises(sqlite3.IntegrityError, match=r"emails\.address"):
        index.emails.add("u2", "alice@example.org")


def test_a_user_has_one_primary_address(index: Index) -> None:
    index.emails.add("u1", "a@example.org", primary=True)
    with pytest.raises(sqlite3.IntegrityError, match=r"emails\.user"):
        index.emails.add("u1", "b@example.org", primary=True)


def test_another_address_becomes_the_primary_one(index: Index) -> None:
    index.emails.add("u1", "a@example.org", primary=True)
    other = index.emails.add("u1", "b@example.org")
    index.emails.make_primary(other)
    assert [(email.address, email.primary) for email in index.emails.of("u1")] == [
        ("a@example.org", False),
        ("b@example.org", True),
    ]
    assert index.emails.primary("u1") == Email(other.id, "u1", "b@example.org", True, False, False)
    assert index.emails.primary("u2") is None


def test_an_address_is_found_by_its_id_for_its_own_user_only(index: Index) -> None:
    email = index.emails.add("u1", "a@example.org")
    assert index.emails.get("u1", email.id) == email == index.emails.find("a@example.org")
    assert index.emails.get("u2", email.id) is None
    assert index.emails.find("b@example.org") is None


def test_one_address_is_public_or_none(index: Index) -> None:
    for name in ("a", "b"):
        index.emails.add("u1", f"{name}@example.org")
    index.emails.make_public("u1", "b@example.org")
    assert [email.public for email in index.emails.of("u1")] == [False, True]
    index.emails.make_public("u1", "")
    assert [email.public for email in index.emails.of("u1")] == [False, False]


def test_an_address_is_verified_corrected_and_removed(index: Index) -> None:
    email = index.emails.add("u1", "a@example.org", primary=True)
    index.emails.verify(email)
    assert index.emails.of("u1")[0].verified
    corrected = index.emails.correct(email, "b@example.org")
    assert index.emails.of("u1") == [corrected]
    assert (corrected.address, corrected.verified, corrected.primary) == ("b@example.org", False, True)
    index.emails.remove(corrected)
    assert index.emails.of("u1") == []


STATES: list[EmailState] = ["verified", "unverified", "none", "secondary-verified"]


@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("before", STATES)
def test_an_account_changes_from_every_state_to_every_other(
    index: Index, before: EmailState, after: EmailState
) -> None:
    assert index.accounts.add("alice", email=before).email == index.accounts["alice"].email == before
    assert index.accounts.change("alice", email=after).email == index.accounts["alice"].email == after


def test_the_address_of_a_new_user_is_not_one_that_another_user_has_added(index: Index) -> None:
    index.emails.add("u1", "alice@example.com")
    alice = index.accounts.add("alice")
    assert [email.address for email in index.emails.of(alice.id)] == [f"alice+{alice.id}@example.com"]
