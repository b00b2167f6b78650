"""Giving users roles in a project, changing and removing them."""

from __future__ import annotations

import pytest

from fake_pypi.errors import NotFound, OperationRejected
from fake_pypi.index import Index
from fake_pypi.operations import roles
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser


def roles_of(index: Index) -> dict[str, str]:
    return dict(index.projects.roles(index.projects["demo"]))


def test_an_owner_changes_and_removes_the_role_of_another_user(
    index: Index, alice: SignedInUser, bob: SignedInUser
) -> None:
    roles.change(index, alice, "demo", bob.user, "Owner")
    assert roles_of(index) == {"alice": "Owner", "bob": "Owner"}
    roles.remove(index, alice, "demo", bob.user)
    assert roles_of(index) == {"alice": "Owner"}
    entries = index.journal.entries("demo")[-2:]
    assert [(entry.action, entry.sender) for entry in entries] == [
        ("change Maintainer bob to Owner", "alice"),
        ("remove Owner bob", "alice"),
    ]


def test_an_owner_cannot_give_the_own_role_away(index: Index, alice: SignedInUser, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="Cannot remove yourself as Owner"):
        roles.change(index, alice, "demo", alice.user, "Maintainer")
    with pytest.raises(OperationRejected, match="Cannot remove yourself as Sole Owner"):
        roles.remove(index, alice, "demo", alice.user)

    roles.change(index, alice, "demo", bob.user, "Owner")
    roles.remove(index, alice, "demo", alice.user)
    assert roles_of(index) == {"bob": "Owner"}


def test_a_maintainer_cannot_change_roles(index: Index, alice: SignedInUser, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        roles.change(index, bob, "demo", bob.user, "Owner")
    with pytest.raises(OperationRejected, match="permission-denied"):
        roles.remove(index, bob, "demo", alice.user)


def test_the_administrator_gives_and_removes_every_role(index: Index, alice: SignedInUser) -> None:
    roles.add(index, ADMINISTRATOR, "demo", index.accounts.add("carol"), "Owner")
    roles.remove(index, ADMINISTRATOR, "demo", alice.user)
    assert roles_of(index) == {"bob": "Maintainer", "carol": "Owner"}

    with pytest.raises(OperationRejected):
        roles.add(index, alice, "demo", alice.user)


def test_a_user_without_a_role_has_none_to_change(index: Index, alice: SignedInUser) -> None:
    carol = index.accounts.add("carol")
    with pytest.raises(NotFound, match="there is: alice, bob"):
        roles.change(index, alice, "demo", carol, "Owner")


def subjects(index: Index, name: str) -> list[str]:
    return [message.subject for message in index.mailbox if message.to == f"{name} <{name}@example.com>"]


def test_the_owners_and_the_user_are_notified_of_another_role(
    index: Index, alice: SignedInUser, bob: SignedInUser
) -> None:
    roles.change(index, alice, "demo", bob.user, "Owner")
    for name in ("alice", "bob"):
        assert subjects(index, name) == ["[PyPI] Collaborator role change notification"]
    [event] = index.events.of(index.projects["demo"].id, limit=1)
    assert (event.tag, event.facts["submitted_by"]) == ("project:role:change", "alice")


def test_the_owners_and_the_user_are_notified_of_a_removal(
    index: Index, alice: SignedInUser, bob: SignedInUser
) -> None:
    roles.remove(index, alice, "demo", bob.user)
    for name in ("alice", "bob"):
        assert subjects(index, name) == ["[PyPI] Collaborator removed notification"]
    [event] = index.events.of(index.projects["demo"].id, limit=1)
    assert event.tag == "project:role:remove"
    assert event.facts == {"submitted_by": "alice", "role_name": "Maintainer", "target_user": "bob"}


def test_an_administrator_sends_no_mail(index: Index, bob: SignedInUser) -> None:
    roles.change(index, ADMINISTRATOR, "demo", bob.user, "Owner")
    assert len(index.mailbox) == 0
