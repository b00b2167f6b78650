"""Settings of this project's own test suite: markers by folder, the order of tests, and hypothesis."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]

# Importing this plugin takes two seconds in each pytest that a test starts; pyproject.toml has the same for this one.
os.environ.setdefault("PYTEST_ADDOPTS", "-p no:schemathesis")

# Rehearsals that tests start write no summary of the job that runs the tests.
os.environ.pop("GITHUB_STEP_SUMMARY", None)

# No deadline: on a loaded machine every example may be slow. The suite tries the same examples every time, so that
# it fails only because of a change; `--hypothesis-profile=explore` tries others.
settings.register_profile("explore", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

TESTS = Path(__file__).parent / "tests"
MARKERS_OF_FOLDERS = {
    "browser": "browser",
    "e2e": "e2e",
    "fidelity": "fidelity",
    "guides": "e2e",
    "integration": "integration",
    "plugin": "plugin",
    "project": "project",
    "unit": "unit",
}
"""The marker of the tests in each folder of tests/. Only `slow`, and `e2e` in other folders, are applied by hand."""


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Apply the marker of the folder, before `-m` selects tests."""
    if item.path.is_relative_to(TESTS):
        item.add_marker(MARKERS_OF_FOLDERS[item.path.relative_to(TESTS).parts[0]])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests that start real tools behind the others, and keep the (random) order otherwise."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
