"""https://pypi.org/ and https://test.pypi.org/ are the fakes in Chromium, with its arguments and by the command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from fake_pypi import FakeIndexes
from tests.browser.conftest import PASSWORD, chromium, register
from tests.e2e.cli.serving import COMMAND, PATIENCE, own_place, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes(installed=False) as started:
        yield started
        assert started.servers.errors == []


@pytest.fixture
def page(browser: Browser, indexes: FakeIndexes) -> Iterator[Page]:
    """A page of a Chromium in which the real hosts are the fakes."""
    own = browser.browser_type.launch(executable_path=chromium(), args=indexes.chromium_arguments())
    opened = own.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    own.close()


def log_in(page: Page, address: str, indexes: FakeIndexes) -> None:
    """Log in with password and code, and confirm the new device with the link in the e-mail."""
    index = indexes.pypi if address == "https://pypi.org" else indexes.testpypi
    page.goto(f"{address}/account/login/")
    page.get_by_label("Username").fill("alice")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Enter authentication code").fill(index.totp("alice"))
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", name="Please confirm this login")).to_be_visible()
    (link,) = index.mail[-1].links
    assert link.startswith(f"{address}/account/confirm-login/?token=")
    page.goto(link)
    expect(page.get_by_role("status")).to_contain_text("this device is now recognized")


def test_an_account_is_created_at_the_real_address_over_https(page: Page, indexes: FakeIndexes) -> None:
    page.goto("https://pypi.org/")
    register(page, "dave")
    (link,) = indexes.pypi.mail[-1].links
    assert link.startswith("https://pypi.org/account/verify-email/?token=")
    page.goto(link)
    expect(page.get_by_role("status")).to_contain_text("Email address dave@example.com verified")
    assert page.url.startswith("https://pypi.org/")


def test_the_connection_is_secure_without_a_warning(page: Page) -> None:
    states: list[dict[str, Any]] = []
    session = page.context.new_cdp_session(page)
    session.on("Security.visibleSecurityStateChanged", lambda event: states.append(event["visibleSecurityState"]))
    session.send("Security.enable")
    response = page.goto("https://pypi.org/")
    assert response is not None
    assert response.security_details()
    assert page.evaluate("isSecureContext") is True
    assert page.title() == "PyPI · The Python Package Index"
    assert {state["securityState"] for state in states} <= {"neutral", "secure"}


def test_a_user_is_logged_in_at_both_hosts_at_once(page: Page, indexes: FakeIndexes) -> None:
    for index in indexes.all:
        index.add_user("alice", password=PASSWORD)
    log_in(page, "https://pypi.org", indexes)
    log_in(page, "https://test.pypi.org", indexes)
    for address in ("https://pypi.org", "https://test.pypi.org"):
        page.goto(f"{address}/manage/account/")
        assert page.title().startswith("Account settings")
    cookies = page.context.cookies(["https://pypi.org", "https://test.pypi.org"])
    sessions = [cookie for cookie in cookies if cookie["name"] == "session_id"]
    assert {cookie["domain"] for cookie in sessions} == {"pypi.org", "test.pypi.org"}
    assert {(cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) for cookie in sessions} == {(True, True, "Lax")}
    page.goto("https://pypi.org/account/logout/")
    page.get_by_role("button", name="Log out").click()
    page.goto("https://test.pypi.org/manage/account/")
    assert page.title().startswith("Account settings")


def test_a_user_is_logged_in_at_both_addresses_for_browsers_at_once(page: Page, indexes: FakeIndexes) -> None:
    for index in indexes.all:
        index.log_in(index.add_user("alice"), context=page.context)
    for index in (*indexes.all, *indexes.all):
        page.goto(f"{index.url}/manage/account/")
        assert page.url == f"{index.browser_url}/manage/account/"
    cookies = page.context.cookies([index.browser_url for index in indexes.all])
    assert {cookie["secure"] for cookie in cookies} == {False}


def test_other_hosts_are_not_reached_and_only_what_a_page_wants_is_reported(page: Page, indexes: FakeIndexes) -> None:
    with pytest.raises(Error, match="ERR_TUNNEL_CONNECTION_FAILED"):
        page.goto("https://example.com/")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://accounts.google.com/")
    assert {request.split(":")[0] for request in indexes.blocked_requests} == {"example.com"}


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path: Chromium makes a socket among the temporary files, whose path has a limit."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_the_program_on_the_page_about_browsers_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "browser.md"
    program, log_in = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert '"/usr/bin/chromium"' in program
    program = program.replace('"/usr/bin/chromium"', repr(chromium()))
    page_of_user = 'page.goto("https://pypi.org/manage/account/")\nassert page.title().startswith("Account settings")\n'
    more = f'indexes.pypi.add_user("alice")\n{log_in}{page_of_user}'
    program = program.replace("    browser.close()", textwrap.indent(more, "    ") + "    browser.close()")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr) == (0, "")


def opened_by_command(stderr: IO[str]) -> tuple[list[str], str]:
    """Return the lines that the command has printed, and the address at which its Chromium is controlled."""
    lines: list[str] = []
    for line in stderr:
        if match := re.match(r"DevTools listening on (\S+)", line):
            return lines, match[1]
        lines.append(line.strip())
    raise AssertionError(lines)


def start_command(*words: str, env: dict[str, str]) -> subprocess.Popen[str]:
    command = [*COMMAND, "browser", "--headless", "--argument=--remote-debugging-port=0", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**env, "CHROMIUM": chromium()})


def first_page(opened: Browser) -> Page:
    page = opened.contexts[0].pages[0]
    page.set_default_timeout(30_000)
    page.wait_for_url(re.compile("^https://"))
    page.wait_for_load_state()
    return page


def test_the_command_opens_new_indexes_and_ends_with_the_browser(browser: Browser, place: Path) -> None:
    process = start_command(env=own_place(place))
    assert process.stderr is not None
    try:
        lines, address = opened_by_command(process.stderr)
        assert lines[0] == "fake-pypi: in this browser, https://pypi.org/ and https://test.pypi.org/ are the fakes"
        start_pages = re.findall(r"http://\S+", lines[1])
        opened = browser.browser_type.connect_over_cdp(address)
        page = first_page(opened)
        assert (page.url, page.title()) == ("https://pypi.org/", "PyPI · The Python Package Index")
        register(page, "dave")
        page.goto(start_pages[0])
        page.get_by_role("link", name="E-mails", exact=True).click()
        page.get_by_role("link", name="https://pypi.org/account/verify-email/").click()
        expect(page.get_by_role("status")).to_contain_text("Email address dave@example.com verified")
        opened.new_browser_cdp_session().send("Browser.close")
        _, rest = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert process.returncode == 0
    assert "blocked" not in rest
    assert [file for file in (place / "tmp").rglob("*") if file.is_file()] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process could answer")
def test_the_command_shows_the_running_indexes_and_ends_with_a_signal(browser: Browser, place: Path) -> None:
    with serving(place) as served:
        process = start_command("https://test.pypi.org/account/register/", env=served.env)
        assert process.stderr is not None
        try:
            _, address = opened_by_command(process.stderr)
            opened = browser.browser_type.connect_over_cdp(address)
            page = first_page(opened)
            assert page.title() == "Create an account · TestPyPI"
            page.goto(f"{served['pypi']}/")
            assert page.url == f"http://pypi.localhost:{served['pypi'].rpartition(':')[2]}/"
            opened.close()
            process.terminate()
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()
            process.stderr.close()
        _, requests = served.stop()
    assert "GET https://test.pypi.org/account/register/ -> 200 OK" in requests


def test_the_command_without_a_browser_is_wrong_usage(tmp_path: Path) -> None:
    env = {**own_place(tmp_path), "CHROMIUM": str(tmp_path / "missing")}
    done = subprocess.run([*COMMAND, "browser"], capture_output=True, text=True, check=False, env=env, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        f"fake-pypi: {tmp_path / 'missing'}, which the variable CHROMIUM names, is no program"
    )
    assert len(done.stderr.splitlines()) == 1
