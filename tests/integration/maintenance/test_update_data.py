"""The task that reads the data files again, on small lists and a small repository that the tests make."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.reference_data import FOLDER, DataFile, data_file
from maintenance import update_data
from maintenance.git_clone import GitClone

LEGACY = """
import re
ONE_MB = 1024 * 1024
MAX_FILESIZE = 100 * ONE_MB
MAX_PROJECT_SIZE = 10 * 1024 * ONE_MB
COMPRESSION_RATIO_MIN_SIZE = 64 * ONE_MB
COMPRESSION_RATIO_THRESHOLD = 50
_allowed_platforms = {"any", "win32"}
_macosx_platform_re = re.compile("macosx_.*")
_macosx_arches = {"arm64"}
_macosx_major_versions = {"11", "26"}
_ios_arches = {"arm64"}
_android_arches = {"x86"}
_jointlinux_arches = {"x86_64"}
_manylinux_arches = _jointlinux_arches | {"ppc64"}
_musllinux_arches = _jointlinux_arches
"""
MIGRATION = """
def upgrade():
    op.execute("INSERT INTO blacklist (name, comment) VALUES ('Requirements.txt', 'a file')")
    op.execute("INSERT INTO users (name) VALUES ('carol')")
"""


def repository(folder: Path, legacy: str = LEGACY) -> GitClone:
    """Return a repository with one commit."""
    for path, text in {
        "warehouse/forklift/legacy.py": legacy,
        "warehouse/migrations/versions/0a_prohibit.py": MIGRATION,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", "-C", str(folder), *identity, *command], check=True, capture_output=True)
    return GitClone(folder)


def test_platform_tags_limits_and_names_are_read_from_a_clone(tmp_path: Path) -> None:
    clone = repository(tmp_path)
    commit = clone.commit("HEAD")
    tags = update_data.platform_tags(clone, commit)
    assert tags.values == {
        "single": ["any", "win32"],
        "macosx": ["arm64"],
        "macosx_majors": ["11", "26"],
        "manylinux": ["ppc64", "x86_64"],
        "musllinux": ["x86_64"],
        "ios": ["arm64"],
        "android": ["x86"],
    }
    assert (tags.version, tags.date) == (commit[:7], clone.date(commit))
    assert update_data.limits(clone, commit).values == {
        "file_size": 104857600,
        "project_size": 10737418240,
        "compression_ratio": 50,
        "compression_ratio_min_size": 67108864,
    }
    assert update_data.prohibited_names(clone, commit).values == ["requirements-txt"]


def test_the_names_of_the_values_are_those_of_the_data_files() -> None:
    assert set(data_file("platform_tags").values) == set(update_data.PLATFORM_TAGS)
    assert set(data_file("limits").values) == set(update_data.LIMITS)
    names = {*update_data.FROM_LIBRARIES, *update_data.FROM_CLONE}
    assert names == {file.stem for file in FOLDER.glob("*.json")}


def test_a_variable_that_the_server_no_longer_has_is_named(tmp_path: Path) -> None:
    clone = repository(tmp_path, LEGACY.replace("MAX_FILESIZE", "LARGEST_FILE"))
    with pytest.raises(UsageError, match="no variable MAX_FILESIZE"):
        update_data.limits(clone, clone.commit("HEAD"))


def test_the_data_files_are_those_of_the_installed_libraries() -> None:
    """Fails when a library was updated: run `python tasks.py update-data`."""
    for name, read in update_data.FROM_LIBRARIES.items():
        new, stored = read(), data_file(name)
        if new.version == stored.version:
            assert new.values == stored.values


def test_what_was_added_and_removed_is_printed(tmp_path: Path) -> None:
    first = DataFile("2026-01-01", "https://example.org/1", "1", {"cpus": ["arm64", "ppc"], "size": 5})
    second = DataFile("2026-02-01", "https://example.org/2", "2", {"cpus": ["arm64", "x86"], "size": 6})
    assert update_data.update(tmp_path, "tags", first).startswith("tags: (new) -> 1")
    assert update_data.update(tmp_path, "tags", first) == "tags: unchanged, 1"
    assert update_data.update(tmp_path, "tags", second).split("\n  ") == [
        "tags: 1 -> 2",
        "+ cpus: x86",
        "+ size: 6",
        "- cpus: ppc",
        "- size: 5",
    ]
    assert json.loads((tmp_path / "tags.json").read_text(encoding="utf-8"))["date"] == "2026-02-01"


def test_the_task_writes_all_files_and_nothing_the_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone, folder = repository(tmp_path / "clone"), tmp_path / "data"
    folder.mkdir()
    command = [str(clone.folder), "--to", "HEAD"]
    assert update_data.main(command, folder) == 0
    assert len(list(folder.glob("*.json"))) == 5
    capsys.readouterr()
    assert update_data.main(command, folder) == 0
    assert capsys.readouterr().out.count(": unchanged") == 5


def test_a_clone_without_the_commit_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone, folder = repository(tmp_path / "clone"), tmp_path / "data"
    folder.mkdir()
    assert update_data.main([str(clone.folder), "--to", "0" * 40], folder) == 2
    assert "fetch origin" in capsys.readouterr().err
