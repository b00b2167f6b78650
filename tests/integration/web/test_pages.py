"""Feeds and pages for people."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.conftest import Add
from tests.integration.web.reading import REAL

ODD = "<b>&\x00\x0b'\"\u2603</b>]]>"


def items(instance: Instance, path: str) -> list[dict[str, str | None]]:
    """The items of a feed, each as {element: text}."""
    feed = ET.fromstring(ask(instance, "GET", path, **REAL).body)
    return [{child.tag: child.text for child in item} for item in feed.iter("item")]


def test_the_newest_release_is_first_in_the_feed_of_updates(instance: Instance, add: Add) -> None:
    add(wheel("one", "1.0"), wheel("two", "1.0"), wheel("one", "0.9"))
    assert [item["title"] for item in items(instance, "/rss/updates.xml")] == ["one 0.9", "two 1.0", "one 1.0"]
    assert [item["title"] for item in items(instance, "/rss/project/ONE/releases.xml")] == ["0.9", "1.0"]
    assert [item["title"] for item in items(instance, "/rss/packages.xml")] == [
        "two added to PyPI",
        "one added to PyPI",
    ]


def test_a_feed_tells_summary_and_author(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0", summary="A demo", author_email="Ann <ann@example.com>, bob@example.com"))
    (item,) = items(instance, "/rss/updates.xml")
    assert (item["description"], item["author"]) == ("A demo", "ann@example.com, bob@example.com")


def test_whatever_a_summary_says_a_feed_is_xml(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.index.db.change("UPDATE releases SET metadata = ?", json.dumps({"summary": ODD}))
    assert items(instance, "/rss/updates.xml")[0]["description"] == ODD.replace("\x00", "").replace("\x0b", "")


def test_feeds_are_of_limited_length(instance: Instance, add: Add) -> None:
    add(*(wheel("demo", f"1.{number}") for number in range(110)))
    assert len(items(instance, "/rss/updates.xml")) == 100
    assert len(items(instance, "/rss/project/demo/releases.xml")) == 40


def test_a_quarantined_project_is_in_no_feed(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    instance.index.projects.set_status("demo", "quarantined")
    assert items(instance, "/rss/updates.xml") == items(instance, "/rss/packages.xml") == []


def test_the_page_of_a_project_shows_its_release_and_says_what_became_of_it(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0", summary="A <b>demo</b>", description="# Read me"), wheel("demo", "1.1"))
    instance.index.releases.yank(instance.index.projects["demo"], "1.1", "it was <i>broken</i>")
    latest = ask(instance, "GET", "/project/demo/").body.decode()
    assert "demo-1.0-py3-none-any.whl" in latest
    assert "A &lt;b&gt;demo&lt;/b&gt;" in latest
    yanked = ask(instance, "GET", "/project/demo/1.1/").body.decode()
    assert "This release has been yanked. it was &lt;i&gt;broken&lt;/i&gt;" in yanked
    instance.index.projects.set_status("demo", "archived")
    assert "has been archived" in ask(instance, "GET", "/project/demo/").body.decode()


@pytest.mark.parametrize("path", ["/project/nope/", "/project/demo/9.9/", "/project/demo/1.0/x/", "/user/alice/"])
def test_a_page_that_is_not_there_is_the_page_for_people(instance: Instance, add: Add, path: str) -> None:
    add(wheel("demo", "1.0"))
    got = ask(instance, "GET", path, **REAL)
    assert got.status == 404
    assert b"Page Not Found (404)" in got.body


def test_no_page_makes_a_browser_leave_this_machine(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0"))
    for path in ("/", "/project/demo/", "/project/nope/", "/legacy/"):
        assert ask(instance, "GET", path).headers["Content-Security-Policy"] == "default-src 'none'"


def test_the_home_page_lists_projects_and_addresses(instance: Instance, add: Add) -> None:
    add(wheel("Demo", "1.0"))
    page = ask(instance, "GET", "/", HTTP_HOST="127.0.0.1:8000").body.decode()
    assert '<a href="/project/demo/">Demo</a>' in page
    assert "http://127.0.0.1:8000/legacy/" in page
