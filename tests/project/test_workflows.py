"""The actions of the workflows are pinned, and an updater keeps the pins current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

GITHUB = Path(__file__).resolve().parents[2] / ".github"
USES = re.compile(r"^\s*(?:-\s*)?uses:\s*(.+)$", re.MULTILINE)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@(?:[0-9a-f]{40} # v\d+\.\d+\.\d+|v\d+\.\d+\.\d+)")


def used_actions() -> list[str]:
    return [line for path in sorted(GITHUB.glob("workflows/*.yml")) for line in USES.findall(path.read_text("utf-8"))]


def test_every_action_is_pinned_to_a_digest_or_a_full_version() -> None:
    assert used_actions()
    assert [action for action in used_actions() if not PINNED.fullmatch(action)] == []


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins = set(used_actions())
    assert len(pins) == len({pin.partition("@")[0] for pin in pins})


@pytest.mark.parametrize("action", ["actions/checkout@v5", "actions/checkout@main", "a/b@" + "0" * 40, "a/b@v1.2"])
def test_a_branch_and_a_part_of_a_version_are_no_pins(action: str) -> None:
    assert not PINNED.fullmatch(action)


def test_an_updater_proposes_newer_actions_some_days_after_their_release() -> None:
    settings = (GITHUB / "dependabot.yml").read_text(encoding="utf-8")
    assert "package-ecosystem: github-actions" in settings
    assert re.search(r"cooldown:\s+default-days: [1-9]", settings)


def test_the_workflow_about_the_real_server_may_write_issues_and_nothing_else() -> None:
    text = (GITHUB / "workflows" / "upstream.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    assert yaml.safe_load(text)["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "compare": {"contents": "read"},
        "report": {"issues": "write"},
    }
    assert "uses" not in jobs["report"]["steps"][0], "the job that may write runs no code of others"


def test_texts_of_others_reach_a_script_in_variables_only() -> None:
    """A `${{ ... }}` in a script would run what PyPI's server has as a message."""
    jobs = yaml.safe_load((GITHUB / "workflows" / "upstream.yml").read_text(encoding="utf-8"))["jobs"]
    scripts = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert [script for script in scripts if "${{" in script] == []
