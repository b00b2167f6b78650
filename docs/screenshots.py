"""Take the screenshots of the web site and of a report for these pages: `python tasks.py screenshots`.

The pages are those of a running pair of indexes with a fixed clock and fixed content, in a headless Chromium.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from fake_pypi import FakeIndexes, FakePyPI, UploadRejected
from fake_pypi.clients.chromium import require_chromium
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.report.html_document import html_document
from fake_pypi.report.report_content import Outcome, Report, StepReport

FOLDER = Path(__file__).resolve().parent / "images"
WIDTH, MOST_HEIGHT = 1000, 820
PORT, TESTPYPI_PORT = 8080, 8081
MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc)
PASSWORD = "correct horse battery 7!"
README = """# Sample project

A project to practise with. It has *markup*, a table and code:

| command | what it does |
|---|---|
| `sample build` | build |
| `sample check` | check |

```python
import sample_project

sample_project.run("demo")
```
"""
STEPS: tuple[tuple[str, Outcome, float], ...] = (
    ("build", "passed", 2.7),
    ("check", "passed", 0.4),
    ("upload to TestPyPI", "passed", 0.4),
    ("install from TestPyPI", "passed", 0.7),
    ("upload to PyPI", "failed", 0.4),
)
"""The steps in the picture of a report."""
PATHS = {
    "front": "/",
    "project": "/project/sample-project/",
    "search": "/search/?q=sample",
    "register": "/account/register/",
    "account": "/manage/account/",
    "token": "/manage/account/token/",
    "releases": "/manage/project/sample-project/releases/",
    "publishing": "/manage/project/sample-project/settings/publishing/",
    "history": "/manage/project/sample-project/history/",
    "start": "/_fake/",
}
REPORT = "report"
"""The picture that is no page of the site."""
VISITOR = ("front", "project", "search", "register")
FIRST_OF_USER = next(name for name in PATHS if name not in VISITOR)


def fill(pypi: FakePyPI) -> None:
    """Publish a project with a yanked release, and let an upload be rejected."""
    pypi.clock.set(MOMENT)
    pypi.add_user("alice", password=PASSWORD)
    pypi.add_user("bob")
    account_wide = pypi.add_token("alice", description="first upload")
    details: dict[str, Any] = {
        "summary": "A project to practise with",
        "description": README,
        "classifiers": ["Programming Language :: Python :: 3", "Topic :: Education"],
        "project_urls": {"Homepage": "https://example.com/"},
    }
    for version in ("1.0", "1.1", "1.2"):
        pypi.upload(wheel("sample-project", version, **details), token=account_wide)
        pypi.upload(sdist("sample-project", version, **details), token=account_wide)
        pypi.clock.advance(days=1)
    pypi.upload(wheel("sample-plugin", "0.1", summary="A plugin for the sample project"), token=account_wide)
    pypi.yank("sample-project", "1.1", "Broken on Python 3.10", user="alice")
    scoped = pypi.add_token("alice", description="release workflow", projects=["sample-project"])
    pypi.add_github_publisher("sample-project", owner="octo-org", repository="sample", workflow="release.yml")
    try:
        pypi.upload(wheel("sample-project", "1.2", **{**details, "summary": "Changed"}), token=scoped)
    except UploadRejected:
        return
    raise RuntimeError("the second upload of a version was not rejected")


def create_token(page: Page) -> None:
    """Fill in and send the form, and replace the value, which differs each time."""
    page.get_by_label("Token name").fill("upload from my laptop")
    page.get_by_label("Scope").select_option("Project: sample-project")
    page.get_by_role("button", name="Create token").click()
    secret = page.locator("#provisioned-key").inner_text()
    page.evaluate("secret => document.body.innerHTML = document.body.innerHTML.replaceAll(secret, 'pypi-…')", secret)


def take(pypi: FakePyPI, page: Page) -> None:
    """Take the pictures, of visitors' pages first."""
    FOLDER.mkdir(exist_ok=True)
    for name in sorted(PATHS, key=lambda name: name not in VISITOR):
        if name == FIRST_OF_USER:
            pypi.log_in("alice", context=page.context)
        page.goto(f"{pypi.browser_url}{PATHS[name]}")
        if name == "token":
            create_token(page)
        height = min(MOST_HEIGHT, int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", caret="hide")


def take_report(indexes: FakeIndexes, page: Page) -> None:
    """Take the picture of a report: steps with fixed durations, and what happened on the indexes."""
    content = indexes.report_content("sample-project")
    [rejection, *_] = [rejection for index in content.indexes for rejection in index.rejections]
    steps = [StepReport(name, outcome=outcome, seconds=seconds) for name, outcome, seconds in STEPS]
    steps[-1] = replace(steps[-1], summary="PyPI rejected the upload", rejections=(rejection,))
    run = replace(content, kind="rehearsal", version="1.2", outcome="failed", steps=tuple(steps), seconds=4.6)
    report = Report(MOMENT, "pytest-fake-pypi", "CPython 3.13.0", "Linux", (run,))
    page.set_viewport_size({"width": WIDTH, "height": MOST_HEIGHT})
    with tempfile.TemporaryDirectory() as folder:  # the pages of the site forbid the style of another document
        file = Path(folder) / "report.html"
        file.write_text(html_document(report), encoding="utf-8")
        page.goto(file.as_uri())
        page.screenshot(path=FOLDER / f"{REPORT}.png", animations="disabled", caret="hide")


def main() -> None:
    """Start the indexes and the browser, and take the pictures."""
    with FakeIndexes(installed=False, port=PORT, testpypi_port=TESTPYPI_PORT) as indexes, sync_playwright() as started:
        fill(indexes.pypi)
        browser = started.chromium.launch(executable_path=require_chromium(os.environ))
        page = browser.new_page(viewport={"width": WIDTH, "height": MOST_HEIGHT}, color_scheme="light", locale="en-US")
        take(indexes.pypi, page)
        take_report(indexes, page)
        browser.close()
    sizes = {file.name: file.stat().st_size for file in sorted(FOLDER.glob("*.png"))}
    print(*(f"{size:>8} {name}" for name, size in sizes.items()), f"{sum(sizes.values()):>8} bytes", sep="\n")


if __name__ == "__main__":
    main()
