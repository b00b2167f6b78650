"""Creating and removing API tokens."""

from __future__ import annotations

import pytest

from fake_pypi.errors import NotFound, OperationRejected
from fake_pypi.index import Index
from fake_pypi.index.macaroons import Token
from fake_pypi.operations import publishers, token_exchange, tokens
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser


def identified(index: Index, token: Token) -> str:
    return index.tokens.identify(f"Bearer {token.secret}").name


def test_a_user_creates_and_removes_tokens_of_the_own_account(index: Index, alice: SignedInUser) -> None:
    token = tokens.create(index, alice, alice.user, projects=["demo"], description="for CI")
    assert identified(index, token) == "alice"

    tokens.remove(index, alice, token)
    assert identified(index, token) == ""


def test_tokens_of_other_accounts_are_out_of_reach(index: Index, alice: SignedInUser, bob: SignedInUser) -> None:
    with pytest.raises(OperationRejected, match="permission-denied"):
        tokens.create(index, bob, alice.user)

    token = tokens.create(index, alice, alice.user)
    with pytest.raises(OperationRejected, match="permission-denied"):
        tokens.remove(index, bob, token)
    assert identified(index, token) == "alice"


def test_the_projects_of_a_token_are_those_in_which_its_user_has_a_role(index: Index, bob: SignedInUser) -> None:
    index.projects.create("alices", index.accounts["alice"])
    tokens.create(index, bob, bob.user, projects=["demo"])

    with pytest.raises(OperationRejected, match="Unknown or invalid project name: alices"):
        tokens.create(index, bob, bob.user, projects=["demo", "alices"])
    tokens.create(index, ADMINISTRATOR, bob.user, projects=["alices"])


def test_a_token_needs_a_second_factor_and_a_verified_address(index: Index) -> None:
    user = index.accounts.add("carol", two_factor=False)
    with pytest.raises(OperationRejected, match="no-2fa"):
        tokens.create(index, SignedInUser(user), user)


def test_only_the_administrator_adopts_a_text_as_a_token(index: Index, alice: SignedInUser) -> None:
    assert identified(index, tokens.adopt(index, ADMINISTRATOR, "any text", alice.user)) == "alice"
    with pytest.raises(OperationRejected):
        tokens.adopt(index, alice, "other text", alice.user)


def test_a_token_of_a_publisher_is_burned_by_its_holder_and_removed_by_the_administrator(
    index: Index, alice: SignedInUser
) -> None:
    facts = {"email": "robot@example.com", "sub": ""}
    publisher = publishers.add(index, alice, "google", facts, project="demo")
    first, second = (token_exchange.mint(index, publisher, {}) for _ in range(2))

    assert [tokens.burn(index, first.secret) for _ in range(2)] == [True, False]
    with pytest.raises(OperationRejected, match="permission-denied"):
        tokens.remove(index, alice, second)
    tokens.remove(index, ADMINISTRATOR, second)
    with pytest.raises(NotFound):
        tokens.remove(index, ADMINISTRATOR, second)


def test_a_token_of_the_form_has_a_name_and_a_scope(index: Index, alice: SignedInUser) -> None:
    errors = tokens.create_named(index, alice, description="", token_scope="scope:project:nothing")
    assert isinstance(errors, FormErrors)
    assert errors.fields == {
        "description": ("Specify a token name",),
        "token_scope": ("Unknown or invalid project name: nothing",),
    }
    token = tokens.create_named(index, alice, description="for CI", token_scope="scope:project:demo")
    assert isinstance(token, Token)
    assert [(stored.description, stored.projects) for stored in index.tokens.of(alice.user)] == [("for CI", ("demo",))]


def test_a_token_is_removed_with_the_right_password_only(index: Index, alice: SignedInUser) -> None:
    index.passwords.set(alice.user.id, "correct horse battery 7!")
    token = tokens.create(index, alice, alice.user, description="for CI")
    invalid = FormErrors(flash="Invalid credentials. Try again")
    assert tokens.remove_confirmed(index, alice, token.id, password="wrong") == invalid
    removed = tokens.remove_confirmed(index, alice, token.id, password="correct horse battery 7!")
    assert removed == "Deleted API token 'for CI'."
    assert index.tokens.of(alice.user) == []
