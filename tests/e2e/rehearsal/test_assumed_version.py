"""The version that the copy of a project is given; git runs in the copy, and the user's repository stays unchanged."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.source_copy import copy_source
from fake_pypi.rehearsal.versions.assumed_version import AssumedVersion, assume_version

SCM = {
    "build-system": {"requires": ["setuptools", "setuptools-scm"]},
    "project": {"name": "demo", "dynamic": ["version"]},
}


def git(folder: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always")
    command = ["git", *identity, *arguments]
    done = subprocess.run(command, cwd=folder, env=clean, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(folder: Path, *tags: str) -> Path:
    """Make a repository whose first commit has the tags, and which has one more commit."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "one")
    for tag in tags:
        git(folder, "tag", tag)
    (folder / "demo.py").write_text("1\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "two")
    return folder


def assumed(project: Path, into: Path, requested: str | None = None) -> tuple[AssumedVersion | None, Path]:
    before = state(project)
    copy = copy_source(project, into)
    result = assume_version(copy, top=into, table=SCM, name="demo", requested=requested)
    assert state(project) == before
    return result, copy


def state(project: Path) -> tuple[str, ...]:
    """Return what must not change in the user's repository."""
    if not (project / ".git").exists():
        return ()
    commands = (("for-each-ref",), ("rev-parse", "HEAD"), ("status", "--porcelain"), ("count-objects", "-v"))
    return tuple(git(project, *command) for command in commands)


def described(copy: Path) -> str:
    return git(copy, "describe", "--tags", "--dirty", "--long", "--match", "*[0-9]*")


def test_between_tags_the_copy_is_tagged_as_the_next_release(tmp_path: Path) -> None:
    version, copy = assumed(repository(tmp_path / "demo", "v1.3.0", "v1.4.0"), tmp_path / "copy")
    assert version is not None
    assert version.version == "1.4.1"
    assert "the commit has no tag; the last one is v1.4.0" in version.reason
    assert described(copy).startswith("v1.4.1-0-")


def test_a_tagged_commit_keeps_its_version(tmp_path: Path) -> None:
    project = repository(tmp_path / "demo", "v1.3.0")
    git(project, "tag", "v2.0")
    assert assumed(project, tmp_path / "copy")[0] is None
    assert assumed(project, tmp_path / "again", "2.0")[0] is None
    requested, copy = assumed(project, tmp_path / "other", "3.0.0")
    assert requested is not None
    assert requested.reason.startswith("as requested")
    assert "v3.0.0" in git(copy, "tag", "--points-at", "HEAD")


def test_changed_files_are_committed_in_the_copy(tmp_path: Path) -> None:
    project = repository(tmp_path / "demo")
    git(project, "tag", "-a", "-m", "x", "2024.5")
    (project / "demo.py").write_text("2\n")
    version, copy = assumed(project, tmp_path / "copy")
    assert version is not None
    assert "files are changed since the tag 2024.5" in version.reason
    assert described(copy).startswith("2024.6-0-")
    assert "dirty" not in described(copy)


def test_a_shallow_clone_without_tags_is_named_as_the_cause(tmp_path: Path) -> None:
    repository(tmp_path / "origin", "v1.3.0")
    git(tmp_path, "clone", "--quiet", "--depth", "1", (tmp_path / "origin").as_uri(), "demo")
    version, copy = assumed(tmp_path / "demo", tmp_path / "copy")
    assert version is not None
    assert version.version == "0.1.0"
    assert "shallow clone without tags (with actions/checkout, `fetch-depth: 0` fetches the tags)" in version.reason
    assert described(copy).startswith("v0.1.0-0-")


def test_the_repository_behind_a_worktree_is_not_tagged(tmp_path: Path) -> None:
    main = repository(tmp_path / "main", "v1.3.0")
    git(main, "worktree", "add", "--quiet", "../demo")
    (tmp_path / "demo" / "demo.py").write_text("changed\n")
    before = state(main)
    version, copy = assumed(tmp_path / "demo", tmp_path / "copy")
    assert version is not None
    assert version.version == "1.3.1"
    assert described(copy).startswith("v1.3.1-0-")
    assert git(copy, "status", "--porcelain") == ""
    assert state(main) == before


def test_the_repository_of_a_submodule_is_not_tagged(tmp_path: Path) -> None:
    repository(tmp_path / "origin", "v1.3.0")
    outer = repository(tmp_path / "outer")
    git(outer, "submodule", "--quiet", "add", (tmp_path / "origin").as_uri(), "demo")
    version, copy = assumed(outer / "demo", tmp_path / "copy")
    assert version is not None
    assert version.version == "1.3.1"
    assert described(copy).startswith("v1.3.1-0-")


def test_without_a_repository_a_variable_sets_the_version(tmp_path: Path) -> None:
    project = tmp_path / "demo"
    project.mkdir()
    version, _ = assumed(project, tmp_path / "copy")
    assert version is not None
    assert version.variables == {"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO": "0.1.0"}


def test_an_unpacked_sdist_keeps_its_version(tmp_path: Path) -> None:
    project = tmp_path / "demo"
    project.mkdir()
    (project / "PKG-INFO").write_text("Version: 1.0\n")
    assert assumed(project, tmp_path / "copy")[0] is None
    version, _ = assumed(project, tmp_path / "again", "3.0")
    assert version is not None
    assert version.version == "3.0"


def test_a_declared_version_is_changed_in_the_copy_only(tmp_path: Path) -> None:
    project = tmp_path / "demo"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.0"\n')
    table = {"project": {"name": "demo", "version": "1.0"}}
    copy = copy_source(project, tmp_path / "copy")
    assert assume_version(copy, top=tmp_path / "copy", table=table, name="demo", requested=None) is None
    version = assume_version(copy, top=tmp_path / "copy", table=table, name="demo", requested="3.0.0")
    assert version is not None
    assert str(version) == "3.0.0, as requested, instead of 1.0 (pyproject.toml:3, changed in the copy only)"
    assert 'version = "3.0.0"' in (copy / "pyproject.toml").read_text()
    assert 'version = "1.0"' in (project / "pyproject.toml").read_text()


def test_a_version_that_is_computed_cannot_be_requested(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("setup(version=compute())\n")
    with pytest.raises(StepFailed, match=r"the version cannot be changed to 3\.0"):
        assume_version(tmp_path, top=tmp_path, table={}, name="demo", requested="3.0")
