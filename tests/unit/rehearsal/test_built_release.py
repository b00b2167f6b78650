"""The files of a release: their name, version and kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_pypi import sdist, wheel
from fake_pypi.packages.package import Package
from fake_pypi.rehearsal.built_release import BuiltRelease
from fake_pypi.rehearsal.failure import StepFailed


def built(folder: Path, *packages: Package) -> BuiltRelease:
    for package in packages:
        package.write_to(folder / "dist")
    return BuiltRelease.in_folder(folder)


FINE: dict[str, Any] = {"description": "# Hello", "description_content_type": "text/markdown", "summary": "Says hello."}


def test_a_release_knows_its_name_version_and_files(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("Hello.There", "1.0", **FINE), sdist("Hello.There", "1.0", **FINE))
    assert (release.name, release.version, release.normalized) == ("Hello.There", "1.0", "hello-there")
    assert [len(release.wheels), len(release.sdists)] == [1, 1]
    assert release.has_wheel_for_this_python


def test_a_wheel_for_another_machine_is_not_for_this_python(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", tag="cp34-cp34m-win32"))
    assert not release.has_wheel_for_this_python


def test_an_empty_folder_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="no wheel and no sdist"):
        BuiltRelease.in_folder(tmp_path)


def test_two_releases_in_one_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"hello 1\.0, hello 1\.1"):
        built(tmp_path, wheel("hello", "1.0"), wheel("hello", "1.1"))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "hello-1.0-py3-none-any.whl").write_bytes(b"nothing")
    with pytest.raises(StepFailed, match=r"hello-1\.0-py3-none-any\.whl cannot be read"):
        BuiltRelease.in_folder(tmp_path)
