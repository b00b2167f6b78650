"""The copy in which a project is built holds what `python -m build` would see, and nothing more."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fake_pypi.rehearsal.source_copy import copy_source


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def git(folder: Path, *arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, env=clean, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def checkout(folder: Path) -> Path:
    write(folder, "pyproject.toml", "src/hello/__init__.py")
    (folder / ".gitignore").write_text("*.log\ngenerated/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "one")
    git(folder, "tag", "v1.0")
    return folder


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in found if path.relative_to(folder).parts[0] != ".git")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "hello"
    folder.mkdir()
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def test_environments_caches_and_build_results_are_not_copied(project: Path, target: Path) -> None:
    write(project, "pyproject.toml", "hello.py", "build/lib/hello.py", "dist/hello-1.0.tar.gz")
    write(project, "env/pyvenv.cfg", "env/lib/x.py", "__pycache__/hello.pyc", "node_modules/a/b.js")
    write(project, "src/build/__init__.py", ".tox/py/x", "hello.egg-info/SOURCES.txt")
    copy = copy_source(project, target)
    assert files(copy) == ["hello.egg-info/SOURCES.txt", "hello.py", "pyproject.toml", "src/build/__init__.py"]


def test_a_package_named_build_is_not_excluded(project: Path, target: Path) -> None:
    write(project, "pyproject.toml", "build/__init__.py")
    assert files(copy_source(project, target)) == ["build/__init__.py", "pyproject.toml"]


def test_in_a_checkout_the_files_of_git_are_copied(project: Path, target: Path) -> None:
    checkout(project)
    write(project, "new.py", "debug.log", "generated/x.py", "env/pyvenv.cfg", "env/x.py", "dist/hello.whl")
    copy = copy_source(project, target)
    assert files(copy) == [".gitignore", "new.py", "pyproject.toml", "src/hello/__init__.py"]


def test_git_knows_the_same_version_in_the_copy(project: Path, target: Path) -> None:
    copy = copy_source(checkout(project), target)
    assert git(copy, "describe", "--dirty", "--tags") == "v1.0"
    assert git(copy, "ls-files").splitlines() == git(project, "ls-files").splitlines()


def test_commits_in_the_copy_do_not_change_the_original(project: Path, target: Path) -> None:
    copy = copy_source(checkout(project), target)
    before = sorted((project / ".git" / "objects").rglob("*"))
    write(copy, "more.py")
    git(copy, "add", ".")
    git(copy, "commit", "--quiet", "-m", "two")
    assert sorted((project / ".git" / "objects").rglob("*")) == before
    assert git(project, "log", "--format=%s") == "one"


def test_the_checkout_around_a_project_is_copied(project: Path, target: Path) -> None:
    checkout(project)
    write(project, "packages/inner/pyproject.toml", "packages/inner/inner.py")
    git(project, "add", ".")
    copy = copy_source(project / "packages" / "inner", target)
    assert copy == target / "hello" / "packages" / "inner"
    assert (target / "hello" / "src" / "hello" / "__init__.py").is_file()


@pytest.mark.parametrize("in_git", [False, True])
def test_temporary_folders_inside_the_project_are_not_copied(project: Path, in_git: bool) -> None:
    write(project, "pyproject.toml", "fake-pypi-notes/mine.txt", "fake-pypi-abc/process.lock")
    write(project, "fake-pypi-abc/rehearsal-1/other.txt")
    if in_git:
        checkout(project)
        git(project, "rm", "-r", "--cached", "--quiet", "fake-pypi-abc")
    target = project / "fake-pypi-abc" / "rehearsal-1" / "source"
    copied = files(copy_source(project, target))
    assert "fake-pypi-notes/mine.txt" in copied
    assert not [name for name in copied if name.startswith("fake-pypi-abc/")]


def test_a_project_that_git_ignores_is_copied_completely(project: Path, target: Path) -> None:
    checkout(project)
    write(project, "generated/unpacked/pyproject.toml", "generated/unpacked/x.py")
    copy = copy_source(project / "generated" / "unpacked", target)
    assert files(copy) == ["pyproject.toml", "x.py"]


def test_a_worktree_is_a_checkout_too(project: Path, target: Path, tmp_path: Path) -> None:
    checkout(project)
    git(project, "worktree", "add", "--quiet", str(tmp_path / "other"))
    copy = copy_source(tmp_path / "other", target)
    assert git(copy, "describe", "--tags") == "v1.0"


def test_links_stay_links_with_the_same_target(project: Path, target: Path, tmp_path: Path) -> None:
    write(project, "pyproject.toml", "docs/page.md")
    write(tmp_path, "shared/LICENSE")
    (project / "inside").symlink_to("docs/page.md")
    (project / "folder").symlink_to("docs")
    (project / "LICENSE").symlink_to("../shared/LICENSE")
    copy = copy_source(project, target)
    assert (copy / "inside").readlink() == Path("docs/page.md")
    assert (copy / "folder").readlink() == Path("docs")
    assert (copy / "LICENSE").is_symlink()
    assert (copy / "LICENSE").read_text() == "shared/LICENSE"


def test_the_time_and_the_mode_of_files_are_kept(project: Path, target: Path) -> None:
    write(project, "pyproject.toml", "run.sh")
    (project / "run.sh").chmod(0o755)
    os.utime(project / "run.sh", (1_000_000_000, 1_000_000_000))
    copy = copy_source(project, target) / "run.sh"
    assert copy.stat().st_mtime == 1_000_000_000
    assert os.access(copy, os.X_OK)


def test_a_file_that_is_deleted_but_not_committed_is_missing_in_the_copy_too(project: Path, target: Path) -> None:
    checkout(project)
    (project / "src" / "hello" / "__init__.py").unlink()
    assert files(copy_source(project, target)) == [".gitignore", "pyproject.toml"]


def test_links_become_files_where_links_need_a_privilege(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(project)
    (project / "inside.md").symlink_to("pyproject.toml")

    def link_as_windows_does(self: Path, target: Path, target_is_directory: bool = False) -> None:
        raise OSError(22, "A required privilege is not held by the client", str(self))

    monkeypatch.setattr(Path, "symlink_to", link_as_windows_does)
    copy = copy_source(project, tmp_path / "copy-on-windows")
    assert not (copy / "inside.md").is_symlink()
    assert (copy / "inside.md").read_bytes() == (project / "pyproject.toml").read_bytes()
