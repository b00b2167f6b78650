"""The second step of a log-in. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.accounts import User
from fake_pypi.operations import second_step, sessions
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import Visitor
from fake_pypi.operations.second_step import DeviceNotRecognized, SecondStep
from fake_pypi.operations.sessions import SecondFactorNeeded
from tests.unit.operations.accounts import (
    PASSWORD,
    VISITOR,
    code_of,
    newest_mail,
    session_of,
    signed_in,
    subjects,
    tags,
    token_in_mail,
    with_password,
)

INVALID_LOGIN = FormErrors(flash="Invalid or expired two factor login.")
INVALID_CODE = FormErrors({"totp_value": ("Invalid TOTP code.",)})


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def alice(index: Index) -> User:
    """Return a user with a second factor who has logged in from the visitor's address before."""
    user = with_password(index, "alice")
    index.devices.confirm(user.id, VISITOR.address)
    return user


def token_of(index: Index, next_path: str = "") -> str:
    needed = sessions.log_in(
        index, VISITOR, index.sessions.create(), username="alice", password=PASSWORD, next=next_path
    )
    assert isinstance(needed, SecondFactorNeeded)
    return needed.token


def use_code(index: Index, user: User, code: str, actor: Visitor = VISITOR) -> object:
    return second_step.use_totp(index, actor, index.sessions.create(), user, code)


def use_recovery(index: Index, user: User, code: str, actor: Visitor = VISITOR) -> object:
    return second_step.use_recovery_code(index, actor, index.sessions.create(), user, code)


def test_the_token_names_the_user_and_the_next_page(index: Index, alice: User) -> None:
    assert second_step.second_step(index, token_of(index, "/manage/account/")) == SecondStep(alice, "/manage/account/")


@pytest.mark.parametrize("token", [None, "", "bogus"])
def test_another_token_leads_back(index: Index, token: str | None) -> None:
    assert second_step.second_step(index, token) == INVALID_LOGIN


def test_the_token_is_valid_for_five_minutes_and_until_the_log_in(index: Index, alice: User) -> None:
    token = token_of(index)
    session_of(use_code(index, alice, code_of(index, alice)))
    assert second_step.second_step(index, token) == INVALID_LOGIN
    token = token_of(index)
    index.clock.advance(seconds=302)
    assert second_step.second_step(index, token) == INVALID_LOGIN
    token = token_of(index)
    index.accounts.remove("alice")
    assert second_step.second_step(index, token) == INVALID_LOGIN


def test_a_right_code_logs_in(index: Index, alice: User) -> None:
    index.second_factors.generate_recovery_codes(alice.id)
    code = code_of(index, alice)
    session = session_of(use_code(index, alice, f"{code[:3]} {code[3:]}"))
    assert session.user_id == alice.id
    [event] = index.events.of(alice.id)
    assert event.facts == {"two_factor_method": "totp", "two_factor_label": "totp"}
    assert len(index.mailbox) == 0


def test_who_has_no_recovery_codes_is_reminded(index: Index, alice: User) -> None:
    session_of(use_code(index, alice, code_of(index, alice)))
    assert subjects(index, "alice") == ["[PyPI] Two-factor recovery codes are available"]


@pytest.mark.parametrize(
    ("code", "messages"),
    [
        ("", ["This field is required."]),
        ("abc", ["TOTP code must be 6 digits.", "Invalid TOTP code."]),
        ("000000", ["Invalid TOTP code."]),
    ],
)
def test_a_wrong_code_has_the_messages_of_the_real_site(
    index: Index, alice: User, code: str, messages: list[str]
) -> None:
    index.second_factors.set_totp(alice.id, b"12345678901234567890")  # no code of these minutes is 000000
    index.clock.advance(seconds=1_800_000_000 - index.clock.timestamp())
    assert use_code(index, alice, code) == FormErrors({"totp_value": tuple(messages)})


def test_a_code_is_used_once(index: Index, alice: User) -> None:
    code = code_of(index, alice)
    session_of(use_code(index, alice, code))
    assert use_code(index, alice, code) == INVALID_CODE
    assert tags(index, "alice") == ["account:login:success", "account:login:failure"]
    assert index.events.of(alice.id)[0].facts == {"reason": "invalid_totp"}


def test_a_code_of_a_wrong_clock_is_invalid(index: Index, alice: User) -> None:
    assert use_code(index, alice, code_of(index, alice, seconds=-60)) == INVALID_CODE


def test_the_sixth_wrong_code_of_a_user_is_not_looked_at(index: Index, alice: User) -> None:
    for _ in range(5):
        assert use_code(index, alice, code_of(index, alice, seconds=-600)) == INVALID_CODE
    with pytest.raises(OperationRejected) as caught:
        use_code(index, alice, code_of(index, alice), Visitor(address="203.0.113.2"))
    assert caught.value.message == (
        "There have been too many unsuccessful login attempts. You have been locked out for 5 minutes. "
        "Please try again later."
    )
    index.clock.advance(minutes=5)
    session_of(use_code(index, alice, code_of(index, alice)))


def test_the_twenty_first_wrong_code_of_an_hour_locks_out_for_longer(index: Index, alice: User) -> None:
    for _ in range(4):
        for number in range(5):
            use_code(index, alice, code_of(index, alice, seconds=-600), Visitor(address=f"203.0.113.{number}"))
        index.clock.advance(minutes=6)
    with pytest.raises(OperationRejected, match="locked out for 36 minutes"):
        use_code(index, alice, code_of(index, alice))


def test_a_device_that_was_never_used_has_to_be_confirmed(index: Index, alice: User) -> None:
    elsewhere = Visitor(address="203.0.113.9", user_agent="Firefox (Linux)")
    assert isinstance(use_code(index, alice, code_of(index, alice), elsewhere), DeviceNotRecognized)
    message = newest_mail(index)
    assert message.subject == "[PyPI] Unrecognized login to your PyPI account"
    assert "IP address: 203.0.113.9\nLocation: Unknown\nUser agent: Firefox (Linux)" in message.text
    assert tags(index, "alice") == ["account:login:new_device"]
    token = token_in_mail(index)
    session = index.sessions.create()
    assert second_step.confirm_log_in(index, VISITOR, session, token) == FormErrors(
        flash="Device details didn't match, please try again from the device you originally used to log in."
    )
    assert session_of(second_step.confirm_log_in(index, elsewhere, session, token)).user_id == alice.id
    again = second_step.confirm_log_in(index, elsewhere, index.sessions.create(), token)
    assert again == FormErrors(flash="Invalid token: user has logged in since this token was requested")
    index.clock.advance(minutes=1)
    session_of(use_code(index, alice, code_of(index, alice), elsewhere))


def test_one_mail_is_sent_for_a_device(index: Index, alice: User) -> None:
    elsewhere = Visitor(address="203.0.113.9")
    for _ in range(2):
        assert isinstance(use_code(index, alice, code_of(index, alice), elsewhere), DeviceNotRecognized)
        index.clock.advance(minutes=1)
    assert subjects(index) == ["[PyPI] Unrecognized login to your PyPI account"]
    assert "User agent: Unknown User-Agent" in newest_mail(index).text
    index.clock.advance(hours=6)
    use_code(index, alice, code_of(index, alice), elsewhere)
    assert len(index.mailbox) == 2


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "Invalid token: no token supplied"),
        ("bogus", "Invalid token: please try to login again"),
    ],
)
def test_a_confirmation_needs_its_token(index: Index, token: str | None, message: str) -> None:
    assert second_step.confirm_log_in(index, VISITOR, index.sessions.create(), token) == FormErrors(flash=message)


def test_a_confirmation_expires(index: Index, alice: User) -> None:
    elsewhere = Visitor(address="203.0.113.9")
    use_code(index, alice, code_of(index, alice), elsewhere)
    token = token_in_mail(index)
    index.clock.advance(hours=6, seconds=2)
    expired = second_step.confirm_log_in(index, elsewhere, index.sessions.create(), token)
    assert expired == FormErrors(flash="Expired token: please try to login again")


def test_a_confirmation_of_a_deleted_user_is_invalid(index: Index, alice: User) -> None:
    use_code(index, alice, code_of(index, alice), Visitor(address="203.0.113.9"))
    token = token_in_mail(index)
    index.accounts.remove("alice")
    result = second_step.confirm_log_in(index, VISITOR, index.sessions.create(), token)
    assert result == FormErrors(flash="Invalid token: user not found")


def test_a_recovery_code_logs_in_once(index: Index, alice: User) -> None:
    codes = index.second_factors.generate_recovery_codes(alice.id)
    assert session_of(use_recovery(index, alice, codes[0])).user_id == alice.id
    assert tags(index, "alice") == ["account:login:success", "account:recovery_codes:used"]
    assert subjects(index, "alice") == ["[PyPI] Recovery code use notification"]
    used = FormErrors({"recovery_code_value": ("Recovery code has been previously used.",)})
    assert use_recovery(index, alice, codes[0]) == used
    assert index.events.of(alice.id)[0].facts == {"reason": "burned_recovery_code"}
    elsewhere = Visitor(address="203.0.113.9")
    assert isinstance(use_recovery(index, alice, codes[1], elsewhere), DeviceNotRecognized)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "This field is required."),
        ("abc", "Recovery Codes must be 16 characters."),
        ("0000000000000000", "Invalid recovery code."),
    ],
)
def test_a_wrong_recovery_code_has_the_message_of_the_real_site(
    index: Index, alice: User, code: str, message: str
) -> None:
    assert use_recovery(index, alice, code) == FormErrors({"recovery_code_value": (message,)})


def test_wrong_recovery_codes_are_counted_with_wrong_codes(index: Index, alice: User) -> None:
    for _ in range(5):
        use_recovery(index, alice, "0" * 16)
    with pytest.raises(OperationRejected, match="locked out"):
        use_code(index, alice, code_of(index, alice))
    assert signed_in(index, "alice").user.last_login is None
