"""Set up security keys, log in with them, and remove them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.sessions import Session
from fake_pypi.operations import security_keys
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser, Visitor
from tests.unit.operations.accounts import VISITOR, session_of, signed_in, subjects, tags, with_password
from tests.unit.operations.authenticator import Authenticator

DOMAIN, ORIGIN = "pypi.localhost", "http://pypi.localhost:8080"


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


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


def set_up(
    index: Index, actor: SignedInUser, key: Authenticator, *, label: str = "blue", origin: str = ORIGIN
) -> str | FormErrors:
    session = index.sessions.log_in(index.sessions.create(), actor.user.id, 0)
    options = security_keys.begin(index, actor, session, domain=DOMAIN)
    answer = key.register(options, origin)
    return security_keys.add(index, actor, session, label=label, credential=answer, domain=DOMAIN, origin=ORIGIN)


def log_in(
    index: Index, actor: SignedInUser, key: Authenticator, *, visitor: Visitor = VISITOR, origin: str = ORIGIN
) -> Session | FormErrors:
    session = index.sessions.create()
    options = security_keys.begin_log_in(index, visitor, session, actor.user, domain=DOMAIN)
    answer = key.sign(options, origin)
    return security_keys.log_in(index, visitor, session, actor.user, credential=answer, domain=DOMAIN, origin=ORIGIN)


def test_the_options_for_a_browser_require_no_attestation(index: Index, dave: SignedInUser, session: Session) -> None:
    options = security_keys.begin(index, dave, session, domain=DOMAIN)
    assert options["rp"] == {"name": "PyPI", "id": DOMAIN}
    assert (options["user"]["name"], options["attestation"]) == ("dave", "none")
    assert options["authenticatorSelection"]["userVerification"] == "discouraged"


def test_a_key_is_set_up_and_logs_in_from_any_device(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    assert set_up(index, dave, key) == "Security device successfully set up"
    assert index.accounts["dave"].two_factor
    assert subjects(index, "dave") == ["[PyPI] Two-factor method added"]
    assert index.events.of(dave.user.id)[1].facts == {"method": "webauthn", "label": "blue"}
    elsewhere = Visitor(address="203.0.113.9")
    assert session_of(log_in(index, dave, key, visitor=elsewhere)).user_id == dave.user.id
    assert index.devices.is_confirmed(dave.user.id, "203.0.113.9")
    assert index.events.of(dave.user.id)[1].facts == {"two_factor_method": "webauthn", "two_factor_label": "blue"}
    assert subjects(index, "dave")[-1] == "[PyPI] Two-factor recovery codes are available"
    [stored] = index.second_factors.security_keys(dave.user.id)
    assert stored.sign_count == 1


def test_each_of_several_keys_logs_in(index: Index, dave: SignedInUser) -> None:
    index.second_factors.generate_recovery_codes(dave.user.id)
    keys = [Authenticator(), Authenticator()]
    for label, each in zip(("blue", "red"), keys, strict=True):
        set_up(index, dave, each, label=label)
    for each in keys:
        session_of(log_in(index, dave, each))
    assert [event.facts.get("two_factor_label") for event in index.events.of(dave.user.id)][:2] == ["red", "blue"]


def test_an_answer_is_for_one_challenge_and_one_page(
    index: Index, dave: SignedInUser, session: Session, key: Authenticator
) -> None:
    options = security_keys.begin(index, dave, session, domain=DOMAIN)
    assert security_keys.begin(index, dave, session, domain=DOMAIN) == options  # the challenge is still waiting
    answer = key.register({**options, "challenge": "another"}, ORIGIN)

    def add() -> object:
        return security_keys.add(index, dave, session, label="blue", credential=answer, domain=DOMAIN, origin=ORIGIN)

    assert add() == FormErrors({"credential": ("Client data challenge was not expected challenge",)})
    answer = key.register(options, ORIGIN)
    for _ in range(2):  # the challenge was used up
        assert add() == FormErrors({"credential": ("Client data challenge was not expected challenge",)})
    elsewhere = set_up(index, dave, key, origin="http://elsewhere.localhost")
    assert isinstance(elsewhere, FormErrors)
    assert "origin" in elsewhere.fields["credential"][0]
    assert index.second_factors.count(dave.user.id) == 0


def test_an_answer_is_required(index: Index, dave: SignedInUser, session: Session) -> None:
    required = FormErrors({"credential": ("This field is required.",)})
    values = {"credential": "", "domain": DOMAIN, "origin": ORIGIN}
    assert security_keys.add(index, dave, session, label="blue", **values) == required
    assert security_keys.log_in(index, VISITOR, session, dave.user, **values) == required


@pytest.mark.parametrize("domain", ["127.0.0.1", "::1"])
def test_keys_work_at_host_names_and_not_at_ip_addresses(index: Index, domain: str) -> None:
    for name in ("pypi.org", "pypi.localhost", "localhost"):
        assert security_keys.missing_requirement(index, name) == ""
    problem = security_keys.missing_requirement(index, domain)
    assert f"{domain} is an IP address" in problem
    assert "http://pypi.localhost" in problem


@pytest.mark.parametrize("answer", ["{", "[]", "7"])
def test_an_answer_that_is_no_json_object_is_rejected(
    index: Index, dave: SignedInUser, session: Session, answer: str
) -> None:
    security_keys.begin(index, dave, session, domain=DOMAIN)
    added = security_keys.add(index, dave, session, label="blue", credential=answer, domain=DOMAIN, origin=ORIGIN)
    assert added == FormErrors({"credential": ("Invalid WebAuthn credential: Bad payload",)})
    logged_in = security_keys.log_in(
        index, VISITOR, session, dave.user, credential=answer, domain=DOMAIN, origin=ORIGIN
    )
    assert logged_in == FormErrors({"credential": ("Invalid WebAuthn assertion: Bad payload",)})


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("", "Specify a label"),
        ("x" * 65, "Label must be 64 characters or less"),
        ("blue", "Label 'blue' already in use"),
    ],
)
def test_a_label_is_checked(index: Index, dave: SignedInUser, label: str, message: str) -> None:
    set_up(index, dave, Authenticator())
    assert set_up(index, dave, Authenticator(), label=label) == FormErrors({"label": (message,)})


def test_a_key_belongs_to_one_user(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    set_up(index, dave, key)
    with_password(index, "eve", two_factor=False)
    eve = signed_in(index, "eve")
    assert set_up(index, eve, key) == FormErrors({"credential": ("Credential ID already in use",)})


def test_another_key_or_page_does_not_log_in(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    set_up(index, dave, key)
    wrong = FormErrors({"credential": ("Invalid WebAuthn credential",)})
    assert log_in(index, dave, Authenticator()) == wrong
    assert log_in(index, dave, key, origin="http://elsewhere.localhost") == wrong
    assert index.events.of(dave.user.id)[0].facts == {"reason": "invalid_webauthn"}


def test_a_signature_cannot_be_sent_twice(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    set_up(index, dave, key)
    session = index.sessions.create()
    options = security_keys.begin_log_in(index, VISITOR, session, dave.user, domain=DOMAIN)
    answer = key.sign(options, ORIGIN)
    values = {"credential": answer, "domain": DOMAIN, "origin": ORIGIN}
    session_of(security_keys.log_in(index, VISITOR, session, dave.user, **values))
    again = security_keys.log_in(index, VISITOR, index.sessions.create(), dave.user, **values)
    assert again == FormErrors({"credential": ("Invalid WebAuthn credential",)})


def test_a_copied_key_whose_counter_is_behind_does_not_log_in(
    index: Index, dave: SignedInUser, key: Authenticator
) -> None:
    set_up(index, dave, key)
    for _ in range(3):
        session_of(log_in(index, dave, key))
    key.count = 1
    assert isinstance(log_in(index, dave, key), FormErrors)


def test_wrong_keys_are_counted_with_wrong_codes(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    set_up(index, dave, key)
    for _ in range(5):
        log_in(index, dave, Authenticator())
    with pytest.raises(OperationRejected, match="locked out for 5 minutes"):
        log_in(index, dave, key)


def test_the_options_name_the_keys_of_the_user(index: Index, dave: SignedInUser, key: Authenticator) -> None:
    set_up(index, dave, key)
    options = security_keys.begin_log_in(index, VISITOR, index.sessions.create(), dave.user, domain=DOMAIN)
    [stored] = index.second_factors.security_keys(dave.user.id)
    assert [each["id"] for each in options["allowCredentials"]] == [stored.credential_id]
    assert json.dumps(options)


def test_keys_are_removed_by_label_but_for_the_last(index: Index, dave: SignedInUser) -> None:
    assert security_keys.remove(index, dave, "blue") == FormErrors(flash="There is no security device to delete")
    set_up(index, dave, Authenticator())
    assert security_keys.remove(index, dave, "blue") == FormErrors(flash="Cannot remove last 2FA method")
    set_up(index, dave, Authenticator(), label="red")
    assert security_keys.remove(index, dave, "green") == FormErrors(flash="Invalid credentials")
    assert security_keys.remove(index, dave, "blue") == "Security device removed"
    assert [key.label for key in index.second_factors.security_keys(dave.user.id)] == ["red"]
    assert subjects(index, "dave")[-1] == "[PyPI] Two-factor method removed"
    assert tags(index, "dave")[-1] == "account:two_factor:method_removed"
