from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.packages.wheelhouse_packages import WheelhousePackages


def test_wheels_and_sdists_are_listed_by_project(tmp_path: Path) -> None:
    made = wheel("Demo.Tool", "1.0", requires_python=">=3.9")
    made.write_to(tmp_path)
    sdist("demo-tool", "2.0", requires_python=">=3.10").write_to(tmp_path)
    wheel("other").write_to(tmp_path)
    source = WheelhousePackages(tmp_path)
    first, second = source.files("demo-tool")
    assert (first.version, first.filename, first.requires_python) == ("1.0", made.filename, ">=3.9")
    assert (first.size, first.sha256, first.path().read_bytes()) == (made.size, made.sha256, made.read())
    assert (second.version, second.requires_python) == ("2.0", ">=3.10")
    assert source.projects() == ["demo-tool", "other"]
    assert list(source.files("unknown")) == []


def test_only_wheels_have_separate_metadata(tmp_path: Path) -> None:
    wheel("demo", "1.0").write_to(tmp_path)
    sdist("demo", "1.0").write_to(tmp_path)
    metadata = {file.filename: file.metadata() for file in WheelhousePackages(tmp_path).files("demo")}
    assert metadata["demo-1.0.tar.gz"] is None
    assert (metadata["demo-1.0-py3-none-any.whl"] or b"").startswith(b"Metadata-Version: 2.4\nName: demo\n")


def test_files_that_are_added_or_removed_later_are_noticed(tmp_path: Path) -> None:
    source = WheelhousePackages(tmp_path)
    assert list(source.files("demo")) == []
    path = wheel("demo").write_to(tmp_path)
    assert [file.filename for file in source.files("demo")] == [path.name]
    path.unlink()
    assert list(source.files("demo")) == []


def test_a_replaced_file_has_its_new_digest(tmp_path: Path) -> None:
    source = WheelhousePackages(tmp_path)
    wheel("demo").write_to(tmp_path)
    before = source.files("demo")[0].sha256
    newer = wheel("demo", summary="another summary altogether")
    newer.write_to(tmp_path)
    assert source.files("demo")[0].sha256 == newer.sha256 != before


def test_subfolders_and_other_files_are_ignored(tmp_path: Path) -> None:
    wheel("below").write_to(tmp_path / "folder")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "demo.whl").write_text("no version")
    assert WheelhousePackages(tmp_path).projects() == []


def test_a_broken_file_is_listed_without_metadata(tmp_path: Path) -> None:
    wheel("demo", broken="bad-zip").write_to(tmp_path)
    (file,) = WheelhousePackages(tmp_path).files("demo")
    assert file.requires_python is None
    assert file.metadata() is None


def test_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    package = wheel("demo", "1.0")
    package.write_to(tmp_path)
    source = WheelhousePackages(tmp_path)
    found = source.find(package.filename)
    assert found is not None
    assert found.sha256 == package.sha256
    assert source.find("demo-2.0-py3-none-any.whl") is None
    assert source.find("../demo.txt") is None


def test_a_folder_that_was_removed_counts_as_empty(tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    path = wheel("demo").write_to(folder)
    source = WheelhousePackages(folder)
    assert source.projects() == ["demo"]
    path.unlink()
    folder.rmdir()
    assert source.projects() == []


def test_a_path_that_is_not_a_folder_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(UsageError, match="is not a folder: give the path of a folder with wheels or sdists"):
            WheelhousePackages(wrong)
