from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable

import pytest

from fake_pypi.errors import NotFound, UnreadablePackage
from fake_pypi.packages.corruptions import CORRUPTIONS, Corruption
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

MAKE: dict[str, Callable[..., Package]] = {"wheel": wheel, "sdist": sdist}
EVERY = [(corruption, kind) for corruption in CORRUPTIONS.values() for kind in corruption.kinds]

REJECTED_BY_PIP = {
    "no-metadata", "no-wheel-file", "no-record", "binary-record", "wrong-name-inside", "garbage-metadata",
    "second-dist-info", "parent-path", "bad-zip", "empty-file", "truncated", "encrypted-member", "bad-crc",
}  # fmt: skip
if sys.version_info < (3, 11):  # pip reads wheels there in another way, which does not compare the names
    REJECTED_BY_PIP -= {"wrong-name-inside"}


@pytest.mark.parametrize(("corruption", "kind"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_each_corruption_changes_the_file_and_has_a_description(corruption: Corruption, kind: str) -> None:
    broken, sound = MAKE[kind]("demo", broken=corruption.name), MAKE[kind]("demo")
    assert broken.read() != sound.read()
    assert broken.filename == sound.filename
    assert broken.read() == MAKE[kind]("demo", broken=corruption.name).read()
    assert corruption.description.endswith(".")


def test_an_unknown_corruption_lists_the_possible_ones() -> None:
    with pytest.raises(NotFound, match=r"'no-recrod'.*no-metadata, no-wheel-file, no-record"):
        wheel("demo", broken="no-recrod")


def test_a_corruption_of_wheels_is_unknown_for_an_sdist() -> None:
    with pytest.raises(NotFound, match="sdist corruption"):
        sdist("demo", broken="no-record")


def test_only_files_without_readable_metadata_are_unreadable() -> None:
    unreadable = set()
    for corruption, kind in EVERY:
        try:
            read_metadata(MAKE[kind]("demo", broken=corruption.name))
        except UnreadablePackage:
            unreadable.add((corruption.name, kind))
    both = {(name, kind) for name in ("empty-file", "truncated") for kind in ("wheel", "sdist")}
    assert unreadable - {("truncated", "sdist")} == (both - {("truncated", "sdist")}) | {
        ("no-metadata", "wheel"),
        ("bad-zip", "wheel"),
        ("sdist-without-pkg-info", "sdist"),
        ("bad-tar", "sdist"),
        ("prepended-data", "sdist"),
    }


def listing(name: str) -> list[zipfile.ZipInfo]:
    return members_of(wheel("demo", broken=name))


def members_of(package: Package) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(package.read())) as archive:
        return archive.infolist()


def test_the_zip_bomb_unpacks_to_more_than_pypi_accepts() -> None:
    package = wheel("demo", broken="zip-bomb")
    unpacked = sum(member.file_size for member in members_of(package))
    assert unpacked > 64 * 1024 * 1024
    assert unpacked > 50 * package.size


def test_corrupted_zip_files_have_what_their_names_promise() -> None:
    assert listing("encrypted-member")[0].flag_bits & 0x1
    assert all(member.flag_bits & 0x8 for member in listing("data-descriptor"))
    assert {member.compress_type for member in listing("unsupported-compression")} == {zipfile.ZIP_BZIP2}
    assert [member.filename for member in listing("duplicate-member")].count("demo/__init__.py") == 2
    assert listing("absolute-path")[-1].filename == "/absolute.txt"
    with zipfile.ZipFile(io.BytesIO(wheel("demo", broken="bad-crc").read())) as archive:
        assert archive.testzip() == "demo/__init__.py"
