from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.packages.wheelhouse import WheelhousePackages


def test_wheels_and_sdists_are_offered_by_project(tmp_path: Path) -> None:
    made = wheel("Demo.Tool", "1.0", requires_python=">=3.9")
    made.write_to(tmp_path)
    sdist("demo-tool", "2.0", requires_python=">=3.10").write_to(tmp_path)
    wheel("other").write_to(tmp_path)
    source = WheelhousePackages(tmp_path)
    first, second = source.offers("demo-tool")
    assert (first.version, first.filename, first.requires_python) == ("1.0", made.filename, ">=3.9")
    assert (first.size, first.sha256, first.path().read_bytes()) == (made.size, made.sha256, made.read())
    assert (second.version, second.requires_python) == ("2.0", ">=3.10")
    assert source.projects() == ["demo-tool", "other"]
    assert list(source.offers("unknown")) == []


def test_only_wheels_have_their_metadata_beside_them(tmp_path: Path) -> None:
    wheel("demo", "1.0").write_to(tmp_path)
    sdist("demo", "1.0").write_to(tmp_path)
    said = {offer.filename: offer.metadata() for offer in WheelhousePackages(tmp_path).offers("demo")}
    assert said["demo-1.0.tar.gz"] is None
    assert (said["demo-1.0-py3-none-any.whl"] or b"").startswith(b"Metadata-Version: 2.4\nName: demo\n")


def test_a_file_that_comes_later_is_seen_and_one_that_goes_is_gone(tmp_path: Path) -> None:
    source = WheelhousePackages(tmp_path)
    assert list(source.offers("demo")) == []
    path = wheel("demo").write_to(tmp_path)
    assert [offer.filename for offer in source.offers("demo")] == [path.name]
    path.unlink()
    assert list(source.offers("demo")) == []


def test_a_file_that_is_replaced_in_place_has_its_new_digest(tmp_path: Path) -> None:
    source = WheelhousePackages(tmp_path)
    wheel("demo").write_to(tmp_path)
    before = source.offers("demo")[0].sha256
    newer = wheel("demo", summary="another summary altogether")
    newer.write_to(tmp_path)
    assert source.offers("demo")[0].sha256 == newer.sha256 != before


def test_folders_below_and_files_that_are_no_distributions_are_passed_over(tmp_path: Path) -> None:
    wheel("below").write_to(tmp_path / "folder")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "demo.whl").write_text("no version")
    assert WheelhousePackages(tmp_path).projects() == []


def test_a_broken_file_is_still_offered_and_only_says_less(tmp_path: Path) -> None:
    wheel("demo", broken="bad-zip").write_to(tmp_path)
    (offer,) = WheelhousePackages(tmp_path).offers("demo")
    assert offer.requires_python is None
    assert offer.metadata() is None


def test_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    package = wheel("demo", "1.0")
    package.write_to(tmp_path)
    source = WheelhousePackages(tmp_path)
    found = source.find(package.filename)
    assert found is not None
    assert found.sha256 == package.sha256
    assert source.find("demo-2.0-py3-none-any.whl") is None
    assert source.find("../demo.txt") is None


def test_a_folder_that_is_taken_away_is_empty(tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    path = wheel("demo").write_to(folder)
    source = WheelhousePackages(folder)
    assert source.projects() == ["demo"]
    path.unlink()
    folder.rmdir()
    assert source.projects() == []


def test_a_path_that_is_no_folder_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "nothing", tmp_path / "file"):
        with pytest.raises(UsageError, match="is no folder: name one that holds wheels or sdists"):
            WheelhousePackages(wrong)
