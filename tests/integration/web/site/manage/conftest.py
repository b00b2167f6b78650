"""The pages on which users manage projects, as browsers use them, without a socket."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.instance import Instance
from tests.integration.web.conftest import instance as fresh_instance
from tests.integration.web.site.visiting import SiteVisitor

__all__ = ["fresh_instance"]

SignIn = Callable[[str], SiteVisitor]


@pytest.fixture
def instance(fresh_instance: Instance) -> Instance:
    """demo, which alice owns, has a wheel and an sdist of 1.0 and a wheel of 1.1; bob and carol have no role in it."""
    index = fresh_instance.index
    alice = index.accounts.add("alice", full_name="Alice A.")
    index.accounts.add("bob", full_name="Bob")
    index.accounts.add("carol", email="unverified")
    for package in (wheel("demo", "1.0"), sdist("demo", "1.0"), wheel("demo", "1.1")):
        seed(index, ADMINISTRATOR, package, alice, files=fresh_instance)
    return fresh_instance


@pytest.fixture
def sign_in(instance: Instance) -> SignIn:
    """Open a browser in which a user is logged in: `sign_in("alice")`."""
    return lambda name: SiteVisitor.of(instance, name)


@pytest.fixture
def alice(sign_in: SignIn) -> SiteVisitor:
    """The browser of the owner."""
    return sign_in("alice")


@pytest.fixture
def bob(sign_in: SignIn) -> SiteVisitor:
    """The browser of another user."""
    return sign_in("bob")
