"""The journal and its serials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_the_serial_is_zero_before_anything_happened(index: Index) -> None:
    assert (index.journal.last_serial, index.journal.entries()) == (0, [])


def test_every_event_has_the_next_serial_and_moves_its_project(index: Index) -> None:
    index.projects.create("Hello.World", None)
    serial = index.journal.write("hello-world", "1.0", "new release", "alice")
    assert serial == 2 == index.journal.last_serial == index.projects["hello-world"].serial
    told = [(entry.serial, entry.version, entry.action, entry.sender) for entry in index.journal.entries()]
    assert told == [(1, None, "create", ""), (2, "1.0", "new release", "alice")]


def test_the_events_of_one_project_can_be_selected(index: Index) -> None:
    for name in ("one", "other"):
        index.projects.create(name, None)
    assert [entry.project for entry in index.journal.entries("other")] == ["other"]


def test_a_serial_is_never_given_twice_even_when_its_project_is_gone(index: Index) -> None:
    index.projects.create("hello", None)
    index.projects.delete("hello")
    last = index.journal.last_serial
    index.projects.create("hello", None)
    assert index.journal.last_serial == last + 1
