"""Invitations to a project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_a_user_has_one_invitation_to_a_project(index: Index) -> None:
    index.invitations.add("p1", "u1", "Maintainer", invited_by="u9", token="first")
    second = index.invitations.add("p1", "u1", "Owner", invited_by="u9", token="second")
    index.invitations.add("p2", "u1", "Owner", invited_by="u9", token="third")
    index.invitations.add("p1", "u2", "Owner", invited_by="u9", token="fourth")
    assert index.invitations.get("p1", "u1") == second
    assert [each.token for each in index.invitations.to_project("p1")] == ["second", "fourth"]
    assert [each.token for each in index.invitations.of_user("u1")] == ["second", "third"]


def test_a_removed_invitation_is_gone(index: Index) -> None:
    index.invitations.remove(index.invitations.add("p1", "u1", "Owner", invited_by="u9", token="first"))
    assert index.invitations.get("p1", "u1") is None
    assert index.invitations.to_project("p1") == index.invitations.of_user("u1") == []
