"""Users, and what their accounts are like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import Index


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_a_user_is_verified_and_has_two_factors_by_default(index: Index) -> None:
    alice = index.accounts.add("alice")
    assert (alice.email, alice.two_factor, alice.state, alice.may_sign_in) == ("verified", True, "active", True)
    assert index.accounts["alice"] == alice == index.accounts.by_id(alice.id)


def test_a_name_is_taken_once(index: Index) -> None:
    index.accounts.add("alice")
    with pytest.raises(UsageError, match="there is a user 'alice' already: choose another name"):
        index.accounts.add("alice")


@pytest.mark.parametrize("wrong", [{"email": "perhaps"}, {"state": "asleep"}])
def test_a_state_that_is_none_names_those_that_are(index: Index, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="one of"):
        index.accounts.add("alice", **wrong)  # type: ignore[arg-type]
    assert index.accounts.get("alice") is None
    index.accounts.add("bob")
    with pytest.raises(UsageError, match="one of"):
        index.accounts.change("bob", **wrong)  # type: ignore[arg-type]


def test_a_change_leaves_the_rest_alone(index: Index) -> None:
    index.accounts.add("alice", email="unverified")
    changed = index.accounts.change("alice", state="frozen", two_factor=False)
    assert (changed.email, changed.two_factor, changed.state) == ("unverified", False, "frozen")


@pytest.mark.parametrize("state", ["disabled", "frozen"])
def test_who_is_not_active_may_not_sign_in(index: Index, state: str) -> None:
    assert not index.accounts.add("alice", state=state).may_sign_in  # type: ignore[arg-type]


def test_a_removed_user_takes_roles_and_tokens_along(index: Index) -> None:
    alice = index.accounts.add("alice")
    project = index.projects.create("hello", alice)
    secret = index.tokens.mint(alice).secret
    index.accounts.remove("alice")
    assert index.accounts.get("alice") is None
    assert index.projects.roles(project) == []
    assert index.tokens.identify(f"Bearer {secret}").problem == "unknown"


@pytest.mark.parametrize("ask", ["__getitem__", "remove", "change"])
def test_an_unknown_user_is_an_error_that_names_the_existing_ones(index: Index, ask: str) -> None:
    for name in ("alice", "bob"):
        index.accounts.add(name)
    with pytest.raises(NotFound, match="there is no user 'eve'; there is: alice, bob"):
        getattr(index.accounts, ask)("eve")
    assert index.accounts.get("eve") is None
    assert index.accounts.by_id("no such id") is None


def test_a_removed_user_takes_everything_of_its_own_along(index: Index) -> None:
    alice = index.accounts.add("alice")
    index.passwords.set(alice.id, "x")
    index.sessions.log_in(index.sessions.create(), alice.id, 0)
    index.devices.confirm(alice.id, "203.0.113.1")
    index.events.add(alice.id, "account:create", facts={})
    index.second_factors.add_security_key(alice.id, "blue", credential_id="c1", public_key="p1")
    index.invitations.add("p1", alice.id, "Owner", invited_by="u9", token="t")
    index.accounts.remove("alice")
    tables = [row[0] for row in index.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left = {table: index.db.value(f"SELECT count(*) FROM {table}") for table in tables}
    assert {table: count for table, count in left.items() if count} == {}


def test_a_user_is_found_in_upper_and_lower_case_the_exact_name_first(index: Index) -> None:
    lower = index.accounts.add("alice")
    assert index.accounts.find("ALICE") == lower
    upper = index.accounts.add("ALICE")
    assert (index.accounts.find("ALICE"), index.accounts.find("alice")) == (upper, lower)
    assert index.accounts.find("bob") is None


def test_a_user_has_a_full_name_a_date_and_a_last_login(index: Index) -> None:
    alice = index.accounts.add("alice", full_name="Alice A.")
    assert (alice.full_name, alice.last_login) == ("Alice A.", None)
    assert alice.created == pytest.approx(index.clock.timestamp(), abs=5)
    index.accounts.set_full_name(alice, "Alice B.")
    index.accounts.record_login(alice)
    changed = index.accounts["alice"]
    assert changed.full_name == "Alice B."
    assert changed.last_login == pytest.approx(index.clock.timestamp(), abs=5)
