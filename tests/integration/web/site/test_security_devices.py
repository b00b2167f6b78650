"""Set up a security device, log in with it, and remove it, as the script of the pages does."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from fake_pypi.index.accounts import User
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import instance
from tests.integration.web.site.visiting import PASSWORD, SiteVisitor, Visited
from tests.unit.operations.authenticator import Authenticator

__all__ = ["instance"]

HOST, ORIGIN = "pypi.localhost:8000", "http://pypi.localhost:8000"
PROVISION, AUTHENTICATE = "/manage/account/webauthn-provision", "/account/webauthn-authenticate"
INVALID = {"fail": {"errors": ["Invalid WebAuthn credential"]}}


@pytest.fixture
def alice(instance: Instance) -> User:
    """A user with a verified address and recovery codes, one of them used; no second factor."""
    index = instance.index
    user = index.accounts.add("alice", full_name="Alice A.", two_factor=False)
    index.passwords.set(user.id, PASSWORD)
    codes = index.second_factors.generate_recovery_codes(user.id)
    index.second_factors.use_recovery_code(user.id, codes[0])
    return user


@pytest.fixture
def visitor(instance: Instance, alice: User) -> SiteVisitor:
    """A browser at an address that can have security devices, with alice logged in."""
    browser = SiteVisitor(instance, host=HOST)
    browser.log_in("alice")
    return browser


@pytest.fixture
def key() -> Authenticator:
    return Authenticator()


def answer(visited: Visited) -> Any:
    """The JSON of a response."""
    assert visited.status == 200, (visited.status, visited.location)
    assert ("Content-Type", "application/json") in visited.headers
    return json.loads(visited.body)


def register(visitor: SiteVisitor, key: Authenticator, label: str = "blue", origin: str = ORIGIN) -> Any:
    options = answer(visitor.get(f"{PROVISION}/options"))
    fields = {"label": label, "credential": key.register(options, origin)}
    return answer(visitor.post(f"{PROVISION}/validate", fields))


def second_step(instance: Instance, **changes: Any) -> tuple[SiteVisitor, str]:
    """Type the password in another browser; return it, and the token of the second step."""
    browser = SiteVisitor(instance, **{"host": HOST, **changes})
    visited = browser.post("/account/login/", {"username": "alice", "password": PASSWORD, "next": "/manage/account/"})
    assert visited.location is not None
    path, _, token = visited.location.partition("?")
    assert path == "/account/two-factor/"
    return browser, token


def signed(browser: SiteVisitor, key: Authenticator, token: str, origin: str = ORIGIN) -> dict[str, str]:
    return {"credential": key.sign(answer(browser.get(f"{AUTHENTICATE}/options?{token}")), origin)}


def test_the_page_has_a_field_for_the_name(visitor: SiteVisitor) -> None:
    visited = visitor.get(PROVISION)
    assert visited.title == "Set up 2FA with a security device (e.g. USB key) · PyPI"
    assert visited.page.one("h1").words == "Set up 2FA with a security device (e.g. USB key)"
    assert visited.field("label")["id"] == "webauthn-provision-label"
    policy = dict(visited.headers)["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "connect-src" not in dict(visitor.get("/manage/account/").headers)["Content-Security-Policy"]


def test_a_device_is_set_up_listed_and_recorded(instance: Instance, visitor: SiteVisitor, key: Authenticator) -> None:
    options = answer(visitor.get(f"{PROVISION}/options"))
    assert options["rp"] == {"name": "PyPI", "id": "pypi.localhost"}
    assert (options["user"]["name"], options["user"]["displayName"]) == ("alice", "Alice A.")
    assert register(visitor, key) == {"success": "Security device successfully set up"}
    visited = visitor.get("/manage/account/")
    assert visited.flashes == [("success", "Security device successfully set up")]
    section = visited.page.one("section", id="two-factor").words
    assert '"blue" - Security device ( WebAuthn) Remove' in section
    assert "To remove this 2FA method, you must first add another method." in section
    history = "Two factor authentication added Method: Security device (WebAuthn) Device name: blue"
    assert history in visited.page.one("main").words
    assert "[PyPI] Two-factor method added" in [message.subject for message in instance.index.mailbox]
    assert visitor.get("/manage/projects/").status == 200  # behind the gate for accounts without a second factor


def test_a_name_and_a_response_are_required(visitor: SiteVisitor, key: Authenticator) -> None:
    assert visitor.post(f"{PROVISION}/validate", {"label": "blue"}).status == 404
    failure = answer(visitor.post(f"{PROVISION}/validate", {"label": "", "credential": ""}))
    assert failure == {"fail": {"errors": ["This field is required.", "Specify a label"]}}
    assert register(visitor, key, "x" * 65) == {"fail": {"errors": ["Label must be 64 characters or less"]}}
    bad = {"label": "blue", "credential": "{"}
    failure = answer(visitor.post(f"{PROVISION}/validate", bad))
    assert failure == {"fail": {"errors": ["Invalid WebAuthn credential: Bad payload"]}}


def test_names_and_devices_are_used_once(visitor: SiteVisitor, key: Authenticator) -> None:
    register(visitor, key)
    assert register(visitor, Authenticator()) == {"fail": {"errors": ["Label 'blue' already in use"]}}
    assert register(visitor, key, "red") == {"fail": {"errors": ["Credential ID already in use"]}}
    assert register(visitor, Authenticator(), "red") == {"success": "Security device successfully set up"}


def test_a_response_to_another_challenge_or_from_another_page_is_rejected(
    visitor: SiteVisitor, key: Authenticator
) -> None:
    options = answer(visitor.get(f"{PROVISION}/options"))
    wrong = {"label": "blue", "credential": key.register({**options, "challenge": "another"}, ORIGIN)}
    failure = answer(visitor.post(f"{PROVISION}/validate", wrong))
    assert failure == {"fail": {"errors": ["Client data challenge was not expected challenge"]}}
    for origin in ("https://pypi.localhost:8000", "http://pypi.localhost", "http://pypi.org"):
        (message,) = register(visitor, key, origin=origin)["fail"]["errors"]
        assert message.startswith(f'Unexpected client data origin "{origin}"')
    assert "not enabled two factor" in visitor.get("/manage/account/two-factor/").page.one("main").words


def test_recovery_codes_come_first(instance: Instance, alice: User, visitor: SiteVisitor) -> None:
    instance.index.second_factors.generate_recovery_codes(alice.id)
    assert visitor.get(PROVISION).location == "/manage/account/recovery-codes/burn"


@pytest.mark.parametrize("path", ["", "/options", "/validate", "/delete"])
def test_the_pages_need_a_log_in_and_a_verified_address(instance: Instance, alice: User, path: str) -> None:
    fields = {"label": "blue", "credential": "{}", "confirm_device_name": "blue"}
    stranger = SiteVisitor(instance, host=HOST)
    for visited in (stranger.get(f"{PROVISION}{path}"), stranger.post(f"{PROVISION}{path}", fields)):
        assert visited.location is not None
        assert visited.location.startswith("/account/login/?next=%2Fmanage%2Faccount%2Fwebauthn-provision")
    carol = instance.index.accounts.add("carol", email="unverified", two_factor=False)
    instance.index.passwords.set(carol.id, PASSWORD)
    stranger.log_in("carol")
    visited = stranger.post(f"{PROVISION}{path}", fields)
    assert visited.location is not None
    assert visited.location.startswith("/manage/unverified-account/")


def test_forms_need_the_token_of_the_session(visitor: SiteVisitor) -> None:
    for path in ("validate", "delete"):
        fields = {"csrf_token": "wrong", "label": "x", "credential": "{}", "confirm_device_name": "x"}
        assert visitor.post(f"{PROVISION}/{path}", fields).status == 400
    assert visitor.post(f"{AUTHENTICATE}/validate", {"csrf_token": "wrong", "credential": "{}"}).status == 400


def test_methods_without_a_page_are_not_found(visitor: SiteVisitor) -> None:
    assert visitor.post(PROVISION, {}).status == 404
    assert visitor.post(f"{PROVISION}/options", {}).status == 404
    assert visitor.get(f"{PROVISION}/validate").status == 404
    assert visitor.get(f"{PROVISION}/delete").status == 404
    assert visitor.get(f"{AUTHENTICATE}/validate").status == 404
    assert visitor.post(f"{AUTHENTICATE}/options", {}).status == 404


def test_a_device_logs_in_from_anywhere(instance: Instance, visitor: SiteVisitor, key: Authenticator) -> None:
    register(visitor, key)
    browser, token = second_step(instance, address="203.0.113.9")
    page = browser.get(f"/account/two-factor/?{token}").page
    assert page.one("h2").words == "Authenticate with a security device (e.g. USB key)"
    visited = browser.post(f"{AUTHENTICATE}/validate?{token}", signed(browser, key, token))
    assert answer(visited) == {"success": "Successful WebAuthn assertion", "redirect_to": "/manage/account/"}
    assert not any(cookie.startswith("remember_device") for cookie in visited.cookies)
    history = browser.get("/manage/account/").page.one("main").words
    assert "Logged in Two factor method: Security device (WebAuthn)" in history


def test_a_device_of_a_browser_is_remembered_on_request(
    instance: Instance, visitor: SiteVisitor, key: Authenticator
) -> None:
    register(visitor, key)
    browser, token = second_step(instance)
    fields = {**signed(browser, key, token), "remember_device": "true"}
    browser.post(f"{AUTHENTICATE}/validate?{token}", fields)
    assert "remember_device" in browser.cookies
    again = SiteVisitor(instance, host=HOST, cookies={"remember_device": browser.cookies["remember_device"]})
    visited = again.post("/account/login/", {"username": "alice", "password": PASSWORD})
    assert visited.location == "/manage/projects/"


def test_only_the_device_of_the_user_logs_in_at_this_page(
    instance: Instance, visitor: SiteVisitor, key: Authenticator
) -> None:
    register(visitor, key)
    browser, token = second_step(instance)
    validate = f"{AUTHENTICATE}/validate?{token}"
    assert answer(browser.post(validate, signed(browser, Authenticator(), token))) == INVALID
    assert answer(browser.post(validate, signed(browser, key, token, "http://elsewhere.localhost:8000"))) == INVALID
    other = key.sign({**answer(browser.get(f"{AUTHENTICATE}/options?{token}")), "challenge": "another"}, ORIGIN)
    assert answer(browser.post(validate, {"credential": other})) == INVALID
    bad = {"fail": {"errors": ["Invalid WebAuthn assertion: Bad payload"]}}
    assert answer(browser.post(validate, {"credential": "{"})) == bad
    assert answer(browser.post(validate, signed(browser, key, token)))["redirect_to"] == "/manage/account/"


def test_a_signature_is_used_once_and_counters_only_rise(
    instance: Instance, visitor: SiteVisitor, key: Authenticator
) -> None:
    register(visitor, key)
    browser, token = second_step(instance)
    fields = signed(browser, key, token)
    answer(browser.post(f"{AUTHENTICATE}/validate?{token}", fields))
    browser, token = second_step(instance)
    answer(browser.get(f"{AUTHENTICATE}/options?{token}"))
    assert answer(browser.post(f"{AUTHENTICATE}/validate?{token}", fields)) == INVALID
    key.count = 0  # a copy of the key that was made before
    assert answer(browser.post(f"{AUTHENTICATE}/validate?{token}", signed(browser, key, token))) == INVALID


def test_a_token_of_the_second_step_is_needed(instance: Instance, visitor: SiteVisitor, key: Authenticator) -> None:
    register(visitor, key)
    browser = SiteVisitor(instance, host=HOST)
    failure = {"fail": {"errors": ["Invalid or expired two factor login."]}}
    assert answer(browser.get(f"{AUTHENTICATE}/options?bogus")) == failure
    assert answer(browser.post(f"{AUTHENTICATE}/validate", {"credential": "{}"})) == failure
    assert set(browser.get("/account/login/").flashes) == {("error", "Invalid or expired two factor login.")}
    already = {"fail": {"errors": ["Already authenticated"]}}
    assert answer(visitor.get(f"{AUTHENTICATE}/options?bogus")) == already


def test_wrong_devices_are_locked_out(instance: Instance, visitor: SiteVisitor, key: Authenticator) -> None:
    register(visitor, key)
    browser, token = second_step(instance)
    for _ in range(5):
        browser.post(f"{AUTHENTICATE}/validate?{token}", signed(browser, Authenticator(), token))
    visited = browser.post(f"{AUTHENTICATE}/validate?{token}", signed(browser, key, token))
    assert visited.status == 429


def test_a_device_is_removed_unless_it_is_the_last_factor(
    instance: Instance, visitor: SiteVisitor, key: Authenticator
) -> None:
    def remove(label: str) -> list[tuple[str, str]]:
        visited = visitor.post(f"{PROVISION}/delete", {"label": label, "confirm_device_name": label})
        assert visited.location == "/manage/account/"
        return visitor.followed(visited).flashes

    assert visitor.post(f"{PROVISION}/delete", {"label": "blue"}).status == 404
    assert remove("blue") == [("error", "There is no security device to delete")]
    register(visitor, key)
    visitor.get("/")  # takes the message
    assert remove("blue") == [("error", "Cannot remove last 2FA method")]
    register(visitor, Authenticator(), "red")
    page = visitor.get("/manage/account/two-factor/").page
    assert page.one("h3", id="disable-webauthn-2-title").words == "Remove two factor security device - red ?"
    labels = [each.attributes["value"] for each in page.all("input") if each.attributes.get("name") == "label"]
    assert labels == ["blue", "red"]
    assert remove("green") == [("error", "Invalid credentials")]
    assert remove("blue") == [("success", "Security device removed")]
    assert "Two factor authentication removed" in visitor.get("/manage/account/").page.one("main").words
    browser, token = second_step(instance)
    assert answer(browser.post(f"{AUTHENTICATE}/validate?{token}", signed(browser, key, token))) == INVALID


def test_at_an_ip_address_the_pages_name_another_address(instance: Instance, alice: User) -> None:
    browser = SiteVisitor(instance, host="127.0.0.1:8000")
    browser.log_in("alice")
    sentence = "127.0.0.1 is an IP address. Open this site at http://pypi.localhost with the same port."
    assert sentence in browser.get(PROVISION).page.one("main").words
    (message,) = answer(browser.get(f"{PROVISION}/options"))["fail"]["errors"]
    assert sentence in message


def test_without_the_library_the_pages_name_the_extra(
    visitor: SiteVisitor, key: Authenticator, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(visitor, key)
    browser, token = second_step(instance)
    options = answer(browser.get(f"{AUTHENTICATE}/options?{token}"))
    monkeypatch.setitem(sys.modules, "webauthn", None)
    sentence = "Run pip install 'pytest-fake-pypi[security-keys]', and start the index again."
    assert sentence in visitor.get(PROVISION).page.one("main").words
    assert sentence in browser.get(f"/account/two-factor/?{token}").page.one("main").words
    for visited in (
        visitor.get(f"{PROVISION}/options"),
        visitor.post(f"{PROVISION}/validate", {"label": "red", "credential": "{}"}),
        browser.get(f"{AUTHENTICATE}/options?{token}"),
        browser.post(f"{AUTHENTICATE}/validate?{token}", {"credential": key.sign(options, ORIGIN)}),
    ):
        (message,) = answer(visited)["fail"]["errors"]
        assert sentence in message


def test_the_real_host_name_is_a_domain_of_devices(instance: Instance, alice: User, key: Authenticator) -> None:
    browser = SiteVisitor(instance, host="pypi.org", scheme="https")
    browser.log_in("alice")
    assert answer(browser.get(f"{PROVISION}/options"))["rp"]["id"] == "pypi.org"
    assert "success" in register(browser, key, origin="https://pypi.org")
