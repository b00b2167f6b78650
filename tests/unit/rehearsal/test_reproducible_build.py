"""What differs between two builds."""

from __future__ import annotations

import shutil
from pathlib import Path

from fake_pypi import sdist, wheel
from fake_pypi.packages.package import Package
from fake_pypi.rehearsal.reproducible_build import compare_builds, differences
from fake_pypi.rehearsal.upload_steps import rebuild
from tests.unit.rehearsal.test_built_release import FINE, built


def compared(folder: Path, first: Package, second: Package) -> list[str]:
    release, other = built(folder / "first", first), built(folder / "second", second)
    return compare_builds(release.files, other.folder / "dist")


def test_the_same_bytes_are_reproducible(tmp_path: Path) -> None:
    package = wheel("hello", "1.0", **FINE)
    assert compared(tmp_path, package, package) == []


def test_a_member_with_other_content_is_named_without_record(tmp_path: Path) -> None:
    one = wheel("hello", "1.0", **FINE, files={"hello/time.py": "NOW = 1"})
    other = wheel("hello", "1.0", **FINE, files={"hello/time.py": "NOW = 2"})
    [warning] = compared(tmp_path, one, other)
    assert "hello-1.0-py3-none-any.whl is not reproducible" in warning
    assert warning.endswith("differs in the content of hello/time.py")


def test_an_additional_member_is_named(tmp_path: Path) -> None:
    one = sdist("hello", "1.0", **FINE)
    other = sdist("hello", "1.0", **FINE, sdist_files={"more.txt": ""})
    [warning] = compared(tmp_path, one, other)
    assert "the list of its members (hello-1.0/more.txt)" in warning


def test_other_times_inside_of_the_files_are_named(tmp_path: Path) -> None:
    release = built(tmp_path / "first", wheel("hello", "1.0", **FINE), sdist("hello", "1.0", **FINE))
    second = rebuild(release, tmp_path / "second") / "dist"
    of_wheel, of_sdist = compare_builds(release.files, second)
    assert "the header of its compression" in of_sdist
    assert "times of modification" in of_wheel


def test_a_file_that_the_second_build_did_not_make_is_named(tmp_path: Path) -> None:
    release = built(tmp_path / "first", wheel("hello", "1.0", **FINE))
    (tmp_path / "second").mkdir()
    [warning] = compare_builds(release.files, tmp_path / "second")
    assert "made no file of this name" in warning


def test_equal_archives_differ_in_their_compression_only(tmp_path: Path) -> None:
    release = built(tmp_path / "first", sdist("hello", "1.0", **FINE))
    copy = shutil.copyfile(release.files[0], tmp_path / release.files[0].name)
    assert differences(release.files[0], copy) == ["the header of its compression, as the time in a gzip file"]
