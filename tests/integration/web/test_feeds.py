"""Feeds."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

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


def test_a_feed_has_summary_and_author(instance: Instance, add: Add) -> None:
    add(wheel("demo", "1.0", summary="A demo", author_email="Ann <ann@example.com>, bob@example.com"))
    (item,) = items(instance, "/rss/updates.xml")
    assert (item["description"], item["author"]) == ("A demo", "ann@example.com, bob@example.com")


def test_a_feed_is_xml_for_every_summary(instance: Instance, add: Add) -> None:
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
