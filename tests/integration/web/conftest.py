"""A world without a socket, with files in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fake_pypi.fake.seeding import seed
from fake_pypi.packages.package import Package
from fake_pypi.web.world import World

Add = Callable[..., None]


@pytest.fixture
def world() -> Iterator[World]:
    """A fresh PyPI."""
    made = World()
    yield made
    made.close()


@pytest.fixture
def add(world: World) -> Add:
    """Put packages into the world: `add(wheel("demo", "1.0"), …)`."""
    owner = world.index.accounts.add("alice")

    def put(*packages: Package) -> None:
        for package in packages:
            seed(world, package, owner)

    return put
