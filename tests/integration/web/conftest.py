"""An index without a socket, with files in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.operations.seeding import seed
from fake_pypi.packages.package import Package
from fake_pypi.web.instance import Instance

Add = Callable[..., None]


@pytest.fixture
def instance() -> Iterator[Instance]:
    """A fresh PyPI."""
    made = Instance()
    yield made
    made.close()


@pytest.fixture
def add(instance: Instance) -> Add:
    """Add packages to the index: `add(wheel("demo", "1.0"), …)`."""
    owner = instance.index.accounts.add("alice")

    def put(*packages: Package) -> None:
        for package in packages:
            seed(instance.index, ADMINISTRATOR, package, owner, files=instance)

    return put
