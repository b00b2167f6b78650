"""Markers by folder: `-m` selects the tests that its expression names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
STARTING_PROCESSES = {"e2e", "guides"}


def folders_with_tests() -> set[str]:
    return {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}


def slowness_and_size(path: Path) -> tuple[bool, int]:
    text = path.read_bytes()
    return b"mark.slow" in text, len(text)


def selected_folders(expression: str) -> set[str]:
    """Collect the smallest file of each folder, and return the folders of the tests that the expression selects."""
    files = [min((TESTS / folder).rglob("test_*.py"), key=slowness_and_size) for folder in LISTED]
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-m", expression, *map(str, files)],
        cwd=TESTS.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    assert collected.returncode == 0, collected.stdout
    return {line.split("/")[1] for line in collected.stdout.splitlines() if line.startswith("tests/")}


LISTED = sorted(folders_with_tests())


def test_every_folder_has_a_marker_that_pytest_knows(pytestconfig: pytest.Config) -> None:
    known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert {folder for folder in LISTED if folder not in known | STARTING_PROCESSES} == set()


def test_this_test_has_the_marker_of_its_folder(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("project")
    assert not request.node.get_closest_marker("unit")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expression", "folders"),
    [
        ("not e2e and not slow", set(LISTED) - STARTING_PROCESSES),
        ("e2e", STARTING_PROCESSES),
    ],
)
def test_an_expression_selects_the_folders_that_it_names(expression: str, folders: set[str]) -> None:
    assert selected_folders(expression) == folders
