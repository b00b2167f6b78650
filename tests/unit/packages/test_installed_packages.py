from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.utils import canonicalize_name

from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.package import Package
from fake_pypi.packages.wheel import wheel


def put(site: Path, name: str, version: str = "1.0", **fields: Any) -> Path:
    """Unpack a pure wheel as an installer does, and return the dist-info folder."""
    package = wheel(name, version, **fields)
    with package.open() as file, ZipFile(file) as archive:
        archive.extractall(site)
    return site / f"{'-'.join(package.filename.split('-')[:2])}.dist-info"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def test_an_installed_project_is_listed_by_its_normalized_name(site: Path, tmp_path: Path) -> None:
    put(site, "Demo.Tool", "1.0", requires_python=">=3.8")
    (file,) = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo-tool")
    assert (file.project, file.version, file.filename) == (
        "demo-tool",
        "1.0",
        "demo_tool-1.0-py3-none-any.whl",
    )
    assert file.requires_python == ">=3.8"
    assert file.upload_time < datetime(2021, 1, 1, tzinfo=timezone.utc)
    assert file.yanked is False


def test_the_wheel_is_made_on_request_and_not_before(site: Path, tmp_path: Path) -> None:
    put(site, "demo")
    (file,) = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")
    assert file.metadata() is not None
    assert not (tmp_path / "cache").exists()
    assert file.sha256 == Package.at(file.path()).sha256
    assert file.size == file.path().stat().st_size


def test_excluded_projects_editable_installs_and_those_without_record_are_left_out(site: Path, tmp_path: Path) -> None:
    put(site, "rehearsed")
    editable = put(site, "editable")
    (editable / "direct_url.json").write_text(json.dumps({"url": "file:///x", "dir_info": {"editable": True}}))
    finder = put(site, "by-finder", files={"__editable___by_finder_1_0_finder.py": ""})
    pth = put(site, "by-pth", files={"_editable_impl_by_pth.pth": ""})
    unrecorded = put(site, "unrecorded")
    (unrecorded / "RECORD").unlink()
    (put(site, "no-wheel-file") / "WHEEL").unlink()
    (put(site, "nonsense") / "METADATA").write_bytes(b"Metadata-Version: 2.1\nName: nonsense\nVersion: x y\n")
    (put(site, "nameless") / "METADATA").write_bytes(b"")
    (site / "legacy-1.0.egg-info").mkdir()
    put(site, "good")
    source = InstalledPackages(tmp_path / "cache", paths=[site], without={"rehearsed"})
    assert source.projects() == ["good"]
    for name in (
        "rehearsed",
        "editable",
        "by-finder",
        "by-pth",
        "unrecorded",
        "no-wheel-file",
        "legacy",
        "unknown",
    ):
        assert list(source.files(name)) == []
    assert finder.exists()
    assert pth.exists()


def test_setuptools_which_contains_code_for_editable_installs_is_not_one(tmp_path: Path) -> None:
    source = InstalledPackages(tmp_path)
    assert {"setuptools", "pip", "wheel"} <= set(source.projects())
    assert "pytest-fake-pypi" not in source.projects()


def test_the_first_of_two_folders_takes_precedence_as_for_import(site: Path, tmp_path: Path) -> None:
    put(site, "demo", "2.0")
    put(tmp_path / "later", "demo", "1.0")
    source = InstalledPackages(tmp_path / "cache", paths=[tmp_path / "not there", site, tmp_path / "later"])
    assert [file.version for file in source.files("demo")] == ["2.0"]


def test_private_copies_of_setuptools_are_not_installed(tmp_path: Path) -> None:
    put(tmp_path / "_vendor", "hidden")
    assert InstalledPackages(tmp_path / "cache", paths=[tmp_path / "_vendor"]).projects() == []


def test_missing_files_and_files_outside_the_environment_are_left_out(site: Path, tmp_path: Path) -> None:
    dist_info = put(site, "demo", files={"demo/gone.py": "", "demo/stays.py": ""})
    (site / "demo" / "gone.py").unlink()
    (tmp_path / "secret.txt").write_text("not part of the package")
    with (dist_info / "RECORD").open("a", encoding="utf-8") as record:
        record.write(f"../secret.txt,,\n{tmp_path / 'secret.txt'},,\n")
    (file,) = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")
    with ZipFile(file.path()) as archive:
        assert sorted(name for name in archive.namelist() if "dist-info" not in name) == [
            "demo/__init__.py",
            "demo/stays.py",
        ]


def test_a_file_is_found_by_its_name(site: Path, tmp_path: Path) -> None:
    put(site, "Demo.Tool", "1.0")
    source = InstalledPackages(tmp_path / "cache", paths=[site])
    found = source.find("demo_tool-1.0-py3-none-any.whl")
    assert found is not None
    assert found.project == "demo-tool"
    assert source.find("demo_tool-2.0-py3-none-any.whl") is None
    assert source.find("") is None


def test_concurrent_requests_get_one_complete_wheel(tmp_path: Path) -> None:
    source = InstalledPackages(tmp_path / "cache")
    barrier = threading.Barrier(8)

    def ask(_: int) -> tuple[str, bytes]:
        barrier.wait(timeout=30)
        (file,) = source.files("packaging")
        return file.sha256, file.path().read_bytes()

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(8)))
    assert len(answers) == 1
    assert [path.suffix for path in (tmp_path / "cache").rglob("*.*")] == [".whl"]


def test_two_sources_share_a_cache_without_outdated_files(site: Path, tmp_path: Path) -> None:
    put(site, "demo", files={"demo/x.py": "1\n"})
    first = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")[0]
    assert InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")[0].path() == first.path()
    put(site, "demo", files={"demo/x.py": "2\n"})
    second = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")[0]
    assert second.sha256 != first.sha256


def test_every_project_of_this_environment_has_a_normalized_name_and_a_readable_wheel(tmp_path: Path) -> None:
    source = InstalledPackages(tmp_path)
    for project in source.projects():
        (file,) = source.files(project)
        assert project == canonicalize_name(file.filename.split("-")[0])
        assert (file.metadata() or b"").startswith(b"Metadata-Version")


def test_the_environment_is_listed_once(site: Path, tmp_path: Path) -> None:
    put(site, "early")
    source = InstalledPackages(tmp_path / "cache", paths=[site])
    assert list(source.files("unknown")) == []
    put(site, "late")
    assert source.projects() == ["early"]


def test_data_files_of_the_environment_are_in_the_data_folder_of_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "prefix" / "lib" / "site-packages"
    manual = tmp_path / "prefix" / "share" / "man" / "demo.1"
    manual.parent.mkdir(parents=True)
    manual.write_text("DEMO(1)")
    dist_info = put(site, "demo")
    with (dist_info / "RECORD").open("a", encoding="utf-8") as record:
        record.write("../../share/man/demo.1,,\n")
    monkeypatch.setattr("sys.prefix", str(tmp_path / "prefix"))
    (file,) = InstalledPackages(tmp_path / "cache", paths=[site]).files("demo")
    with ZipFile(file.path()) as archive:
        assert archive.read("demo-1.0.data/data/share/man/demo.1") == b"DEMO(1)"
