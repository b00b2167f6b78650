"""Creating and archiving projects, and giving them to organizations."""

from __future__ import annotations

import pytest

from fake_pypi.errors import NotFound, OperationRejected
from fake_pypi.index import Index
from fake_pypi.operations import projects
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser


def status(index: Index) -> str:
    return index.projects["demo"].status


def test_a_project_is_created_with_its_owner(index: Index) -> None:
    created = projects.create(index, ADMINISTRATOR, "other", index.accounts["bob"])

    assert index.projects.roles(created) == [("bob", "Owner")]
    assert [entry.action for entry in index.journal.entries("other")] == ["create", "add Owner bob"]


def test_an_owner_archives_a_project_and_makes_it_active_again(index: Index, alice: SignedInUser) -> None:
    projects.archive(index, alice, "demo")
    assert status(index) == "archived-noindex"
    with pytest.raises(OperationRejected, match="Cannot archive project with status archived-noindex"):
        projects.archive(index, alice, "demo")

    projects.unarchive(index, alice, "demo")
    assert status(index) == "active"
    with pytest.raises(OperationRejected, match="Can only unarchive an archived project"):
        projects.unarchive(index, alice, "demo")


def test_a_maintainer_cannot_archive(index: Index, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        projects.archive(index, bob, "demo")
    with pytest.raises(OperationRejected, match="permission-denied"):
        projects.unarchive(index, bob, "demo")


def test_only_the_administrator_creates_projects_and_sets_any_status(index: Index, alice: SignedInUser) -> None:
    projects.set_status(index, ADMINISTRATOR, "demo", "quarantined")
    assert index.projects["demo"].status == "quarantined"

    with pytest.raises(OperationRejected):
        projects.set_status(index, alice, "demo", "active")
    with pytest.raises(OperationRejected):
        projects.create(index, alice, "other", alice.user)


def test_an_organization_is_added_with_its_members_or_not_at_all(index: Index) -> None:
    with pytest.raises(NotFound, match="no user 'carol'"):
        projects.add_organization(index, ADMINISTRATOR, "acme", "demo", members={"bob": "owner", "carol": "owner"})
    assert index.projects.organization("acme") is None

    projects.add_organization(index, ADMINISTRATOR, "acme", "demo", members={"bob": "owner"})
    assert index.projects.organization_role_of("acme", index.accounts["bob"]) == "owner"
