"""Adding, changing and removing users as an administrator."""

from __future__ import annotations

import pytest

from fake_pypi.errors import OperationRejected, UsageError
from fake_pypi.index import Index
from fake_pypi.operations import users
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser


def test_the_administrator_adds_changes_and_removes_users(index: Index) -> None:
    assert not users.add(index, ADMINISTRATOR, "carol", two_factor=False).two_factor
    assert users.change(index, ADMINISTRATOR, "carol", state="frozen").state == "frozen"
    with pytest.raises(UsageError, match="there is a user 'carol' already"):
        users.add(index, ADMINISTRATOR, "carol")
    users.remove(index, ADMINISTRATOR, "carol")
    assert index.accounts.get("carol") is None


def test_the_default_user_is_added_once(index: Index) -> None:
    assert users.get_or_add(index, ADMINISTRATOR) == users.get_or_add(index, ADMINISTRATOR)
    assert index.accounts.get("maintainer") is not None


def test_other_actors_cannot_change_users(index: Index, alice: SignedInUser) -> None:
    for change in (users.add, users.change, users.remove, users.get_or_add):
        with pytest.raises(OperationRejected, match="permission-denied"):
            change(index, alice, "bob")
