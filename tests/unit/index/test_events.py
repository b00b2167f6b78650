"""The security history of users and projects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_the_newest_event_is_first(index: Index) -> None:
    index.events.add("u1", "account:create", ip="203.0.113.1", user_agent="Firefox", facts={"email": "a@example.org"})
    index.clock.advance(minutes=1)
    index.events.add("u1", "account:login:success", facts={"two_factor_method": None})
    index.events.add("u2", "account:create", facts={})
    newest, oldest = index.events.of("u1")
    assert (newest.tag, newest.ip, newest.user_agent) == ("account:login:success", "", "")
    assert (oldest.tag, oldest.ip, oldest.user_agent) == ("account:create", "203.0.113.1", "Firefox")
    assert oldest.facts == {"email": "a@example.org"}
    assert (newest.at - oldest.at).total_seconds() == pytest.approx(60, abs=5)


def test_events_come_in_pages(index: Index) -> None:
    for number in range(5):
        index.events.add("u1", f"tag:{number}", facts={})
    assert [event.tag for event in index.events.of("u1", limit=2, offset=2)] == ["tag:2", "tag:1"]
    assert index.events.count("u1") == 5
    index.events.remove("u1")
    assert index.events.count("u1") == 0
