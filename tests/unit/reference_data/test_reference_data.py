"""The data files: each has a date and an origin, and a newer library of classifiers counts."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from datetime import date, datetime, timezone
from types import ModuleType

import pytest

from fake_pypi import reference_data
from fake_pypi.reference_data import FOLDER, classifiers, data_file, limit, platform_tags
from fake_pypi.rules.new_project import standard_library

NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))


@pytest.fixture
def read_again() -> Iterator[None]:
    classifiers.cache_clear()
    yield
    classifiers.cache_clear()


def test_classifiers_names_tags_and_limits_are_data_files() -> None:
    assert NAMES == ["classifiers", "limits", "platform_tags", "prohibited_names", "standard_library"]


@pytest.mark.parametrize("name", NAMES)
def test_every_data_file_has_a_date_an_origin_and_values(name: str) -> None:
    data = data_file(name)
    assert date(2026, 1, 1) <= date.fromisoformat(data.date) <= datetime.now(tz=timezone.utc).date()
    assert data.origin.startswith(("https://github.com/pypi/warehouse/", "https://pypi.org/project/"))
    assert data.version in data.origin
    assert data.values


def test_the_limits_are_those_of_the_server() -> None:
    assert limit("file_size") == 100 * 1024**2
    assert limit("project_size") == 10 * 1024**3


def test_the_standard_library_has_modules_of_old_and_new_pythons_and_parts_of_packages() -> None:
    assert {"json", "asyncore", "tomllib", "xml-etree", "carbon"} <= standard_library()
    assert "requests" not in standard_library()


def test_platform_tags_are_read_by_kind() -> None:
    assert "riscv64" in platform_tags("musllinux")
    assert "any" in platform_tags("single")


def library(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """Pretend that another version of trove-classifiers is installed."""
    module = ModuleType("trove_classifiers")
    module.sorted_classifiers = ["Topic :: New"]  # type: ignore[attr-defined]  # a module made for this test
    module.deprecated_classifiers = {"Topic :: Old": ["Topic :: New"]}  # type: ignore[attr-defined]  # as above
    monkeypatch.setitem(sys.modules, "trove_classifiers", module)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)


@pytest.mark.usefixtures("read_again")
def test_the_classifiers_of_a_newer_library_count(monkeypatch: pytest.MonkeyPatch) -> None:
    library(monkeypatch, "2999.1.1.10")
    assert classifiers() == reference_data.Classifiers(("Topic :: New",), {"Topic :: Old": ["Topic :: New"]})


@pytest.mark.usefixtures("read_again")
def test_the_classifiers_of_an_older_library_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    library(monkeypatch, "2026.1.14.14")
    assert "Framework :: Pytest" in classifiers().valid
    assert "Natural Language :: Ukranian" in classifiers().deprecated
