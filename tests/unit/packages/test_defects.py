from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable

import pytest

from fake_pypi.errors import NotFound, UnreadablePackage
from fake_pypi.packages.defects import DEFECTS, Defect
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

MAKE: dict[str, Callable[..., Package]] = {"wheel": wheel, "sdist": sdist}
EVERY = [(each, kind) for each in DEFECTS.values() for kind in each.kinds]

PIP_MINDS = {
    "no-metadata", "no-wheel-file", "no-record", "binary-record", "wrong-name-inside", "garbage-metadata",
    "second-dist-info", "parent-path", "bad-zip", "empty-file", "truncated", "encrypted-member", "bad-crc",
}  # fmt: skip
if sys.version_info < (3, 11):  # pip reads wheels there in another way, which does not compare the names
    PIP_MINDS -= {"wrong-name-inside"}


@pytest.mark.parametrize(("known", "kind"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_each_way_of_being_broken_changes_the_file_and_explains_itself(known: Defect, kind: str) -> None:
    broken = MAKE[kind]("demo", broken=known.name)
    assert broken.read() != MAKE[kind]("demo").read()
    assert broken.filename == MAKE[kind]("demo").filename
    assert broken.read() == MAKE[kind]("demo", broken=known.name).read()
    assert known.meaning.endswith(".")


def test_an_unknown_way_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"'no-recrod'.*no-metadata, no-wheel-file, no-record"):
        wheel("demo", broken="no-recrod")


def test_a_way_that_only_wheels_have_is_unknown_for_an_sdist() -> None:
    with pytest.raises(NotFound, match="an sdist"):
        sdist("demo", broken="no-record")


def test_only_files_without_readable_metadata_are_unreadable() -> None:
    unreadable = set()
    for known, kind in EVERY:
        try:
            read_metadata(MAKE[kind]("demo", broken=known.name))
        except UnreadablePackage:
            unreadable.add((known.name, kind))
    both = {(name, kind) for name in ("empty-file", "truncated") for kind in ("wheel", "sdist")}
    assert unreadable - {("truncated", "sdist")} == (both - {("truncated", "sdist")}) | {
        ("no-metadata", "wheel"),
        ("bad-zip", "wheel"),
        ("sdist-without-pkg-info", "sdist"),
        ("bad-tar", "sdist"),
        ("prepended-data", "sdist"),
    }


def listing(name: str) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(wheel("demo", broken=name).read())) as archive:
        return archive.infolist()


def test_the_zip_bomb_unpacks_to_far_more_than_pypi_takes() -> None:
    size = wheel("demo", broken="zip-bomb").size
    unpacked = sum(member.file_size for member in listing("zip-bomb"))
    assert unpacked > 64 * 1024 * 1024
    assert unpacked > 50 * size


def test_the_zip_defects_are_what_they_say() -> None:
    assert listing("encrypted-member")[0].flag_bits & 0x1
    assert all(member.flag_bits & 0x8 for member in listing("data-descriptor"))
    assert {member.compress_type for member in listing("unsupported-compression")} == {zipfile.ZIP_BZIP2}
    assert [member.filename for member in listing("duplicate-member")].count("demo/__init__.py") == 2
    assert listing("absolute-path")[-1].filename == "/absolute.txt"
    with zipfile.ZipFile(io.BytesIO(wheel("demo", broken="bad-crc").read())) as archive:
        assert archive.testzip() == "demo/__init__.py"
