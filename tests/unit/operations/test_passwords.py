"""Change and reset a password. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.sessions import Session
from fake_pypi.operations import passwords, sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser
from tests.unit.operations.accounts import (
    PASSWORD,
    VISITOR,
    newest_mail,
    session_of,
    signed_in,
    subjects,
    tags,
    token_in_mail,
    with_password,
)

NEW = "correct horse battery 7!z"
EASY = (
    'Sequences like "abc" or "6543" are easy to guess. Add another word or two. Uncommon words are better. '
    "Avoid sequences."
)


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def alice(index: Index) -> SignedInUser:
    with_password(index, "alice")
    return signed_in(index, "alice")


@pytest.fixture
def session(index: Index, alice: SignedInUser) -> Session:
    return sessions.start_session(index, VISITOR, index.sessions.create(), alice.user)


def change(index: Index, actor: SignedInUser, session: Session, *values: str) -> object:
    password, new, confirm = values
    return passwords.change(index, actor, session, password=password, new_password=new, password_confirm=confirm)


def reset(index: Index, token: str | None, new: str = NEW, confirm: str = NEW) -> object:
    return passwords.reset(index, VISITOR, token, new_password=new, password_confirm=confirm)


def test_a_changed_password_ends_the_other_sessions(index: Index, alice: SignedInUser, session: Session) -> None:
    other = sessions.start_session(index, VISITOR, index.sessions.create(), alice.user)
    index.clock.advance(seconds=1)
    assert change(index, alice, session, PASSWORD, NEW, NEW) == "Password updated"
    assert index.passwords.verify(alice.user.id, NEW)
    kept = index.sessions.get(session.id)
    assert kept is not None
    assert sessions.user_of(index, kept) == index.accounts["alice"]
    assert sessions.user_of(index, other) == FormErrors(flash="Session invalidated by password change")
    assert tags(index, "alice")[-1] == "account:password:change"
    assert subjects(index, "alice") == ["[PyPI] Password change notification"]


@pytest.mark.parametrize(
    ("password", "new", "confirm", "fields"),
    [
        (
            "x",
            "abc",
            "abd",
            {
                "password": ("The password is invalid. Try again.",),
                "new_password": (EASY,),
                "password_confirm": ("Your passwords don't match. Try again.",),
            },
        ),
        ("", "", "", dict.fromkeys(("password", "new_password", "password_confirm"), ("This field is required.",))),
    ],
)
def test_a_change_is_checked(
    index: Index,
    alice: SignedInUser,
    session: Session,
    *,
    password: str,
    new: str,
    confirm: str,
    fields: dict[str, tuple[str, ...]],
) -> None:
    assert change(index, alice, session, password, new, confirm) == FormErrors(fields)
    assert index.passwords.verify(alice.user.id, PASSWORD)


def test_the_link_in_the_mail_sets_a_password_once(index: Index, alice: SignedInUser) -> None:
    assert passwords.request_reset(index, VISITOR, "ALICE") is None
    message = newest_mail(index)
    assert (message.to, message.subject) == ("alice <alice@example.com>", "[PyPI] Password reset request")
    assert message.links[0].startswith("https://pypi.org/account/reset-password/?token=")
    token = token_in_mail(index)
    assert passwords.user_of_reset(index, token) == alice.user
    index.clock.advance(seconds=1)
    assert reset(index, token) == "You have reset your password"
    assert index.passwords.verify(alice.user.id, NEW)
    assert tags(index, "alice") == ["account:password:reset:request", "account:password:reset"]
    assert subjects(index, "alice")[-1] == "[PyPI] Password change notification"
    assert reset(index, token) == FormErrors(
        flash="Invalid token: password has already been changed since this token was requested"
    )


def test_a_verified_address_stands_for_its_user(index: Index, alice: SignedInUser) -> None:
    second = index.emails.add(alice.user.id, "alice2@example.com", verified=True)
    assert passwords.request_reset(index, VISITOR, second.address) is None
    assert subjects(index, "alice2") == ["[PyPI] Password reset request"]


@pytest.mark.parametrize("who", ["nobody-here", "nobody@example.com", "bob@example.com"])
def test_the_answer_does_not_reveal_whether_an_account_exists(index: Index, who: str) -> None:
    index.accounts.add("bob", email="unverified")
    assert passwords.request_reset(index, VISITOR, who) is None
    assert len(index.mailbox) == 0


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ("", "This field is required."),
        ("a\0b", "Null bytes are not allowed."),
        ("@example.com", "The password is invalid. Try again."),
        ("da ve", "The username isn't valid. Try again."),
    ],
)
def test_a_request_is_checked(index: Index, who: str, message: str) -> None:
    assert passwords.request_reset(index, VISITOR, who) == FormErrors({"username_or_email": (message,)})


def test_the_sixth_request_of_a_day_is_rejected_unless_a_password_was_reset(index: Index, alice: SignedInUser) -> None:
    for _ in range(5):
        passwords.request_reset(index, VISITOR, "alice")
    with pytest.raises(OperationRejected) as caught:
        passwords.request_reset(index, VISITOR, "alice")
    assert caught.value.message == (
        "Too many password resets have been requested for this account without completing them. "
        f"Check your inbox and follow the verification links. (IP: {VISITOR.address})"
    )
    assert isinstance(reset(index, token_in_mail(index)), str)
    assert passwords.request_reset(index, VISITOR, "alice") is None


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "Invalid token: no token supplied"),
        ("bogus", "Invalid token: request a new password reset link"),
    ],
)
def test_a_reset_needs_its_token(index: Index, token: str | None, message: str) -> None:
    assert reset(index, token) == FormErrors(flash=message)


def test_a_reset_token_can_be_expired_invalid_or_of_no_user(index: Index, alice: SignedInUser) -> None:
    foreign = index.signed_tokens.sign("password", {"action": "another"})
    assert reset(index, foreign) == FormErrors(flash="Invalid token: not a password reset token")
    passwords.request_reset(index, VISITOR, "alice")
    token = token_in_mail(index)
    index.clock.advance(hours=6, seconds=2)
    assert reset(index, token) == FormErrors(flash="Expired token: request a new password reset link")
    passwords.request_reset(index, VISITOR, "alice")
    session_of(sessions.start_session(index, VISITOR, index.sessions.create(), alice.user))
    assert reset(index, token_in_mail(index)) == FormErrors(
        flash="Invalid token: user has logged in since this token was requested"
    )
    passwords.request_reset(index, VISITOR, "alice")
    token = token_in_mail(index)
    index.accounts.remove("alice")
    assert reset(index, token) == FormErrors(flash="Invalid token: user not found")


def test_a_new_password_is_checked(index: Index, alice: SignedInUser) -> None:
    passwords.request_reset(index, VISITOR, "alice")
    assert reset(index, token_in_mail(index), "abc", "abd") == FormErrors(
        {"new_password": (EASY,), "password_confirm": ("Your passwords don't match. Try again.",)}
    )
