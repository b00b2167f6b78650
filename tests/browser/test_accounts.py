"""Accounts in a real browser, as a publishing guide describes them."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Iterator

import pytest

from fake_pypi import FakePyPI
from fake_pypi.index.second_factors import totp_code
from fake_pypi.packages.wheel import wheel
from tests.browser.conftest import PASSWORD, Visit, register

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def pypi(visit: Visit) -> Iterator[FakePyPI]:
    """An index of its own for one test, at which the page looks."""
    with FakePyPI() as fake:
        visit.address = fake.browser_url
        yield fake


def test_a_newcomer_creates_an_account_and_a_token_and_uploads_with_it(visit: Visit, pypi: FakePyPI) -> None:
    page = visit.open("/")
    register(page, "dave")

    visit.open("/_fake/mail").get_by_role("link", name="/account/verify-email/").click()
    assert "Email address dave@example.com verified." in page.get_by_role("status").inner_text()

    page.get_by_role("link", name="Generate recovery codes").click()
    code = page.locator("#recovery-codes code").first.inner_text()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Enter recovery code").fill(code)
    page.get_by_role("button", name="Verify").click()

    page.get_by_role("link", name="Add 2FA with authentication application").click()
    assert page.get_by_role("img", name="QR code").is_visible()
    secret = b32decode(page.locator("#totp-key").inner_text())
    page.get_by_label("Verify application").fill(totp_code(secret, pypi.clock.timestamp()))
    page.get_by_role("button", name="Set up application").click()
    assert page.get_by_role("status").inner_text() == "Authentication application successfully set up"

    page.get_by_role("link", name="Add API token").click()
    page.get_by_label("Token name").fill("first upload")
    page.get_by_label("Scope").select_option("Entire account (all projects)")
    page.get_by_role("button", name="Create token").click()
    token = page.locator("#provisioned-key").inner_text()
    pypi.upload(wheel("hello", "1.0"), token=token)

    page.get_by_role("link", name="Your projects").first.click()
    assert page.get_by_role("heading", name="hello").is_visible()
    page.get_by_role("link", name="Log out dave").click()
    page.get_by_role("button", name="Log out").click()
    assert page.get_by_role("link", name="Log in").is_visible()


def test_a_user_logs_in_with_a_code_from_a_new_device(visit: Visit, pypi: FakePyPI) -> None:
    pypi.add_user("alice", password=PASSWORD)
    page = visit.open("/manage/account/")
    page.get_by_label("Username").fill("alice")
    page.locator("#password").fill(PASSWORD)
    page.get_by_label("Show password").check()
    assert page.locator("#password").get_attribute("type") == "text"
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Enter authentication code").fill(pypi.totp("alice"))
    page.get_by_role("button", name="Verify").click()
    assert page.get_by_role("heading", name="Please confirm this login").is_visible()
    page.goto(pypi.mail[-1].links[0])
    assert "this device is now recognized" in page.get_by_role("status").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_an_account_are_accessible(visit: Visit, pypi: FakePyPI, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    pypi.add_user("alice", password=PASSWORD)
    pypi.add_token("alice", description="for CI")
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    paths = ["/account/login/", "/account/register/", "/_fake/", "/_fake/mail", "/_fake/totp"]
    violations = {}
    for path in paths:
        violations[path] = Axe().run(visit.open(path)).response["violations"]
    pypi.log_in("alice", context=visit.page.context)
    for path in ("/manage/projects/", "/manage/account/", "/manage/account/token/", "/manage/account/two-factor/"):
        page = visit.open(path)
        assert page.title() != "Log in · PyPI"
        violations[path] = Axe().run(page).response["violations"]
    assert {path: [each["id"] for each in found] for path, found in violations.items() if found} == {}
