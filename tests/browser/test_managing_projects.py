"""The owner of a project manages it in a real browser, as guides describe it, without JavaScript too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fake_pypi import FakePyPI
from fake_pypi.packages.wheel import wheel

expect.set_options(timeout=30_000)  # milliseconds, as long as for a page: machines of CI are slow at times
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def pypi() -> Iterator[FakePyPI]:
    """An index with a project of alice."""
    with FakePyPI() as started:
        started.add_user("alice")
        token = started.add_token("alice")
        for version in ("1.0", "1.1"):
            started.upload(wheel("demo", version), token=token)
        yield started


def signed_in(browser: Browser, pypi: FakePyPI, *, javascript: bool = True) -> Page:
    """Return a page of a browser in which alice is logged in."""
    index = pypi.index
    alice = index.accounts["alice"]
    session = index.sessions.log_in(index.sessions.create(), alice.id, index.passwords.changed(alice.id))
    address = pypi.browser_url
    context = browser.new_context(java_script_enabled=javascript, base_url=address)
    context.add_cookies([{"name": "session_id", "value": session.id, "url": address}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_release_is_yanked_with_a_reason_that_pip_shows(
    browser: Browser, pypi: FakePyPI, tmp_path: Path, *, javascript: bool
) -> None:
    page = signed_in(browser, pypi, javascript=javascript)
    page.goto("/manage/projects/")
    page.get_by_role("link", name="Manage", exact=True).click()
    expect(page).to_have_title("Manage 'demo' releases · PyPI")
    page.get_by_role("row").filter(has_text="1.0").get_by_role("link", name="Yank").click()
    dialog = page.get_by_role("dialog", name="Yank release '1.0' ?")
    dialog.get_by_label("Reason").fill("Broken on Python 3.9")
    button = dialog.get_by_role("button", name="Yank release")
    if javascript:
        expect(button).to_be_disabled()
    dialog.get_by_label("Version").fill("1.0")
    button.click()
    expect(page.get_by_text("Yanked release '1.0'")).to_be_visible()
    expect(page.get_by_role("heading", name="Yanked releases")).to_be_visible()
    page.context.close()

    command = ["install", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--target", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command, "--index-url", pypi.simple_url, "demo==1.0"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
    )
    assert "Reason for being yanked: Broken on Python 3.9" in done.stderr


def test_a_trusted_publisher_is_added_and_removed(browser: Browser, pypi: FakePyPI) -> None:
    page = signed_in(browser, pypi)
    page.goto("/manage/project/demo/releases/")
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Publishing").click()
    form = page.locator("#github-publisher-form")
    form.get_by_label("Owner").fill("nonexistent")
    form.get_by_label("Repository name").fill("sampleproject")
    form.get_by_label("Workflow name").fill("release.yml")
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Unknown GitHub user or organization.")).to_be_visible()
    form.get_by_label("Owner").fill("octo-org")
    form.get_by_role("button", name="Add").click()
    message = "Added release.yml in https://github.com/octo-org/sampleproject to demo"
    expect(page.get_by_text(message)).to_be_visible()
    page.get_by_role("row").filter(has_text="octo-org").get_by_role("link", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove publisher").click()
    expect(page.get_by_text("Removed trusted publisher for project 'demo'")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/manage/projects/",
        "/manage/project/demo/releases/",
        "/manage/project/demo/release/1.0/",
        "/manage/project/demo/collaboration/",
        "/manage/project/demo/settings/",
        "/manage/project/demo/settings/publishing/",
        "/manage/project/demo/history/",
        "/manage/account/publishing/",
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(browser: Browser, pypi: FakePyPI, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = signed_in(browser, pypi)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations] == []
    page.context.close()
