"""Adding and removing trusted publishers and pending ones."""

from __future__ import annotations

import pytest

from fake_pypi.errors import OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.publishers import GOOGLE, PendingPublisher
from fake_pypi.operations import publishers
from fake_pypi.operations.actor import ADMINISTRATOR, Actor, SignedInUser

FACTS = {"email": "robot@example.com", "sub": ""}


def add_pending(index: Index, actor: Actor, name: str) -> PendingPublisher:
    alice = index.accounts["alice"]
    return publishers.add_pending(index, actor, "google", FACTS, project_name=name, user=alice)


def test_an_owner_adds_and_removes_a_publisher_of_the_project(index: Index, alice: SignedInUser) -> None:
    publisher = publishers.add(index, alice, "google", FACTS, project="demo")
    assert [each.id for each in index.publishers.all(GOOGLE)] == [publisher.id]

    publishers.remove(index, alice, publisher, "demo")
    assert index.publishers.all(GOOGLE) == []


def test_a_maintainer_cannot_add_or_remove_a_publisher(index: Index, alice: SignedInUser, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        publishers.add(index, bob, "google", FACTS, project="demo")
    publisher = publishers.add(index, alice, "google", FACTS, project="demo")
    with pytest.raises(OperationRejected, match="permission-denied"):
        publishers.remove(index, bob, publisher, "demo")


def test_a_user_registers_and_removes_pending_publishers_of_the_own_account(
    index: Index, alice: SignedInUser, bob: SignedInUser
) -> None:
    pending = add_pending(index, alice, "new")
    assert index.publishers.pending(GOOGLE) == [pending]
    with pytest.raises(OperationRejected, match="permission-denied"):
        publishers.remove_pending(index, bob, pending)
    with pytest.raises(OperationRejected, match="permission-denied"):
        add_pending(index, bob, "other")

    publishers.remove_pending(index, alice, pending)
    assert index.publishers.pending(GOOGLE) == []


def test_a_user_has_three_pending_publishers_at_most(index: Index, alice: SignedInUser) -> None:
    for number in range(3):
        add_pending(index, alice, f"new-{number}")

    with pytest.raises(OperationRejected, match="more than 3 pending trusted publishers"):
        add_pending(index, alice, "new-3")
    add_pending(index, ADMINISTRATOR, "new-3")


@pytest.mark.parametrize("flag", ["disallow-oidc", "disallow-google-oidc"])
def test_no_publisher_is_added_where_the_site_disabled_them(index: Index, alice: SignedInUser, flag: str) -> None:
    index.flags.set(flag)

    with pytest.raises(OperationRejected, match="Google-based trusted publishing is temporarily disabled"):
        publishers.add(index, alice, "google", FACTS, project="demo")
    with pytest.raises(OperationRejected, match="Google-based trusted publishing is temporarily disabled"):
        add_pending(index, alice, "new")
    publishers.add(index, ADMINISTRATOR, "google", FACTS, project="demo")
