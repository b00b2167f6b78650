"""Security devices in a real browser, with the virtual authenticator of Chromium (CDP, domain WebAuthn)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_pypi import FakePyPI
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "correct horse battery 7!"
PAGES = ("/manage/account/webauthn-provision", "/manage/account/two-factor/")


@pytest.fixture
def pypi(visit: Visit) -> Iterator[FakePyPI]:
    """An index of its own for one test, at which the page looks under a name that can have security devices."""
    with FakePyPI() as fake:
        visit.address = f"http://pypi.localhost:{fake.port}"
        yield fake


def plug_in(visit: Visit) -> None:
    """Give the page a security device that is touched at once."""
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_in(visit: Visit, *, next: str = "") -> None:
    """Type user name and password."""
    page = visit.open(f"/account/login/?next={next}")
    page.get_by_label("Username").fill("alice")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_a_device_is_set_up_logs_in_and_is_removed(visit: Visit, pypi: FakePyPI) -> None:
    pypi.add_user("alice", password=PASSWORD, two_factor=False)
    plug_in(visit)
    page = visit.page
    log_in(visit, next="/manage/account/")
    page.get_by_role("link", name="Generate recovery codes").click()
    code = page.locator("#recovery-codes code").first.inner_text()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Enter recovery code").fill(code)
    page.get_by_role("button", name="Verify").click()

    page.get_by_role("link", name="Add 2FA with security device").click()
    page.get_by_label("Name your device to begin").fill("blue key")
    page.get_by_role("button", name="Set up security device").click()
    page.wait_for_url("**/manage/account/")
    assert page.get_by_role("status").inner_text() == "Security device successfully set up"
    assert page.get_by_role("rowheader", name='"blue key" - Security device').is_visible()

    page.get_by_role("link", name="Log out alice").click()
    page.get_by_role("button", name="Log out").click()
    log_in(visit, next="/manage/account/")
    page.get_by_role("button", name="Authenticate with device").click()
    page.wait_for_url("**/manage/account/")
    assert page.get_by_role("cell", name="Logged in Two factor method: Security device").first.is_visible()

    plug_in(visit)  # a second device: the first does not take part again
    page.get_by_role("link", name="Add 2FA with security device").click()
    page.get_by_label("Name your device to begin").fill("blue key")
    page.get_by_role("button", name="Set up security device").click()
    page.get_by_role("alert").get_by_text("Label 'blue key' already in use").wait_for()
    page.get_by_label("Name your device to begin").fill("red key")
    page.get_by_role("button", name="Set up security device").click()  # enabled again
    page.wait_for_url("**/manage/account/")

    page.get_by_role("row", name='"blue key"').get_by_role("link", name="Remove").click()
    dialog = page.get_by_role("dialog", name="blue key")
    remove = dialog.get_by_role("button", name="Remove device")
    assert remove.is_disabled()
    dialog.get_by_label("Device name").fill("blue key")
    remove.click()
    assert page.get_by_role("status").inner_text() == "Security device removed"


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_devices_are_accessible(visit: Visit, pypi: FakePyPI, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    user = pypi.add_user("alice", password=PASSWORD)
    factors = pypi.index.second_factors
    factors.use_recovery_code(user.id, factors.generate_recovery_codes(user.id)[0])
    factors.add_security_key(user.id, "blue", credential_id="AA", public_key="AA", sign_count=0)
    pypi.log_in("alice", context=visit.page.context)
    page = visit.open(path)
    assert page.title() != "Log in · PyPI"
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
