"""An index with two users and a project, and a storage of files that is a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.index import Index
from fake_pypi.operations import seeding
from fake_pypi.operations.actor import ADMINISTRATOR, SignedInUser
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel


class Folder:
    """The files of an index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.spool = folder / "spool"
        self.stored = folder / "files"
        self.spool.mkdir()
        self.synced: list[Path] = []

    def sync(self, spooled: Path) -> None:
        self.synced.append(spooled)

    def put(self, path: str, spooled: Path) -> None:
        (self.stored / path).parent.mkdir(parents=True)
        spooled.rename(self.stored / path)

    def remove(self, path: str) -> None:
        (self.stored / path).unlink(missing_ok=True)

    def discard(self, path: str) -> None:
        (self.stored / path).unlink()

    @property
    def filenames(self) -> list[str]:
        return sorted(path.name for path in self.stored.rglob("*") if path.is_file())


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def index(files: Folder) -> Index:
    """alice owns demo, which has a wheel and an sdist of 1.0, and bob maintains it."""
    index = Index()
    alice = index.accounts.add("alice")
    for package in (wheel("demo", "1.0"), sdist("demo", "1.0")):
        seeding.seed(index, ADMINISTRATOR, package, alice, files=files)
    index.projects.add_role("demo", index.accounts.add("bob"), "Maintainer")
    return index


@pytest.fixture
def alice(index: Index) -> SignedInUser:
    return SignedInUser(index.accounts["alice"])


@pytest.fixture
def bob(index: Index) -> SignedInUser:
    return SignedInUser(index.accounts["bob"])
