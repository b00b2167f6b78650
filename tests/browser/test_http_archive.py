"""Chromium opens pages from the archive that the record of an index was exported to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi import FakePyPI, wheel

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_browser_opens_a_page_from_the_archive_alone(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "requests.har"
    with FakePyPI() as pypi:
        pypi.add(wheel("demo", "1.0"))
        address = f"{pypi.url}/simple/demo/"
        live = browser.new_page()
        live.goto(address)
        links = live.locator("a").all_inner_texts()
        live.close()
        pypi.requests.write_har(file)
    assert links == ["demo-1.0-py3-none-any.whl"]
    context = browser.new_context()  # the index is closed: nothing but the archive can respond
    context.route_from_har(file, not_found="abort")
    page = context.new_page()
    page.goto(address)
    assert page.locator("a").all_inner_texts() == links
    context.close()
