"""The form that requests an organization."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_pypi.index import Index
from fake_pypi.operations.account_forms import FormErrors
from fake_pypi.operations.actor import SignedInUser
from fake_pypi.operations.organization_requests import NEEDED, request_organization

REQUEST = {
    "name": "acme",
    "display_name": "Acme",
    "link_url": "https://acme.example/",
    "description": "What Acme does",
    "membership_size": "2-5",
    "orgtype": "Community",
}


@pytest.fixture
def index() -> Iterator[Index]:
    made = Index()
    yield made
    made.close()


@pytest.fixture
def alice(index: Index) -> SignedInUser:
    return SignedInUser(index.accounts.add("alice", two_factor=True), "127.0.0.1", "")


def test_a_complete_request_is_accepted(index: Index, alice: SignedInUser) -> None:
    assert request_organization(index, alice, REQUEST) == "Request for new organization submitted"


def test_every_required_field_is_named(index: Index, alice: SignedInUser) -> None:
    result = request_organization(index, alice, {})
    assert isinstance(result, FormErrors)
    assert result.fields == {name: (message,) for name, message in NEEDED.items()}


@pytest.mark.parametrize("size", ["3", "many"])
def test_a_size_is_one_of_the_list(index: Index, alice: SignedInUser, size: str) -> None:
    result = request_organization(index, alice, {**REQUEST, "membership_size": size})
    assert isinstance(result, FormErrors)
    assert result.fields == {"membership_size": ("Not a valid choice.",)}
