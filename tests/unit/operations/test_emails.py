"""E-mail addresses and public details of an account. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.emails import Email
from fake_pypi.operations import emails
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser
from tests.unit.operations.accounts import (
    newest_mail,
    registered,
    session_of,
    signed_in,
    subjects,
    tags,
    token_in_mail,
    with_password,
)


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


def primary(index: Index, actor: SignedInUser) -> Email:
    email = index.emails.primary(actor.user.id)
    assert email is not None
    return email


@pytest.fixture
def dave(index: Index) -> SignedInUser:
    """Return a user who has just registered."""
    session_of(registered(index))
    return signed_in(index, "dave")


@pytest.fixture
def alice(index: Index) -> SignedInUser:
    """Return a user with a verified address and a second factor."""
    with_password(index, "alice")
    return signed_in(index, "alice")


def test_the_link_in_the_mail_verifies_an_address_once(index: Index, dave: SignedInUser) -> None:
    token = token_in_mail(index)
    verified = "Email address dave@example.com verified. This is your primary address."
    assert emails.verify(index, dave, token) == verified
    assert index.accounts["dave"].email == "verified"
    assert tags(index, "dave")[-1] == "account:email:verified"
    assert emails.verify(index, dave, token) == FormErrors(flash="Email already verified")


def test_a_link_that_cannot_be_used_has_a_message(index: Index, dave: SignedInUser) -> None:
    token = token_in_mail(index)
    assert emails.verify(index, dave, None) == FormErrors(flash="Invalid token: no token supplied")
    assert emails.verify(index, dave, "bogus") == FormErrors(
        flash="Invalid token: request a new email verification link"
    )
    other = index.signed_tokens.sign("email", {"action": "email-project-role-verify"})
    assert emails.verify(index, dave, other) == FormErrors(flash="Invalid token: not an email verification token")
    index.accounts.add("bob")
    assert emails.verify(index, signed_in(index, "bob"), token) == FormErrors(flash="Email not found")
    index.clock.advance(hours=6, seconds=2)
    assert emails.verify(index, dave, token) == FormErrors(flash="Expired token: request a new email verification link")
    assert index.accounts["dave"].email == "unverified"


def test_the_mail_is_sent_twice_more_in_six_hours(index: Index, dave: SignedInUser) -> None:
    email = primary(index, dave)
    for _ in range(2):
        assert emails.resend_verification(index, dave, email.id) == "Verification email for dave@example.com resent"
    assert emails.resend_verification(index, dave, email.id) == FormErrors(
        flash="Too many incomplete attempts to verify email address(es) for dave. "
        "Complete a pending verification or wait before attempting again."
    )
    assert subjects(index, "dave") == ["[PyPI] Email verification"] * 3
    assert tags(index, "dave").count("account:email:reverify") == 2
    index.clock.advance(hours=6)
    assert isinstance(emails.resend_verification(index, dave, email.id), str)


def test_no_mail_is_sent_for_an_address_that_is_verified_or_of_another_user(index: Index, alice: SignedInUser) -> None:
    email = primary(index, alice)
    assert emails.resend_verification(index, alice, email.id) == FormErrors(flash="Email is already verified")
    index.accounts.add("bob", email="unverified")
    bob = signed_in(index, "bob")
    assert emails.resend_verification(index, bob, email.id) == FormErrors(flash="Email address not found")
    assert len(index.mailbox) == 0


def test_a_mistyped_address_is_corrected_until_it_is_verified(index: Index, dave: SignedInUser) -> None:
    earlier = token_in_mail(index)
    assert emails.correct_unverified(index, dave, "dave2@example.com") == (
        "Email address updated to dave2@example.com - check your email for a verification link"
    )
    assert newest_mail(index).to == "Dave Doe <dave2@example.com>"
    assert emails.verify(index, dave, earlier) == FormErrors(flash="Email not found")
    assert emails.verify(index, dave, token_in_mail(index)) == (
        "Email address dave2@example.com verified. This is your primary address."
    )
    assert emails.correct_unverified(index, dave, "dave3@example.com") == FormErrors(flash="Email address not found")


def test_a_correction_is_checked(index: Index, dave: SignedInUser) -> None:
    assert emails.correct_unverified(index, dave, "nope") == FormErrors(
        {"email": ("Invalid email address.", "The email address isn't valid. Try again.")}
    )


def test_a_second_address_is_added_verified_and_made_the_primary_one(index: Index, alice: SignedInUser) -> None:
    assert emails.add(index, alice, "alice125@example.com") == (
        "Email alice125@example.com added - check your email for a verification link"
    )
    added = index.emails.find("alice125@example.com")
    assert added is not None
    assert subjects(index, "alice125") == ["[PyPI] Email verification"]
    assert subjects(index, "alice") == [
        "[PyPI] A new email 'alice125@example.com' has been added to your account 'alice'"
    ]
    assert emails.make_primary(index, alice, added.id) == FormErrors(flash="Email address not found")
    assert emails.verify(index, alice, token_in_mail(index)) == (
        "Email address alice125@example.com verified. You can now set this email as your primary address."
    )
    assert emails.make_primary(index, alice, added.id) == "Email address alice125@example.com set as primary"
    assert primary(index, alice).address == "alice125@example.com"
    assert subjects(index, "alice")[-1] == "[PyPI] Primary email change notification"
    assert tags(index, "alice") == ["account:email:add", "account:email:verified", "account:email:primary:change"]
    assert index.events.of(alice.user.id)[1].facts == {
        "old_primary": "alice@example.com",
        "new_primary": "alice125@example.com",
    }


@pytest.mark.parametrize(
    ("address", "messages"),
    [
        ("", ["This field is required."]),
        ("nope", ["Invalid email address.", "The email address isn't valid. Try again."]),
        (
            "alice@example.com",
            ["This email address is already being used by this account. Use a different email."],
        ),
        (
            "bob@example.com",
            ["This email address is already being used by another account. Use a different email."],
        ),
    ],
)
def test_a_new_address_is_checked(index: Index, alice: SignedInUser, address: str, messages: list[str]) -> None:
    index.accounts.add("bob")
    assert emails.add(index, alice, address) == FormErrors({"email": tuple(messages)})


def test_the_third_address_of_a_day_is_rejected(index: Index, alice: SignedInUser) -> None:
    for number in range(2):
        assert isinstance(emails.add(index, alice, f"a{number}@example.com"), str)
    with pytest.raises(OperationRejected, match="Too many emails have been added to this account"):
        emails.add(index, alice, "a3@example.com")
    emails.verify(index, alice, token_in_mail(index))
    assert isinstance(emails.add(index, alice, "a3@example.com"), str)


def test_without_a_second_factor_the_primary_address_stays(index: Index) -> None:
    with_password(index, "carol", two_factor=False)
    carol = signed_in(index, "carol")
    assert emails.make_primary(index, carol, primary(index, carol).id) == FormErrors(
        flash="Two factor authentication must be enabled to change primary email address."
    )


def test_another_than_the_primary_address_is_removed(index: Index, alice: SignedInUser) -> None:
    second = index.emails.add(alice.user.id, "alice125@example.com")
    assert emails.remove(index, alice, 99999) == FormErrors(flash="Email address not found")
    assert emails.remove(index, alice, primary(index, alice).id) == FormErrors(
        flash="Cannot remove primary email address"
    )
    assert emails.remove(index, alice, second.id) == "Email address alice125@example.com removed"
    assert index.emails.find("alice125@example.com") is None
    assert tags(index, "alice") == ["account:email:remove"]


def test_details_are_saved(index: Index, alice: SignedInUser) -> None:
    saved = emails.save_details(index, alice, name="Alice A.", public_email="alice@example.com")
    assert saved == "Account details updated"
    assert index.accounts["alice"].full_name == "Alice A."
    assert primary(index, alice).public
    emails.save_details(index, alice, name="", public_email="")
    assert not primary(index, alice).public


def test_details_are_checked(index: Index, alice: SignedInUser) -> None:
    assert emails.save_details(index, alice, name="x" * 101, public_email="x@y.org") == FormErrors(
        {
            "name": ("The name is too long. Choose a name with 100 characters or less.",),
            "public_email": ("Not a valid choice.", "x@y.org is not a verified email for alice"),
        }
    )


def test_who_has_to_verify_the_address_can_change_nothing_else(index: Index, dave: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="verify your"):
        emails.add(index, dave, "dave2@example.com")
    with pytest.raises(OperationRejected, match="verify your"):
        emails.save_details(index, dave, name="", public_email="")


def test_a_user_who_was_deleted_meanwhile_can_do_nothing(index: Index, dave: SignedInUser) -> None:
    index.accounts.remove("dave")
    with pytest.raises(OperationRejected, match="not-signed-in"):
        emails.verify(index, dave, None)


def test_in_read_only_mode_nothing_is_kept(index: Index, alice: SignedInUser) -> None:
    index.flags.set("read-only")
    assert emails.save_details(index, alice, name="Alice A.", public_email="") == "Account details updated"
    assert index.accounts["alice"].full_name == ""
