"""The first day of a maintainer, as guides describe it: in Chromium at the real addresses, with the real tools."""

from __future__ import annotations

import subprocess
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fake_pypi import FakeIndexes, FakePyPI, Shell
from fake_pypi.index.second_factors import totp_code
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.browser.conftest import chromium, register

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

README = "# Guide demo\n\nA *first* project.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
PATIENCE = 120  # seconds, for a real tool on a busy machine


@pytest.fixture(params=["pypi", "testpypi"])
def name(request: pytest.FixtureRequest) -> str:
    """The name of the index that the guide is followed on."""
    return str(request.param)


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as started:
        yield started
        assert started.servers.errors == []


@pytest.fixture
def index(indexes: FakeIndexes, name: str) -> FakePyPI:
    return indexes.pypi if name == "pypi" else indexes.testpypi


@pytest.fixture
def own_browser(browser: Browser, indexes: FakeIndexes) -> Iterator[Browser]:
    """A Chromium in which the real hosts are the fakes."""
    own = browser.browser_type.launch(executable_path=chromium(), args=indexes.chromium_arguments())
    yield own
    own.close()


def new_page(own_browser: Browser, index: FakePyPI) -> Page:
    page = own_browser.new_context(base_url=f"https://{index.hosts.index}").new_page()
    page.set_default_timeout(30_000)
    return page


def set_up_account(page: Page, index: FakePyPI) -> None:
    """Register, verify the address, generate and use recovery codes, and add an authentication application."""
    page.goto("/")
    register(page, "dave")
    page.goto(f"{index.browser_url}/_fake/mail")
    page.get_by_role("link", name="/account/verify-email/").click()
    expect(page.get_by_role("status")).to_contain_text("Email address dave@example.com verified")
    assert page.url.startswith(f"https://{index.hosts.index}/")
    page.goto("/manage/account/two-factor/")
    page.get_by_role("link", name="Generate recovery codes").click()
    codes = page.locator("#recovery-codes code").all_inner_texts()
    assert len(codes) == 8
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("link", name="Use a recovery code").click()
    page.get_by_label("Enter recovery code").fill(codes[0])
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("link", name="Add 2FA with authentication application").click()
    secret = b32decode(page.locator("#totp-key").inner_text())
    page.get_by_label("Verify application").fill(totp_code(secret, index.clock.timestamp()))
    page.get_by_role("button", name="Set up application").click()
    expect(page.get_by_role("status")).to_have_text("Authentication application successfully set up")


def create_token(page: Page, name: str, scope: str) -> str:
    """Create a token in the form, and return what the page shows once."""
    page.goto("/manage/account/")
    page.get_by_role("link", name="Add API token").click()
    page.get_by_label("Token name").fill(name)
    page.get_by_label("Scope").select_option(scope)
    page.get_by_role("button", name="Create token").click()
    return page.locator("#provisioned-key").inner_text()


def upload(
    shell: Shell, index: FakePyPI, folder: Path, token: str, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Upload everything in a folder with twine, and the token that was copied from the page."""
    repository = [] if index.site.name == "pypi" else ["--repository", "testpypi"]
    command = ["twine", "upload", "--non-interactive", *repository, "--username", "__token__", "--password", token]
    files = [str(file) for file in sorted(folder.iterdir())]
    return shell.run([*command, *files], check=check, timeout=PATIENCE)


def look_at_the_project(page: Page, index: FakePyPI) -> None:
    page.goto("/project/guide-demo/")
    assert page.title() == f"guide-demo · {index.site.title}"
    expect(page.get_by_role("heading", level=1)).to_have_text("guide-demo 1.1")
    readme = page.locator(".readme")
    expect(readme.get_by_role("heading", name="Guide demo")).to_be_visible()
    expect(readme.locator("em")).to_have_text("first")


def yank(page: Page, version: str, reason: str) -> None:
    page.goto("/manage/projects/")
    page.get_by_role("link", name="Manage", exact=True).click()
    page.get_by_role("row").filter(has_text=version).get_by_role("link", name="Yank").click()
    dialog = page.get_by_role("dialog", name=f"Yank release '{version}' ?")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_label("Version").fill(version)
    dialog.get_by_role("button", name="Yank release").click()
    expect(page.get_by_text(f"Yanked release '{version}'")).to_be_visible()
    page.goto(f"/project/guide-demo/{version}/")
    expect(page.get_by_role("note")).to_contain_text(reason)


def enter_as(own_browser: Browser, index: FakePyPI, user: str) -> Page:
    """Return a page of another person, who is logged in."""
    page = new_page(own_browser, index)
    address = f"https://{index.hosts.index}"
    cookies = index.log_in(index.add_user(user))
    page.context.add_cookies([{"name": key, "value": value, "url": address} for key, value in cookies.items()])
    return page


def invite(page: Page, own_browser: Browser, index: FakePyPI, user: str) -> None:
    """Invite a collaborator, who accepts with the link in the e-mail."""
    other = enter_as(own_browser, index, user)
    page.goto("/manage/project/guide-demo/collaboration/")
    page.get_by_placeholder("Username").fill(user)
    page.locator("#role_name").select_option("Maintainer")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=user)).to_contain_text("Invite pending")
    (message,) = [message for message in index.mail if f"{user}@example.com" in message.to]
    assert message.links[0].startswith(f"https://{index.hosts.index}/account/verify-project-role/?token=")
    other.goto(message.links[0])
    other.get_by_role("button", name="Accept").click()
    expect(other.get_by_text("You are now Maintainer of the 'guide-demo' project.")).to_be_visible()
    other.context.close()


def fill_in_publisher(form: Locator) -> None:
    form.get_by_label("Owner").fill("octo-org")
    form.get_by_label("Repository name").fill("guide-demo")
    form.get_by_label("Workflow name").fill("release.yml")
    form.get_by_role("button", name="Add").click()


def assert_history(page: Page, path: str, *events: str) -> None:
    page.goto(path)
    history = page.get_by_role("main").inner_text()
    assert [event for event in events if event not in history] == [], history


def test_a_maintainers_first_day(own_browser: Browser, indexes: FakeIndexes, index: FakePyPI, tmp_path: Path) -> None:
    page, shell, host = new_page(own_browser, index), indexes.shell(credentials=False), index.hosts.index
    set_up_account(page, index)

    first = create_token(page, "first upload", "Entire account (all projects)")
    for version in ("1.0", "1.1"):
        wheel("guide-demo", version, summary="A first project", description=README).write_to(tmp_path / version)
        sdist("guide-demo", version, summary="A first project", description=README).write_to(tmp_path / version)
    assert f"https://{host}/project/guide-demo/1.0/" in upload(shell, index, tmp_path / "1.0", first).stdout

    second = create_token(page, "release workflow", "Project: guide-demo")
    upload(shell, index, tmp_path / "1.1", second)
    wheel("another", "1.0").write_to(tmp_path / "another")
    assert "403" in upload(shell, index, tmp_path / "another", second, check=False).stdout

    look_at_the_project(page, index)

    yank(page, "1.0", "Broken on Python 3.9")
    command = ["pip", "install", "--no-deps", "--target", str(tmp_path / "installed"), "guide-demo==1.0"]
    installed = shell.run([*command, "--index-url", f"https://{host}/simple/"], timeout=PATIENCE)
    assert "Reason for being yanked: Broken on Python 3.9" in installed.stderr

    invite(page, own_browser, index, "bob")

    page.goto("/manage/project/guide-demo/settings/publishing/")
    fill_in_publisher(page.locator("#github-publisher-form"))
    expect(
        page.get_by_text("Added release.yml in https://github.com/octo-org/guide-demo to guide-demo")
    ).to_be_visible()

    assert_history(
        page,
        "/manage/project/guide-demo/history/",
        "dave added as project owner",
        "Version 1 created",  # without the zero at its end, as on PyPI
        "File added to version 1.1",
        "Version 1 yanked",
        "bob invited to join as project maintainer",
        "bob added as project maintainer",
        "Trusted publisher added",
    )
    assert_history(
        page,
        "/manage/account/",
        "Account created",
        "API token added",
        "Recovery codes generated",
        f"[{index.site.title}] Recovery code use notification",
        "Two factor authentication added",
    )


def test_a_release_from_a_trusted_publisher_that_was_registered_before_the_project(
    own_browser: Browser, indexes: FakeIndexes, index: FakePyPI, tmp_path: Path
) -> None:
    page = enter_as(own_browser, index, "alice")
    page.goto("/manage/account/publishing/")
    form = page.locator("form").filter(has=page.get_by_label("Workflow name"))
    form.get_by_label("Project Name").fill("guide-demo")
    fill_in_publisher(form)
    expect(page.get_by_text("Registered a new pending publisher to create the project 'guide-demo'.")).to_be_visible()
    wheel("guide-demo", "1.0").write_to(tmp_path / "dist")
    job = indexes.shell(credentials=False).github_actions(repository="octo-org/guide-demo", workflow="release.yml")
    repository = "" if index.site.name == "pypi" else "--repository testpypi "
    job.run(f"twine upload --non-interactive {repository}dist/*", cwd=tmp_path, timeout=PATIENCE)
    page.goto("/manage/project/guide-demo/settings/publishing/")
    expect(page.get_by_role("row").filter(has_text="octo-org")).to_contain_text("release.yml")
    page.goto("/project/guide-demo/")
    assert "Uploaded using Trusted Publishing?\nYes" in page.get_by_role("main").inner_text()
