"""A headless Chromium, and an index with something to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from fake_pypi import FakePyPI
from fake_pypi.clients.chromium import find_chromium
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery 7!"
README = """# Demo

[![status](https://example.com/badge.svg)](https://example.com/) A readme with *words*.

## Use

```python
import demo  # a comment
```

| option | meaning |
|---|---|
| `a` | first |

<img src="https://example.com/picture.png" onerror="document.title = 'taken over'">
<script>document.title = "taken over"</script>
"""


def chromium() -> str:
    """The path of Chromium. Without one the tests are skipped, but fail on CI, where it has to be installed."""
    if found := find_chromium(os.environ):
        return found
    missing = "no Chromium: install it (Debian: `apt-get install chromium`) or name it in the variable CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def register(page: Page, name: str) -> None:
    """Create an account, from any page of a visitor."""
    page.get_by_role("link", name="Register").click()
    page.get_by_label("Name", exact=True).fill(f"{name.title()} Doe")
    page.get_by_label("Email address").fill(f"{name}@example.com")
    page.get_by_label("Username").fill(name)
    page.locator("#new_password").fill(PASSWORD)
    page.locator("#password_confirm").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_text(f"Your primary email address ({name}@example.com) is unverified.").wait_for()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for all tests."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def index() -> Iterator[FakePyPI]:
    """An index with a project of several releases, and more projects than fit on a page of results."""
    with FakePyPI() as pypi:
        pypi.add_user("alice")
        token = pypi.add_token("alice")
        for version in ("1.0", "1.1", "1.2", "2.0rc1"):
            package = wheel(
                "Demo.Pkg",
                version,
                summary="Something to look at",
                description=README,
                classifiers=["Topic :: Utilities", "Programming Language :: Python :: 3"],
                project_urls={"Homepage": "https://example.com/"},
            )
            pypi.upload(package, token=token)
        pypi.upload(sdist("Demo.Pkg", "1.2", summary="Something to look at", description=README), token=token)
        pypi.yank("Demo.Pkg", "1.1", reason="It was <b>broken</b>")
        for number in range(21):
            pypi.upload(wheel(f"other-{number:02}", "1.0"), token=token)
        yield pypi


@dataclass
class Visit:
    """A page in a browser, with what went wrong on it and the addresses that it fetched."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the index."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def assert_nothing_went_wrong(self) -> None:
        """No error on the console or in a script, and no request to another place than the index."""
        assert self.errors == []
        assert [url for url in self.requests if not url.startswith(f"{self.address}/")] == []


@pytest.fixture
def visit(browser: Browser, index: FakePyPI) -> Iterator[Visit]:
    """A fresh page; what went wrong on it fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    visited = Visit(context.new_page(), index.browser_url)
    visited.page.set_default_timeout(10_000)
    visited.page.on("console", lambda message: visited.errors.append(message.text) if message.type == "error" else None)
    visited.page.on("pageerror", lambda error: visited.errors.append(str(error)))
    visited.page.on("request", lambda request: visited.requests.append(request.url))
    yield visited
    context.close()
    visited.assert_nothing_went_wrong()
