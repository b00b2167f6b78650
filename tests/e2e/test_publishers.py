"""Rehearsals with the publishing tools themselves; `nox -s publishers` measures all of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from fake_pypi.rehearsal.project_tools.upload_tools import UPLOAD_TOOLS
from tests.e2e import publishers
from tests.e2e.provision import PINS

pytestmark = pytest.mark.slow

STORED = json.loads(publishers.RESULTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("tool", ["uv", "flit"])
def test_a_rehearsal_with_a_tool_runs_as_it_was_measured(tool: str, tmp_path: Path) -> None:
    outcome = json.loads(json.dumps(asdict(publishers.measure(tool, tmp_path))))
    # Commands of one step run together: which starts first is chance.
    assert sorted(outcome.pop("commands")) == sorted(STORED["results"][tool]["commands"])
    assert outcome == {key: STORED["results"][tool][key] for key in outcome}


def test_every_tool_was_measured_in_the_version_that_is_pinned() -> None:
    assert list(STORED["results"]) == list(UPLOAD_TOOLS)
    pinned = {tool: PINS["newest"][tool][0] for tool in UPLOAD_TOOLS}
    assert STORED["versions"] == pinned, "measure again: nox -s publishers"


@pytest.mark.parametrize("tool", UPLOAD_TOOLS)
def test_every_tool_treats_changed_files_as_its_description_says(tool: str) -> None:
    outcome, publisher = STORED["results"][tool], UPLOAD_TOOLS[tool]
    commands = {command for _, command, _ in outcome["commands"]}
    assert {publisher.to_pypi, publisher.skipping} - {""} <= commands
    assert outcome["rejected"] == (None if publisher.skips_existing else "duplicate-file")
    assert outcome["explained"] == (publisher.prints_rejection and not publisher.skips_existing)


def test_the_documentation_has_the_stored_results() -> None:
    page = publishers.PAGE.read_text(encoding="utf-8")
    assert publishers.rendered(page) == page, "python -m tests.e2e.publishers --render"
