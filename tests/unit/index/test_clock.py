"""The index's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fake_pypi.index import Index
from fake_pypi.index.clock import Clock

NOON = datetime(2030, 1, 1, 12, tzinfo=timezone.utc)
MOMENT = timedelta(seconds=30)  # that a test may take


def test_it_runs_like_the_machines_until_it_is_moved() -> None:
    assert abs(Clock().now() - datetime.now(timezone.utc)) < MOMENT


def test_it_is_moved_on_and_back() -> None:
    clock = Clock()
    clock.set(NOON)
    clock.advance(days=1, hours=2, minutes=3, seconds=4)
    clock.advance(days=-1)
    moved = clock.now() - NOON - timedelta(hours=2, minutes=3, seconds=4)
    assert timedelta(0) <= moved < MOMENT


def test_it_runs_on_from_where_it_was_set() -> None:
    clock = Clock()
    clock.set(NOON)
    first = clock.now()
    assert NOON <= first <= clock.now()
    assert clock.timestamp() == pytest.approx(NOON.timestamp(), abs=30)


@pytest.mark.parametrize(
    "moment", [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=5)))], ids=["naive", "elsewhere"]
)
def test_every_type_of_a_time_gives_the_same_time(moment: datetime) -> None:
    clock = Clock()
    clock.set(moment)
    assert timedelta(0) <= clock.now() - NOON < MOMENT


def test_its_repr_has_the_time() -> None:
    clock = Clock()
    clock.set(NOON)
    assert repr(clock).startswith("<Clock 2030-01-01T12:00")


def test_every_date_of_an_index_obeys_it() -> None:
    index = Index()
    index.clock.set(NOON)
    project = index.projects.create("hello", index.accounts.add("alice"))
    release = index.releases.create(project, "1.0", {})
    made = index.db.value("SELECT created FROM users")
    dates = [made, project.created, release.created, index.journal.entries()[0].at.timestamp()]
    index.close()
    assert [date == pytest.approx(NOON.timestamp(), abs=30) for date in dates] == [True] * 4
