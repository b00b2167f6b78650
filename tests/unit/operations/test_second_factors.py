"""Set up and remove second factors. The messages are those recorded from the real site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.second_factors import totp_code
from fake_pypi.index.sessions import Session
from fake_pypi.operations import second_factors
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser
from tests.unit.operations.accounts import PASSWORD, registered, session_of, signed_in, subjects, tags, with_password


@pytest.fixture
def index() -> Iterator[Index]:
    """Return an index without users."""
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def dave(index: Index) -> SignedInUser:
    """Return a user with a verified address and no second factor."""
    with_password(index, "dave", two_factor=False)
    return signed_in(index, "dave")


@pytest.fixture
def session(index: Index, dave: SignedInUser) -> Session:
    return index.sessions.log_in(index.sessions.create(), dave.user.id, 0)


def code(index: Index, secret: bytes, seconds: int = 0) -> str:
    return totp_code(secret, index.clock.timestamp() + seconds)


def test_an_application_is_set_up_with_its_first_code(index: Index, dave: SignedInUser, session: Session) -> None:
    secret = second_factors.begin_totp(index, dave, session)
    assert index.second_factors.count(dave.user.id) == 0
    enabled = second_factors.enable_totp(index, dave, session, code(index, secret))
    assert enabled == "Authentication application successfully set up"
    assert index.second_factors.totp_secret(dave.user.id) == secret
    assert index.accounts["dave"].two_factor
    assert subjects(index, "dave") == ["[PyPI] Two-factor method added"]
    assert tags(index, "dave") == ["account:two_factor:method_added"]


@pytest.mark.parametrize(
    ("sent", "messages"),
    [
        ("", ["This field is required."]),
        ("abcdef", ["TOTP code must be 6 digits.", "Invalid TOTP code. Try again?"]),
        (-660, ["Invalid TOTP code. Try again?"]),
        (-60, ["Invalid TOTP code. Your device time may be out of sync."]),
    ],
)
def test_a_wrong_first_code_has_the_messages_of_the_real_site(
    index: Index, dave: SignedInUser, session: Session, sent: str | int, messages: list[str]
) -> None:
    secret = second_factors.begin_totp(index, dave, session)
    text = sent if isinstance(sent, str) else code(index, secret, sent)
    assert second_factors.enable_totp(index, dave, session, text) == FormErrors({"totp_value": tuple(messages)})
    assert not index.accounts["dave"].two_factor


def test_a_code_without_a_secret_is_invalid(index: Index, dave: SignedInUser, session: Session) -> None:
    assert second_factors.enable_totp(index, dave, session, "123456") == FormErrors(
        {"totp_value": ("Invalid TOTP code. Try again?",)}
    )


def test_another_application_replaces_the_first(index: Index, dave: SignedInUser, session: Session) -> None:
    for _ in range(2):
        secret = second_factors.begin_totp(index, dave, session)
        second_factors.enable_totp(index, dave, session, code(index, secret))
    assert tags(index, "dave") == [
        "account:two_factor:method_added",
        "account:two_factor:method_removed",
        "account:two_factor:method_added",
    ]


def test_the_last_second_factor_stays(index: Index) -> None:
    with_password(index, "alice")
    alice = signed_in(index, "alice")
    last = FormErrors(flash="Cannot remove last 2FA method")
    assert second_factors.remove_totp(index, alice, PASSWORD) == last
    index.second_factors.add_security_key(alice.user.id, "blue", credential_id="c1", public_key="p1")
    assert second_factors.remove_totp(index, alice, "x") == FormErrors(flash="Invalid credentials. Try again")
    assert second_factors.remove_totp(index, alice, "") == FormErrors(flash="Invalid credentials. Try again")
    assert second_factors.remove_totp(index, alice, PASSWORD) == (
        "Authentication application removed from PyPI. Remember to remove PyPI from your application."
    )
    assert second_factors.remove_totp(index, alice, PASSWORD) == FormErrors(
        flash="There is no authentication application to delete"
    )
    assert subjects(index, "alice") == ["[PyPI] Two-factor method removed"]


def test_recovery_codes_are_generated_once_and_replaced_on_request(index: Index, dave: SignedInUser) -> None:
    codes = second_factors.generate_recovery_codes(index, dave)
    assert isinstance(codes, list)
    assert len(codes) == 8
    assert second_factors.generate_recovery_codes(index, dave) == FormErrors(flash="Recovery codes already generated")
    replaced = second_factors.generate_recovery_codes(index, dave, replace=True)
    assert isinstance(replaced, list)
    assert not set(codes) & set(replaced)
    assert tags(index, "dave") == ["account:recovery_codes:generated", "account:recovery_codes:regenerated"]
    assert subjects(index, "dave") == ["[PyPI] Recovery codes generation notification"] * 2


def test_a_recovery_code_is_burned(index: Index, dave: SignedInUser) -> None:
    codes = second_factors.generate_recovery_codes(index, dave)
    assert isinstance(codes, list)
    assert second_factors.burn_recovery_code(index, dave, codes[0]) == (
        "Recovery code accepted. The supplied code cannot be used again."
    )
    assert [code.used is not None for code in index.second_factors.recovery_codes(dave.user.id)].count(True) == 1
    assert subjects(index, "dave")[-1] == "[PyPI] Recovery code use notification"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ("", "This field is required."),
        ("abc", "Recovery Codes must be 16 characters."),
        ("0000000000000000", "Invalid recovery code."),
    ],
)
def test_a_wrong_code_is_not_burned(index: Index, dave: SignedInUser, sent: str, message: str) -> None:
    second_factors.generate_recovery_codes(index, dave)
    assert second_factors.burn_recovery_code(index, dave, sent) == FormErrors({"recovery_code_value": (message,)})


def test_the_address_has_to_be_verified_first(index: Index) -> None:
    session = session_of(registered(index, "eve"))
    eve = signed_in(index, "eve")
    with pytest.raises(OperationRejected, match="verify your"):
        second_factors.begin_totp(index, eve, session)
    with pytest.raises(OperationRejected, match="verify your"):
        second_factors.generate_recovery_codes(index, eve)
