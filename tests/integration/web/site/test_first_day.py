"""The first day of a maintainer, from the registration to the deletion of the account, as one walk over both indexes.

`first_day.json` has 142 steps. Where tests/fidelity/recorded/extra/site.json has the same step, both agree; the rest is
what the code of the real server does, or what this project does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fidelity.site.comparing import differences
from tests.fidelity.site.walk import NAME, Walk, prepared

STEPS = Path(__file__).with_name("first_day.json").read_text("utf-8")
RENAMED = STEPS.replace("pypi.org", "test.pypi.org").replace("PyPI", "TestPyPI")


@pytest.mark.parametrize(("site", "text"), [("pypi", STEPS), ("testpypi", RENAMED)], ids=["pypi", "testpypi"])
def test_every_step_shows_what_it_should(site: str, text: str) -> None:
    steps: list[dict[str, Any]] = json.loads(text)
    walk = Walk(prepared(site, without=NAME))
    try:
        wrong = [f"{step['name']}: {line}" for step in steps for line in taken(walk, step)]
    finally:
        walk.instance.close()
    assert not wrong, "\n".join(wrong)
    assert len(steps) == 142


def taken(walk: Walk, step: dict[str, Any]) -> list[str]:
    """Take a step; the names of the fields of all forms of its page have to be the same too."""
    ours = walk.after(step)
    names = [[field["name"] for field in form["fields"]] for form in ours["forms"]]
    shown = step.get("shown", [])
    return differences(step, ours) + ([] if names == shown else [f"fields: {shown} are expected, here are {names}"])
