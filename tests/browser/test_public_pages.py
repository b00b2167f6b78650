"""The pages that anybody may read, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PATHS = (
    "/",
    "/project/Demo.Pkg/",
    "/project/Demo.Pkg/1.1/",
    "/search/?q=other",
    "/user/alice/",
    "/help/",
    "/stats/",
    "/account/login/",
    "/legacy/",
)
SCHEMES = ("light", "dark")


def test_links_lead_from_the_front_page_to_a_file(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_role("link", name="Demo.Pkg").click()
    expect(page).to_have_title("Demo.Pkg · PyPI")
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Download files").click()
    assert page.get_by_role("heading", name="Download files").is_visible()
    page.get_by_role("link", name="Details of demo_pkg-1.2.tar.gz").click()
    assert page.get_by_role("table", name="Hashes for demo_pkg-1.2.tar.gz").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="demo_pkg-1.2.tar.gz", exact=True).first.click()
    assert download.value.suggested_filename == "demo_pkg-1.2.tar.gz"


def test_a_readme_is_shown_and_does_not_run(visit: Visit) -> None:
    page = visit.open("/project/Demo.Pkg/")
    readme = page.locator(".readme")
    assert readme.get_by_role("heading", name="Demo").is_visible()
    assert readme.locator("em").inner_text() == "words"
    assert readme.get_by_role("table").is_visible()
    assert page.title() == "Demo.Pkg · PyPI"


def test_a_search_finds_filters_and_turns_pages(visit: Visit) -> None:
    page = visit.open("/")
    page.get_by_label("Search PyPI").fill("other")
    page.keyboard.press("Enter")
    assert page.locator("#count").inner_text() == '21 projects for "other"'
    page.get_by_role("link", name="Next").click()
    assert page.get_by_role("link", name="other-20").is_visible()
    page.goto(f"{visit.address}/search/")
    page.get_by_label("Utilities").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.locator("#count").inner_text() == "1 project with the selected classifier"


def test_an_older_release_leads_to_the_newest(visit: Visit) -> None:
    page = visit.open("/project/Demo.Pkg/1.1/")
    assert "It was <b>broken</b>" in page.get_by_role("note").inner_text()
    page.get_by_role("note").get_by_role("link", name="release 1.2").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Demo.Pkg 1.2"


def test_the_keyboard_reaches_the_content_and_the_main_links(visit: Visit) -> None:
    page = visit.open("/project/Demo.Pkg/")
    focused = "(document.activeElement.innerText || document.activeElement.id).trim()"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Copy"
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focused))
    assert reached[:3] == ["Description", "Download files", "Release history"]
    page.reload()
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focused))
    assert {"search", "Search", "Browse", "Help", "Log in", "Register"} <= set(reached)


def test_the_focus_is_visible(visit: Visit) -> None:
    page = visit.open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_copy_button_copies_the_command(visit: Visit) -> None:
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("/project/Demo.Pkg/")
    page.get_by_role("button", name="Copy the command").click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "pip install Demo.Pkg"


def test_pages_work_without_javascript(visit: Visit) -> None:
    browser = visit.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{visit.address}/project/Demo.Pkg/")
    assert page.locator("#pip-command").inner_text() == "pip install Demo.Pkg"
    assert page.get_by_role("button", name="Copy").count() == 0
    page.get_by_role("link", name="alice").click()
    expect(page).to_have_title("Profile of alice · PyPI")
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_on_a_narrow_screen(visit: Visit, path: str) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    page = visit.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible(visit: Visit, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    results = Axe().run(visit.open(path))
    violations = results.response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations] == []
