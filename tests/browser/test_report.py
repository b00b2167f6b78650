"""A report in a browser: nothing is fetched, it is accessible in light and dark, and fits on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from fake_pypi import FakeIndexes, UploadRejected
from fake_pypi.packages.wheel import wheel
from fake_pypi.report import Report, write_report
from tests.browser.conftest import README
from tests.unit.report.sample import RUN, STEPS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two runs: one with every part, and one whose project page is that of an index."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    with FakeIndexes(installed=False) as indexes:
        indexes.pypi.upload(wheel("Demo.Pkg", "1.0", summary="Something", description=README))
        with pytest.raises(UploadRejected):
            indexes.pypi.upload(wheel("Demo.Pkg", "1.0", summary="Changed"))
        real = indexes.report_content()
    colours = "".join(f"\x1b[{code}mcolour {code}\x1b[0m\n" for code in (*range(30, 38), *range(90, 98)))
    command = replace(STEPS[1].commands[0], output=colours)
    steps = (STEPS[0], replace(STEPS[1], commands=(command, command)), STEPS[2])
    run = replace(RUN, steps=steps, indexes=real.indexes)
    write_report(Report.of(run, real), [file])
    return file


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    """The colours that the reader prefers."""
    chosen: Literal["light", "dark"] = request.param
    return chosen


@pytest.fixture
def opened(browser: Browser, report: Path, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    """The report with everything unfolded; an error on the console or another request fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(report.as_uri())
    for summary in page.locator("details > summary").all():
        if not summary.evaluate("summary => summary.parentElement.open"):
            summary.press("Enter")
    yield page
    context.close()
    assert (errors, requests) == ([], [report.as_uri()])


def test_it_is_accessible_and_fits_on_a_phone(opened: Page) -> None:
    assert opened.locator("details:not([open])").count() == 0
    violations = Axe().run(opened).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
    assert opened.evaluate("document.documentElement.scrollWidth") == 390


def test_the_project_page_is_shown_and_can_be_read_with_the_keyboard(opened: Page) -> None:
    page = opened.frame_locator("iframe").first
    page.get_by_role("heading", name="Demo.Pkg 1.0").wait_for()
    page.get_by_role("link", name="Release history").press("Enter")
    page.locator("#history:target").wait_for()
    assert page.locator("img, script, form").count() == 0


def test_the_links_of_the_steps_lead_to_their_commands(opened: Page) -> None:
    opened.get_by_role("link", name="upload to PyPI").first.press("Enter")
    assert opened.url.endswith("#run-1-step-2")
    assert opened.locator("#run-1-step-2 pre").first.is_visible()
