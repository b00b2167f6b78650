"""Projects, by name in any spelling, and who may do what with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.index import Index
from fake_pypi.index.accounts import User


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


@pytest.fixture
def alice(index: Index) -> User:
    return index.accounts.add("alice")


def test_a_project_is_found_in_any_spelling(index: Index, alice: User) -> None:
    made = index.projects.create("My_Demo.pkg", alice)
    for name in ("my-demo-pkg", "MY.DEMO.PKG", "my__demo--pkg"):
        assert index.projects[name] == made == index.projects.get(name)
    assert index.projects.by_id(made.id) == made
    assert made.name == "My_Demo.pkg"


def test_a_name_is_taken_in_every_spelling_and_the_failure_leaves_no_trace(index: Index, alice: User) -> None:
    index.projects.create("my-demo", alice)
    serial = index.journal.last_serial
    with pytest.raises(UsageError, match="there is a project 'My_Demo' already"):
        index.projects.create("My_Demo", alice)
    assert index.journal.last_serial == serial


def test_the_journal_lists_the_project_and_its_first_role(index: Index, alice: User) -> None:
    index.projects.create("hello", alice, sender="alice")
    told = [(entry.action, entry.sender) for entry in index.journal.entries("hello")]
    assert told == [("create", "alice"), ("add Owner alice", "alice")]


def test_names_that_look_alike_are_found(index: Index, alice: User) -> None:
    made = index.projects.create("he110", alice)
    assert index.projects.looking_like("heLLo") == made
    assert index.projects.looking_like("h-e.l_lo") == made
    assert index.projects.looking_like("goodbye") is None


def test_the_newest_spelling_is_shown(index: Index, alice: User) -> None:
    made = index.projects.create("hello-world", alice)
    assert index.projects.spell(made, "Hello_World").name == "Hello_World"
    assert index.projects["hello-world"].name == "Hello_World"
    assert index.projects.spell(index.projects["hello-world"], "Hello_World").id == made.id


def test_a_user_has_one_role_in_a_project(index: Index, alice: User) -> None:
    made = index.projects.create("hello", alice)
    bob = index.accounts.add("bob")
    index.projects.add_role("Hello", bob, "Maintainer")
    index.projects.add_role("hello", bob, "Owner")
    assert index.projects.roles(made) == [("alice", "Owner"), ("bob", "Owner")]
    index.projects.remove_role("hello", bob)
    assert index.projects.role_of(made, bob) is None


def test_a_role_that_is_none_names_those_that_are(index: Index, alice: User) -> None:
    index.projects.create("hello", alice)
    with pytest.raises(UsageError, match="no role 'King': one of Owner, Maintainer"):
        index.projects.add_role("hello", alice, "King")  # type: ignore[arg-type]


def test_a_role_that_no_user_has_is_an_error_that_names_the_users_with_one(index: Index, alice: User) -> None:
    index.projects.create("hello", alice)
    with pytest.raises(NotFound, match="no role in 'hello' for user 'bob'; there is: alice"):
        index.projects.remove_role("hello", index.accounts.add("bob"))


@pytest.mark.parametrize("status", ["active", "archived", "archived-noindex", "quarantined", "quarantine-exit"])
def test_a_project_takes_every_status(index: Index, alice: User, status: str) -> None:
    index.projects.create("hello", alice)
    index.projects.set_status("Hello", status)  # type: ignore[arg-type]
    assert index.projects["hello"].status == status


def test_a_status_that_is_none_names_those_that_are(index: Index, alice: User) -> None:
    index.projects.create("hello", alice)
    with pytest.raises(UsageError, match="no project status 'gone': one of active, archived"):
        index.projects.set_status("hello", "gone")  # type: ignore[arg-type]


def test_an_unknown_project_is_an_error_that_names_the_existing_ones(index: Index, alice: User) -> None:
    with pytest.raises(NotFound, match="no project 'hello', and no other project: add one first"):
        index.projects["hello"]
    for name in ("zebra", "Apple"):
        index.projects.create(name, alice)
    with pytest.raises(NotFound, match="no project 'hello'; there is: Apple, zebra"):
        index.projects.delete("hello")
    assert index.projects.get("hello") is None
    assert index.projects.by_id("no such id") is None


def test_a_deleted_projects_name_is_free_again_and_its_roles_are_gone(index: Index, alice: User) -> None:
    first = index.projects.create("hello", alice)
    index.projects.delete("HELLO", sender="alice")
    assert index.projects.roles(first) == []
    assert index.journal.entries("hello")[-1].action == "remove project"
    assert index.projects.create("hello", alice).id != first.id


def test_an_organization_owns_a_project_and_gives_roles(index: Index, alice: User) -> None:
    index.projects.create("hello", None)
    index.projects.add_organization("acme", project="hello", active=False, type="Company")
    index.projects.add_organization_role("acme", alice, "Manager")
    owner = index.projects.organization(index.projects["hello"].organization)
    assert owner is not None
    assert (owner.name, owner.active, owner.type) == ("acme", False, "Company")
    assert index.projects.organization_role_of("acme", alice) == "Manager"
    assert index.projects.organization_role_of("acme", index.accounts.add("bob")) is None
    assert index.projects.organization(None) is None
