"""Flags, limits and prohibited names."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from fake_pypi.errors import UnknownSetting, UsageError
from fake_pypi.index import Index
from fake_pypi.index.admin_settings import GIB, MIB, Flags, Limits
from fake_pypi.index.database import Database


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_every_flag_is_off_from_the_start_and_can_be_switched_both_ways(index: Index) -> None:
    assert [flag for flag in Flags.KNOWN if index.flags.enabled(flag)] == []
    for flag in Flags.KNOWN:
        setattr(index.flags, flag.replace("-", "_"), True)
        assert index.flags.enabled(flag)
        assert getattr(index.flags, flag.replace("-", "_"))
        index.flags.set(flag, on=False)
        assert not index.flags.enabled(flag)


def test_an_unknown_flag_names_those_that_are(index: Index) -> None:
    with pytest.raises(UsageError, match=r"no site flag 'rad-only': one of disable-organizations, .*read-only"):
        index.flags.set("rad-only")
    with pytest.raises(UnknownSetting, match=r"Flags has no setting 'rad_only': did you mean 'read_only'\?"):
        index.flags.rad_only = True
    with pytest.raises(UnknownSetting, match="it has disable_organizations, "):
        assert index.flags.xyz


def test_the_limits_from_the_start_are_pypis(index: Index) -> None:
    assert (index.limits.file_size, index.limits.project_size) == (100 * MIB, 10 * GIB)


def test_the_limits_can_be_set_for_all_and_for_one(index: Index) -> None:
    index.projects.create("Hello", None)
    index.limits.file_size, index.limits.project_size = 1024, 4096
    index.limits.for_project("hello", file_size=10, used=3)
    project = index.projects["hello"]
    assert (index.limits.file_size, index.limits.project_size) == (1024, 4096)
    assert (project.file_size_limit, project.total_size_limit, project.total_size) == (10, None, 3)
    index.limits.for_project("HELLO", project_size=99)
    project = index.projects["hello"]
    assert (project.file_size_limit, project.total_size_limit, project.total_size) == (10, 99, 3)


def test_prohibited_names_are_compared_in_normalized_form(index: Index) -> None:
    index.prohibited_names.add("My_Name")
    index.prohibited_names.add("my-name")
    assert "MY.NAME" in index.prohibited_names
    assert "other" not in index.prohibited_names
    assert "requirements.txt" in index.prohibited_names
    assert list(index.prohibited_names) == ["requirements-txt", "rrequirements-txt", "my-name"]


def test_prohibited_user_names_are_compared_without_case() -> None:
    with closing(Index()) as index:
        index.prohibited_user_names.add("Admin")
        assert "ADMIN" in index.prohibited_user_names
        assert "alice" not in index.prohibited_user_names


def test_a_flag_changed_by_another_thread_or_rolled_back_is_seen_at_once() -> None:
    with closing(Database()) as db:
        flags, limits, elsewhere = Flags(db), Limits(db), Flags(db)
        assert (flags.read_only, limits.file_size) == (False, 100 * MIB)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere.set, "read-only").result()
        limits.file_size = 5
        assert (flags.read_only, elsewhere.read_only, limits.file_size) == (True, True, 5)
        with pytest.raises(UsageError, match="no site flag"):
            _switch_off_and_fail(db, elsewhere, flags)
        assert flags.read_only


def _switch_off_and_fail(db: Database, changed: Flags, read: Flags) -> None:
    with db.transaction():
        changed.set("read-only", on=False)
        assert not read.read_only
        read.set("unknown")
