"""Rehearsals of projects whose version comes from a tag; `nox -s publishers` measures all version tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e import version_tools

pytestmark = pytest.mark.slow

STORED = json.loads(version_tools.RESULTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("tool", ["setuptools-scm", "pdm-backend"])
def test_a_commit_behind_its_tag_is_rehearsed_as_the_next_release(tool: str, tmp_path: Path) -> None:
    outcome = version_tools.measure(tool, tmp_path)
    assert outcome == {key: STORED["results"][tool][key] for key in outcome}


def test_every_tool_was_measured_and_takes_the_version_from_the_tag() -> None:
    assert list(STORED["results"]) == list(version_tools.TOOLS)
    for tool, outcome in STORED["results"].items():
        assert outcome["version"] == "1.2.1", tool
        assert f"tagged v1.2.1 in the copy ({tool})" in outcome["reason"]


def test_the_documentation_has_the_stored_results() -> None:
    page = version_tools.PAGE.read_text(encoding="utf-8")
    assert version_tools.rendered(page) == page, "python -m tests.e2e.version_tools --render"
