"""The files of a release: what they are, other bytes under their names, and what people regret about them."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fake_pypi import sdist, wheel
from fake_pypi.packages.metadata import read_metadata
from fake_pypi.packages.package import Package
from fake_pypi.rehearsal.changed import changed_copy
from fake_pypi.rehearsal.checking import rejections
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.regrets import regrets
from fake_pypi.rehearsal.release import Release
from fake_pypi.rules.order import PYPI


def built(folder: Path, *packages: Package) -> Release:
    for package in packages:
        package.write_to(folder / "dist")
    return Release.in_folder(folder)


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
        Release.in_folder(tmp_path)


def test_two_releases_in_one_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"hello 1\.0, hello 1\.1"):
        built(tmp_path, wheel("hello", "1.0"), wheel("hello", "1.1"))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "hello-1.0-py3-none-any.whl").write_bytes(b"nothing")
    with pytest.raises(StepFailed, match=r"hello-1\.0-py3-none-any\.whl cannot be read"):
        Release.in_folder(tmp_path)


def test_changed_files_have_other_bytes_and_the_same_meaning(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", **FINE), sdist("hello", "1.0", **FINE))
    changed = Release.in_folder(changed_copy(release, tmp_path / "changed"))
    assert [file.name for file in changed.files] == [file.name for file in release.files]
    for before, after in zip(release.files, changed.files, strict=True):
        assert before.read_bytes() != after.read_bytes()
        assert read_metadata(before) == read_metadata(after)
    with zipfile.ZipFile(changed.wheels[0]) as archive:
        assert archive.testzip() is None
    with tarfile.open(changed.sdists[0]) as archive:
        assert len(archive.getnames()) > 0
    assert rejections(changed.files, PYPI) == []


def test_nothing_is_regretted_about_a_careful_release(tmp_path: Path) -> None:
    assert regrets(built(tmp_path, wheel("hello", "1.0", **FINE), sdist("hello", "1.0", **FINE))) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"description": ""}, "has no description"),
        ({"summary": ""}, "has no summary"),
        ({"files": {"tests/__init__.py": ""}}, "installs a top-level 'tests'"),
        ({"files": {"hello/__pycache__/a.cpython-311.pyc": ""}}, "holds compiled files"),
        ({"files": {"hello/.env": ""}}, "holds what looks like secrets: hello/.env"),
        ({"files": {"hello/.git/config": ""}}, "holds files of the repository"),
    ],
)
def test_what_people_regret_is_told(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    [regret] = regrets(built(tmp_path, wheel("hello", "1.0", **{**FINE, **changes})))
    assert says in regret


def test_an_sdist_and_a_wheel_that_disagree_are_told(tmp_path: Path) -> None:
    one = wheel("hello", "1.0", **FINE, dependencies=["rich"], metadata_version="2.2")
    other = sdist("hello", "1.0", **FINE, dependencies=["click"], metadata_version="2.2")
    [regret] = regrets(built(tmp_path, one, other))
    assert regret == "hello-1.0.tar.gz and hello-1.0-py3-none-any.whl disagree about Requires-Dist"


def test_the_book_is_read_in_full_without_a_server(tmp_path: Path) -> None:
    release = built(tmp_path, wheel("hello", "1.0", tag="cp311-cp311-linux_x86_64", classifiers=["No :: Such"]))
    said = {each.rule: each for each in rejections(release.files, PYPI)}
    assert {"unsupported-platform-tag", "unknown-classifier"} <= said.keys()
    assert said["unknown-classifier"].explanation
    assert said["unknown-classifier"].remedy
