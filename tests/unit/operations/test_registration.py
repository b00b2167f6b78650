"""Register an account, and delete one. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.registration import delete_account
from fake_pypi.sites import TESTPYPI
from tests.unit.operations.accounts import (
    PASSWORD,
    VISITOR,
    newest_mail,
    registered,
    session_of,
    signed_in,
    subjects,
    tags,
    with_password,
)

USED_NAME = "This username is already being used by another account. Choose a different username."
INVALID_NAME = (
    "The username is invalid. Usernames must be composed of letters, numbers, dots, hyphens and underscores. "
    "And must also start and finish with a letter or number. Choose a different username."
)
REQUIRED = "This field is required."
BREACHED = (
    "This password appears in a security breach or has been compromised and cannot be used. "
    'See <a href="https://pypi.org/help/#compromised-password">this FAQ entry</a> for more information.'
)
EASY = "Add another word or two. Uncommon words are better."


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


def test_a_new_account_is_logged_in_and_has_to_verify_its_address(index: Index) -> None:
    session = session_of(registered(index))
    dave = index.accounts["dave"]
    assert session.user_id == dave.id
    assert (dave.email, dave.two_factor, dave.full_name) == ("unverified", False, "Dave Doe")
    assert dave.last_login is not None
    assert index.passwords.verify(dave.id, PASSWORD)
    message = newest_mail(index)
    assert (message.to, message.subject) == ("Dave Doe <dave@example.com>", "[PyPI] Email verification")
    assert message.links[0].startswith("https://pypi.org/account/verify-email/?token=")
    assert tags(index, "dave") == ["account:create", "account:login:success"]
    sent, created = index.events.of(dave.id)[1:]
    assert (created.ip, created.user_agent, created.facts) == (
        "203.0.113.1",
        "Firefox (Linux)",
        {"email": "dave@example.com"},
    )
    assert (sent.tag, sent.ip, sent.facts["redact_ip"]) == ("account:email:sent", "127.0.0.1", False)


@pytest.mark.parametrize(
    ("field", "value", "messages"),
    [
        ("username", "", [REQUIRED]),
        ("username", "alice", [USED_NAME]),
        ("username", "ALICE", [USED_NAME]),
        ("username", "Prohibited-Name", [USED_NAME]),
        ("username", "da ve", [INVALID_NAME]),
        ("username", "dave.", [INVALID_NAME]),
        ("username", "d", [INVALID_NAME]),
        ("username", "da\0ve", [INVALID_NAME]),
        ("username", "d" * 51, ["Choose a username with 50 characters or less."]),
        ("email", "", [REQUIRED]),
        ("email", "a\0@example.com", ["Null bytes are not allowed."]),
        ("email", "not-an-address", ["Invalid email address.", "The email address isn't valid. Try again."]),
        ("email", "dave@example.test", ["Invalid email address.", "The email address isn't valid. Try again."]),
        ("email", "dave@nomx.example.net", ["The email address isn't valid. Try again."]),
        (
            "email",
            "dave@mailinator.com",
            ["You can't use an email address from this domain. Use a different email."],
        ),
        (
            "email",
            "alice@example.com",
            ["This email address is already being used by another account. Use a different email."],
        ),
        (
            "email",
            "d" * 250 + "@example.com",
            [
                "Invalid email address.",
                "The email address is too long. Try again.",
                "The email address isn't valid. Try again.",
            ],
        ),
        ("password_confirm", "", [REQUIRED]),
        ("password_confirm", "other horse battery 7!", ["Your passwords don't match. Try again."]),
        ("full_name", "x" * 101, ["The name is too long. Choose a name with 100 characters or less."]),
        ("full_name", "http://x.y", ["URLs are not allowed in the name field."]),
        ("full_name", "a\0b", ["Null bytes are not allowed."]),
    ],
)
def test_a_field_has_the_messages_of_the_real_site(index: Index, field: str, value: str, messages: list[str]) -> None:
    index.accounts.add("alice")
    index.prohibited_user_names.add("prohibited-name")
    assert registered(index, **{field: value}) == FormErrors({field: tuple(messages)})
    assert index.accounts.get("dave") is None


@pytest.mark.parametrize(
    ("password", "messages"),
    [
        ("", [REQUIRED]),
        ("abc", [f'Sequences like "abc" or "6543" are easy to guess. {EASY} Avoid sequences.']),
        (
            "davedave",
            [
                (
                    f'Repeats like "abcabcabc" are only slightly harder to guess than "abc". {EASY} '
                    "Avoid repeated words and characters."
                )
            ],
        ),
        ("password", [f"This is a top-10 common password. {EASY}"]),
        ("Breached horse battery 7!", [BREACHED]),
        ("x\0y", ["The password is invalid. Try again."]),
    ],
)
def test_a_weak_password_has_the_message_of_the_real_site(index: Index, password: str, messages: list[str]) -> None:
    errors = registered(index, new_password=password, password_confirm=password)
    assert isinstance(errors, FormErrors)
    assert errors.fields["new_password"] == tuple(messages)


def test_a_password_of_4096_characters_is_the_longest(index: Index) -> None:
    longest = (PASSWORD * 200)[:4096]
    session_of(registered(index, new_password=longest, password_confirm=longest))
    too_long = longest + "x"
    errors = registered(index, "eve", new_password=too_long, password_confirm=too_long)
    assert errors == FormErrors({"new_password": ("Password too long.",), "password_confirm": ("Password too long.",)})


def test_every_empty_field_is_named(index: Index) -> None:
    errors = registered(index, username="", email="", new_password="", password_confirm="", full_name="")
    expected = dict.fromkeys(("username", "email", "new_password", "password_confirm"), (REQUIRED,))
    assert errors == FormErrors(expected)


def test_the_help_is_that_of_the_index() -> None:
    index = Index(TESTPYPI)
    errors = registered(index, new_password="Breached horse battery 7!", password_confirm="Breached horse battery 7!")
    assert isinstance(errors, FormErrors)
    assert "https://test.pypi.org/help/#compromised-password" in errors.fields["new_password"][0]
    session_of(registered(index))
    assert subjects(index) == ["[TestPyPI] Email verification"]
    index.close()


def test_a_captcha_is_checked_where_there_is_one(index: Index) -> None:
    index.look_ups.captcha = lambda answer: answer == "right"
    assert registered(index) == FormErrors({"captcha": ("Captcha error.",)})
    assert registered(index, captcha="wrong") == FormErrors({"captcha": ("Captcha error.",)})
    session_of(registered(index, captcha="right"))


def test_administrators_can_disable_registrations(index: Index) -> None:
    index.flags.set("disallow-new-user-registration")
    with pytest.raises(OperationRejected) as caught:
        registered(index)
    assert caught.value.message == (
        "New user registration temporarily disabled. See https://pypi.org/help#admin-intervention for details."
    )


def test_the_third_unverified_account_of_a_day_from_an_address_is_rejected(index: Index) -> None:
    session_of(registered(index, "one"))
    session_of(registered(index, "two"))
    with pytest.raises(OperationRejected, match=rf"Too many emails have been added.*\(IP: {VISITOR.address}\)"):
        registered(index, "three")
    assert index.accounts.get("three") is None
    index.clock.advance(days=1)
    session_of(registered(index, "three"))


def test_a_registration_that_fails_half_way_leaves_nothing_behind(index: Index) -> None:
    index.db.change("DROP TABLE mail")
    with pytest.raises(Exception, match="mail"):
        registered(index)
    assert index.accounts.get("dave") is None
    assert index.emails.find("dave@example.com") is None


def test_a_deleted_account_is_removed_and_its_user_is_notified(index: Index) -> None:
    alice = with_password(index, "alice")
    project = index.projects.create("demo", alice)
    index.projects.add_role("demo", index.accounts.add("bob"))
    assert delete_account(index, signed_in(index, "alice"), PASSWORD) is None
    assert index.accounts.get("alice") is None
    assert index.projects.roles(project) == [("bob", "Owner")]
    assert subjects(index, "alice") == ["[PyPI] Account deletion notification"]
    assert {entry.sender for entry in index.journal.entries()} == {"", "bob", "deleted-user"}


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "Confirm the request"),
        ("x", "Could not delete account - Invalid credentials. Please try again."),
        (PASSWORD, "Cannot delete account with active project ownerships"),
    ],
)
def test_an_account_is_not_deleted_without_its_password_or_with_projects(
    index: Index, password: str, message: str
) -> None:
    index.projects.create("demo", with_password(index, "alice"))
    assert delete_account(index, signed_in(index, "alice"), password) == FormErrors(flash=message)
    assert index.accounts.get("alice") is not None
