"""The metadata of this project, as pytest's list of plugins and other catalogues read it.

pytest's own list (scripts/update-plugin-list.py in pytest-dev/pytest, read on 2026-11-22) asks the JSON API of PyPI for
each project whose name begins with `pytest-`: its summary, its first `Development Status`, and its first requirement of
pytest. A project that is classified as inactive is left out.
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any

import pytest
from trove_classifiers import classifiers as known_classifiers


@pytest.fixture(scope="module")
def own() -> dict[str, Any]:
    return dict(metadata.metadata("pytest-fake-pypi").json)


def test_the_list_shows_name_status_and_requirement(own: dict[str, Any]) -> None:
    assert own["name"].startswith("pytest-")
    statuses = [line.partition(" :: ")[2] for line in own["classifier"] if line.startswith("Development Status")]
    assert statuses == ["4 - Beta"]
    requirements = [line for line in own["requires_dist"] if re.match(r"pytest(?![-.\w])", line)]
    assert requirements == ["pytest>=8"]


def test_the_summary_is_one_plain_sentence_in_the_table(own: dict[str, Any]) -> None:
    summary = own["summary"]
    assert len(summary) < 120
    assert "\n" not in summary
    # The list escapes these by hand, and drops an underscore at the end of a word.
    assert not re.search(r"[*<>`]|_\b", summary)
    assert summary.endswith(".")


def test_the_classifiers_say_that_it_is_a_plugin_and_exist(own: dict[str, Any]) -> None:
    assert "Framework :: Pytest" in own["classifier"]
    assert set(own["classifier"]) <= set(known_classifiers)
    assert "pytest-plugin" in own["keywords"][0].split(",")


def test_pytest_loads_it_under_the_name_of_the_package() -> None:
    points = metadata.distribution("pytest-fake-pypi").entry_points.select(group="pytest11")
    assert [(point.name, point.value) for point in points] == [("fake_pypi", "fake_pypi.pytest_plugin")]


def test_its_pages_are_linked_under_the_labels_that_pypi_knows(own: dict[str, Any]) -> None:
    labels = dict(line.split(", ", 1) for line in own["project_url"])
    assert {"Documentation", "Source", "Changelog", "Issues"} <= labels.keys()
    assert all(url.startswith("https://") for url in labels.values())
