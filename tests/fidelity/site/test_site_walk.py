"""The forms of the web site show what the real server has shown, step by step."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.fidelity.site.walk import Walk, prepared, recorded_walks, same

WALKS = recorded_walks()


ON_TESTPYPI = [name for name in WALKS if name != "upload host in a browser"]
"""TestPyPI has one host for everything."""


@pytest.mark.parametrize("name", WALKS)
def test_each_step_is_answered_as_recorded(name: str) -> None:
    assert_same("pypi", WALKS[name])


@pytest.mark.parametrize("name", ON_TESTPYPI)
def test_each_step_is_answered_the_same_by_testpypi_with_its_own_names(name: str) -> None:
    assert_same("testpypi", on_testpypi(WALKS[name]))


def on_testpypi(walk: dict[str, Any]) -> dict[str, Any]:
    """The walk with the names of TestPyPI; a message about administrators names PyPI on both sites."""
    text = json.dumps(walk).replace("pypi.org", "test.pypi.org").replace("PyPI", "TestPyPI")
    renamed: dict[str, Any] = json.loads(text.replace("TestPyPI's admins", "PyPI's admins"))
    return renamed


def assert_same(site: str, recorded: dict[str, Any]) -> None:
    walk = Walk(prepared(site))
    try:
        wrong = [f"{step['name']}: {line}" for step in recorded["steps"] for line in walk.take(step)]
        missing = missing_mail(walk, recorded["mail"])
    finally:
        walk.instance.close()
    assert not wrong, "\n".join(wrong)
    assert missing == []


def missing_mail(walk: Walk, recorded: list[Any]) -> list[tuple[str, str]]:
    """The recorded e-mails, as (to, subject), that were not sent, or not as often."""
    sent = Counter((same(message.to), same(message.subject)) for message in walk.instance.index.mailbox)
    return list((Counter(map(tuple, recorded)) - sent).elements())


def test_the_recording_has_every_walk_once() -> None:
    assert (len(WALKS), sum(len(walk["steps"]) for walk in WALKS.values())) == (24, 427)
