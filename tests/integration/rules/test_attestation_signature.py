"""The setting of an index that checks signatures of attestations."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from fake_pypi import FakePyPI
from fake_pypi.errors import UsageError
from fake_pypi.index import Index

INSTALLED = find_spec("pypi_attestations") is not None


@pytest.fixture
def index() -> Iterator[Index]:
    index = Index()
    index.projects.create("demo", index.accounts.add("owner"))
    yield index
    index.close()


def test_signatures_can_be_required_only_where_the_library_is_installed() -> None:
    with FakePyPI() as pypi:
        if INSTALLED:
            pypi.verify_attestations = True
            assert pypi.index.verify_attestations is True
        else:
            with pytest.raises(UsageError, match=r"pytest-fake-pypi\[attestations\]"):
                pypi.verify_attestations = True
            assert pypi.index.verify_attestations is None
