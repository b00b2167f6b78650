"""Log in and out with a password. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index
from fake_pypi.index.sessions import Session
from fake_pypi.operations import sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser, Visitor
from fake_pypi.operations.sessions import SecondFactorNeeded
from tests.unit.operations.accounts import (
    PASSWORD,
    VISITOR,
    session_of,
    signed_in,
    subjects,
    tags,
    with_password,
)

WRONG = FormErrors({"password": ("The password is invalid. Try again.",)})
LOCKED_OUT = FormErrors(
    {
        "password": (
            (
                "There have been too many unsuccessful login attempts. You have been locked out for 5 minutes. "
                "Please try again later."
            ),
        )
    }
)


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


def log_in(
    index: Index, username: str, password: str = PASSWORD, actor: Visitor = VISITOR
) -> Session | SecondFactorNeeded | FormErrors:
    return sessions.log_in(index, actor, index.sessions.create(), username=username, password=password)


@pytest.fixture
def bob(index: Index) -> SignedInUser:
    """Return a user without a second factor."""
    with_password(index, "bob", two_factor=False)
    return signed_in(index, "bob")


def test_without_a_second_factor_the_password_is_enough(index: Index, bob: SignedInUser) -> None:
    session = session_of(log_in(index, " BOB "))
    assert session.user_id == bob.user.id
    user = sessions.user_of(index, session)
    assert user == index.accounts["bob"]
    assert index.accounts["bob"].last_login is not None
    [event] = index.events.of(bob.user.id)
    assert (event.tag, event.facts) == ("account:login:success", {"two_factor_method": None, "two_factor_label": None})


def test_with_a_second_factor_the_password_leads_to_the_second_step(index: Index) -> None:
    with_password(index, "alice")
    needed = log_in(index, "alice")
    assert isinstance(needed, SecondFactorNeeded)
    assert index.accounts["alice"].last_login is None


@pytest.mark.parametrize(
    ("username", "password", "fields"),
    [
        ("", "", {"username": ("This field is required.",), "password": ("This field is required.",)}),
        ("bob", "", {"password": ("This field is required.",)}),
        ("no-such-user", "x", {"username": ("No user found with that username",)}),
        (
            "alice@example.com",
            "x",
            {
                "username": (
                    "Usernames are not the same as email addresses. Enter your username instead of your email address.",
                )
            },
        ),
        ("bob", "wrong", {"password": ("The password is invalid. Try again.",)}),
        ("bob", "x" * 4097, {"password": ("Password too long.", "The password is invalid. Try again.")}),
    ],
)
def test_a_form_has_the_messages_of_the_real_site(
    index: Index, bob: SignedInUser, username: str, password: str, fields: dict[str, tuple[str, ...]]
) -> None:
    assert log_in(index, username, password) == FormErrors(fields)


def test_a_null_byte_is_no_user_name(index: Index) -> None:
    errors = log_in(index, "bo\0b")
    assert isinstance(errors, FormErrors)
    assert errors.fields["username"][0].startswith("The username is invalid.")


def test_the_eleventh_wrong_password_from_an_address_is_not_looked_at(index: Index, bob: SignedInUser) -> None:
    assert [log_in(index, "bob", "wrong") for _ in range(10)] == [WRONG] * 10
    assert log_in(index, "bob") == LOCKED_OUT
    with_password(index, "carol", two_factor=False)
    assert log_in(index, "carol") == LOCKED_OUT
    assert log_in(index, "bob", actor=Visitor(address="203.0.113.2")) == LOCKED_OUT
    session_of(log_in(index, "carol", actor=Visitor(address="203.0.113.2")))
    index.clock.advance(minutes=4)
    errors = log_in(index, "bob")
    assert isinstance(errors, FormErrors)
    assert "locked out for a minute" in errors.fields["password"][0]
    index.clock.advance(minutes=1, seconds=1)
    session_of(log_in(index, "bob"))


def test_a_wrong_password_is_in_the_security_history(index: Index, bob: SignedInUser) -> None:
    log_in(index, "bob", "wrong")
    [event] = index.events.of(bob.user.id)
    assert (event.tag, event.ip, event.facts) == (
        "account:login:failure",
        VISITOR.address,
        {"reason": "invalid_password"},
    )


def test_a_password_that_became_known_is_disabled(index: Index, bob: SignedInUser) -> None:
    index.look_ups.is_breached = lambda password: password == PASSWORD
    errors = log_in(index, "bob")
    assert isinstance(errors, FormErrors)
    assert errors.fields["password"][0].startswith("This password appears in a security breach")
    index.look_ups.is_breached = lambda password: False
    assert log_in(index, "bob") == WRONG
    assert tags(index, "bob") == ["account:password:disabled", "account:login:failure"]
    assert len(subjects(index, "bob")) == 1


@pytest.mark.parametrize("state", ["disabled", "frozen"])
def test_an_account_that_is_not_active_cannot_log_in(index: Index, bob: SignedInUser, state: str) -> None:
    session = session_of(log_in(index, "bob"))
    index.accounts.change("bob", state=state)  # type: ignore[arg-type]
    assert log_in(index, "bob") == WRONG
    assert sessions.user_of(index, session) == FormErrors(flash="Session invalidated")
    assert index.sessions.get(session.id) is None


def test_a_session_ends_when_the_password_is_changed_elsewhere(index: Index, bob: SignedInUser) -> None:
    session = session_of(log_in(index, "bob"))
    index.clock.advance(seconds=1)
    index.passwords.set(bob.user.id, "another horse 7!")
    assert sessions.user_of(index, session) == FormErrors(flash="Session invalidated by password change")
    assert index.sessions.get(session.id) is None


def test_an_anonymous_session_has_no_user(index: Index) -> None:
    assert sessions.user_of(index, index.sessions.create()) is None


def test_logging_out_ends_the_session(index: Index, bob: SignedInUser) -> None:
    session = session_of(log_in(index, "bob"))
    after = sessions.log_out(index, bob, session)
    assert index.sessions.get(session.id) is None
    assert (after.user_id, index.sessions.get(after.id)) == (None, after)


def test_a_password_is_confirmed_for_thirty_minutes(index: Index, bob: SignedInUser) -> None:
    session = session_of(log_in(index, "bob"))
    assert not sessions.needs_password(index, session)
    index.clock.advance(seconds=15)
    assert sessions.needs_password(index, session, 10)
    index.clock.advance(minutes=30)
    assert sessions.needs_password(index, session)
    assert not sessions.reauthenticate(index, bob, session, "")
    assert not sessions.reauthenticate(index, bob, session, "wrong")
    assert tags(index, "bob")[-1] == "account:reauthenticate:failure"
    assert sessions.reauthenticate(index, bob, session, PASSWORD)
    renewed = index.sessions.get(session.id)
    assert renewed is not None
    assert not sessions.needs_password(index, renewed)


def test_a_device_is_remembered_for_thirty_days_for_one_user(index: Index) -> None:
    alice = with_password(index, "alice")
    with_password(index, "carol")
    cookie = sessions.remember_device(index, VISITOR, alice, "totp")
    assert tags(index, "alice") == ["account:two_factor:device_remembered"]

    def log_in_with_cookie(name: str) -> object:
        return sessions.log_in(
            index, VISITOR, index.sessions.create(), username=name, password=PASSWORD, remembered_device=cookie
        )

    assert session_of(log_in_with_cookie("alice")).user_id == alice.id
    assert isinstance(log_in_with_cookie("carol"), SecondFactorNeeded)
    index.clock.advance(days=30, seconds=2)
    assert isinstance(log_in_with_cookie("alice"), SecondFactorNeeded)


def test_an_unknown_name_changes_nothing(index: Index) -> None:
    turn = index.db.value("SELECT count(*) FROM events")
    log_in(index, "nobody")
    assert index.db.value("SELECT count(*) FROM events") == turn == 0
