from __future__ import annotations

import os
from pathlib import Path

import pytest

from fake_pypi.workflows.running.origin_repository import (
    OriginRepository,
    name_in_url,
    origin_name,
    prepare_origin,
    repository_root,
    tags_of,
)
from tests.e2e.workflows.repositories import git


def checkout(folder: Path, *tags: str) -> Path:
    folder.mkdir()
    (folder / "a.txt").write_text("one\n", encoding="utf-8")
    (folder / ".gitignore").write_text("ignored/\n", encoding="utf-8")
    (folder / "ignored").mkdir()
    (folder / "ignored" / "b.txt").write_text("x", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    for tag in tags:
        git(folder, "tag", tag)
    return folder


def state_of(folder: Path) -> dict[str, tuple[float, int]]:
    """Return time and size of every file, those of git included; git renews the times of objects that it reads."""
    files = [Path(root) / name for root, _, names in os.walk(folder) for name in names]
    times = {file: 0.0 if "objects" in file.parts else file.stat().st_mtime for file in files}
    return {str(file): (time, file.stat().st_size) for file, time in times.items()}


def prepared(root: Path, tmp_path: Path, *, tag: str | None = None, branch: str | None = None) -> OriginRepository:
    return prepare_origin(root, tmp_path / "origin.git", tag=tag, branch=branch)


def test_the_commit_of_an_existing_tag_is_used(tmp_path: Path) -> None:
    root = checkout(tmp_path / "demo", "v1.0")
    tagged = git(root, "rev-parse", "v1.0").strip()
    (root / "a.txt").write_text("two\n", encoding="utf-8")

    origin = prepared(root, tmp_path, tag="v1.0")

    assert (origin.sha, origin.ref, origin.read("a.txt")) == (tagged, "refs/tags/v1.0", "one\n")
    assert origin.notes == ("the files of the tag v1.0 are rehearsed; your files differ from them",)


def test_a_tag_that_does_not_exist_is_made_in_the_copy_from_the_files_as_they_are(tmp_path: Path) -> None:
    root = checkout(tmp_path / "demo", "v1.0")
    (root / "a.txt").write_text("two\n", encoding="utf-8")
    (root / "new.txt").write_text("new\n", encoding="utf-8")
    before = state_of(root)

    origin = prepared(root, tmp_path, tag="v1.1")

    assert (origin.read("a.txt"), origin.read("new.txt")) == ("two\n", "new\n")
    assert origin.files() == [".gitignore", "a.txt", "new.txt"]
    assert origin.notes[0] == (
        "there is no tag v1.1: your files, with the changes that are not committed, are rehearsed, with that tag made "
        "in the copy"
    )
    assert state_of(root) == before


def test_a_folder_without_repository_becomes_one_commit(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    for name in ("a.txt", ".venv/lib.py", "dist/old.whl", "src/__pycache__/a.pyc", "src/a.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")

    origin = prepared(root, tmp_path, tag="v1.0")

    assert origin.files() == ["a.txt", "src/a.py"]
    assert origin.default_branch == "main"
    assert origin.notes[0] == f"{root} is no git repository: its files are rehearsed as one commit"
    assert not (root / ".git").exists()


def test_a_branch_has_its_own_commit_and_the_current_one_the_files_as_they_are(tmp_path: Path) -> None:
    root = checkout(tmp_path / "demo")
    git(root, "branch", "other")
    (root / "a.txt").write_text("two\n", encoding="utf-8")

    assert prepare_origin(root, tmp_path / "1.git", tag=None, branch="other").read("a.txt") == "one\n"
    current = prepare_origin(root, tmp_path / "2.git", tag=None, branch=None)
    assert (current.ref, current.read("a.txt")) == ("refs/heads/main", "two\n")
    assert current.notes == ("your files are rehearsed, with the changes that are not committed",)


def test_a_file_that_does_not_exist_has_no_text(tmp_path: Path) -> None:
    assert prepared(checkout(tmp_path / "demo", "v1.0"), tmp_path, tag="v1.0").read("missing.txt") is None


def test_facts_of_the_repository_are_read(tmp_path: Path) -> None:
    root = checkout(tmp_path / "demo", "v1.9", "v1.10")
    git(root, "remote", "add", "origin", "git@github.com:octo/demo.git")

    assert (origin_name(root), tags_of(root)) == ("octo/demo", ["v1.10", "v1.9"])
    assert repository_root(root / ".github" / "workflows" / "release.yml") == root
    assert (origin_name(tmp_path), tags_of(tmp_path)) == (None, [])


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/octo/demo", "octo/demo"),
        ("https://user@github.com/octo/demo.git", "octo/demo"),
        ("ssh://git@github.com/octo/demo.git", "octo/demo"),
        ("git@github.com:octo/demo", "octo/demo"),
        ("https://gitlab.com/octo/demo", None),
        ("/srv/demo.git", None),
        ("", None),
    ],
)
def test_the_name_is_read_from_addresses_of_github(url: str, name: str | None) -> None:
    assert name_in_url(url) == name
