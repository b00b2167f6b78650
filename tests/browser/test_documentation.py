"""The built documentation in a browser: search, dark mode, the list of versions, pictures."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs.build_site import complete, versions
from tests.project.code_blocks import PROJECT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LEFT_OUT = "reference/rules/*,decisions/*,generators,reference/client-faults.md"
"""Pages without which a build takes seven seconds of processor time instead of forty."""
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("documentation")]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line on standard error for each."""

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with two versions; the older one has no page about messages."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "-D", f"exclude_patterns={LEFT_OUT}"]
    quiet = ["-D", "suppress_warnings=toc.excluded,myst.xref_missing"]
    subprocess.run([*command, *quiet, str(PROJECT / "docs"), str(folder / "1.0")], check=True, timeout=300)
    shutil.copytree(folder / "1.0", folder / "0.9")
    (folder / "0.9" / "reference" / "messages.html").unlink()
    complete(folder)
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a reader who prefers light colors."""
    context = browser.new_context(color_scheme="light")
    yield context.new_page()
    context.close()


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_first_page_leads_to_the_newest_version_and_shows_the_product(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    page.wait_for_url(f"{site}/1.0/")
    widths = "[...document.querySelectorAll('article img')].map(image => image.complete && image.naturalWidth)"
    page.wait_for_function(f"{widths}.every(width => width > 100)")
    assert len(page.evaluate(widths)) == 3


def test_search_finds_a_message(page: Page, site: str) -> None:
    page.goto(f"{site}/1.0/index.html")
    page.get_by_role("textbox", name="Search").fill("file already exists")
    page.keyboard.press("Enter")
    page.locator("ul.search a", has_text="400 File already exists").click()
    page.wait_for_url(f"{site}/1.0/errors/file-already-exists.html*")


def test_dark_mode_can_be_switched_on_and_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/1.0/tutorial.html")
    light = background(page)
    toggle = page.locator(".theme-toggle:visible").first
    while page.evaluate("document.body.dataset.theme") != "dark":
        toggle.click()
    assert background(page) != light
    dark = background(page)
    page.goto(f"{site}/1.0/how-to/ci.html")
    assert background(page) == dark


def test_a_reader_who_prefers_dark_colors_gets_them(browser: Browser, site: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/1.0/tutorial.html")
    assert background(page) != "rgb(255, 255, 255)"
    context.close()


def test_the_list_of_versions_leads_to_the_same_page_of_another_version(page: Page, site: str) -> None:
    page.goto(f"{site}/1.0/how-to/ci.html")
    page.locator("#versions:enabled").select_option("0.9")
    page.wait_for_url(f"{site}/0.9/how-to/ci.html")
    page.goto(f"{site}/1.0/reference/messages.html")
    page.locator("#versions:enabled").select_option("0.9")
    page.wait_for_url(f"{site}/0.9/")


def test_versions_are_listed_newest_first_and_branches_last(tmp_path: Path) -> None:
    for name in ("0.9", "latest", "0.10", "0.10rc1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    complete(tmp_path)
    assert versions(tmp_path) == ["0.10", "0.10rc1", "0.9", "latest"]
    assert 'url=0.10/"' in (tmp_path / "index.html").read_text(encoding="utf-8")
