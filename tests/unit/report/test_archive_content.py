"""What a report says about a wheel or an sdist."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.report import archive_content
from fake_pypi.report.archive_content import file_report


def test_a_wheel(tmp_path: Path) -> None:
    package = wheel("demo", "1.0", summary="Something", dependencies=["rich"], project_urls={"Home": "https://e.com/"})
    report = file_report(package.write_to(tmp_path))
    assert (report.filename, report.kind, report.size) == (package.filename, "bdist_wheel", package.size)
    assert (report.sha256, report.blake2_256) == (package.sha256, package.blake2_256)
    assert report.member_count == len(report.members) > 3
    assert "demo-1.0.dist-info/METADATA" in {member.name for member in report.members}
    assert report.metadata["requires_dist"] == ["rich"]
    assert report.metadata["project_urls"] == ["Home, https://e.com/"]
    assert report.problem == ""


def test_an_sdist_has_no_folders_and_no_description(tmp_path: Path) -> None:
    report = file_report(sdist("demo", "1.0", description="# Long").write_to(tmp_path))
    assert report.kind == "sdist"
    assert {member.name for member in report.members} >= {"demo-1.0/PKG-INFO", "demo-1.0/pyproject.toml"}
    assert "description" not in report.metadata


@pytest.mark.parametrize("make", [wheel, sdist])
def test_members_beyond_the_limit_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: type[object]
) -> None:
    path = make("demo", "1.0").write_to(tmp_path)  # type: ignore[call-arg, attr-defined]
    count = file_report(path).member_count
    monkeypatch.setattr(archive_content, "MOST_MEMBERS", 2)
    report = file_report(path)
    assert (len(report.members), report.member_count) == (2, count)


@pytest.mark.parametrize("name", ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz", "demo-1.0.zip"])
def test_a_broken_archive_has_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not an archive")
    report = file_report(tmp_path / name)
    assert report.size == 14
    assert "cannot be read" in report.problem
    assert report.members == ()
