"""The forms of the web site show what the real server has shown, step by step."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.fidelity.site.walk import Walk, prepared, recorded_walks, same

WALKS = recorded_walks()


@pytest.mark.parametrize("name", WALKS)
def test_each_step_is_answered_as_recorded(name: str) -> None:
    walk = Walk(prepared())
    try:
        wrong = [f"{step['name']}: {line}" for step in WALKS[name]["steps"] for line in walk.take(step)]
        missing = missing_mail(walk, WALKS[name]["mail"])
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
