"""The web site in Python: mailbox, log-in and codes."""

from __future__ import annotations

from typing import Any
from urllib.request import Request, urlopen

from fake_pypi import FakePyPI
from fake_pypi.web.browser import SESSION_COOKIE, USER_COOKIE


class Context:
    """What Playwright's browser context takes cookies with; `add_cookies` has its signature."""

    def __init__(self) -> None:
        self.cookies: list[dict[str, Any]] = []

    def add_cookies(self, cookies: list[dict[str, Any]]) -> None:
        self.cookies += cookies


def test_a_log_in_returns_the_cookies_of_a_session() -> None:
    with FakePyPI() as pypi:
        pypi.add_user("alice")
        cookies = pypi.log_in("alice")
        assert sorted(cookies) == [SESSION_COOKIE, USER_COOKIE]
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with urlopen(Request(f"{pypi.url}/manage/account/", headers={"Cookie": header})) as response:
            assert response.url == f"{pypi.url}/manage/account/"
            assert b"alice@example.com" in response.read()


def test_a_browser_context_gets_the_cookies_for_the_address_for_browsers() -> None:
    with FakePyPI("testpypi") as testpypi:
        context = Context()
        cookies = testpypi.log_in(context=context)
        urls = {cookie["url"] for cookie in context.cookies}
        assert urls == {testpypi.browser_url} == {f"http://testpypi.localhost:{testpypi.port}"}
        assert {cookie["name"]: cookie["value"] for cookie in context.cookies} == cookies


def test_the_mailbox_has_links_to_the_index_and_a_code_is_six_digits() -> None:
    with FakePyPI() as pypi:
        user = pypi.add_user("alice", password="correct horse battery 7!")
        assert pypi.index.passwords.verify(user.id, "correct horse battery 7!")
        assert len(pypi.mail) == 0
        pypi.mail.send("alice@example.com", "Hello", f"{pypi.index.site_url}/account/login/")
        assert pypi.mail[-1].links == [f"{pypi.browser_url}/account/login/"]
        assert len(pypi.totp("alice")) == 6
        pypi.add_user("bob", two_factor=False)
        assert pypi.totp("bob") == ""
