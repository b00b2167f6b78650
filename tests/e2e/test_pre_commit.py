"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit.

Here is the hook that needs no installation; the session `recipes` of nox has the other one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import wheel
from tests.e2e.workflows.repositories import git

HOOKS = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git repository beside one that has only our hooks."""
    for name in ("hooks", "project"):
        folder = tmp_path / name
        folder.mkdir()
        git(folder, "init", "--quiet", "--initial-branch=main")
        (folder / ".gitignore").write_text("dist/\n", encoding="utf-8")
        if name == "hooks":
            shutil.copy(HOOKS, folder)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "Begin")
    return tmp_path / "project"


def pre_commit(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "PRE_COMMIT_HOME": str(project.parent / "home"), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *words]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_the_hooks_are_valid(tmp_path: Path) -> None:
    result = pre_commit(tmp_path, "validate-manifest", str(HOOKS))
    assert (result.returncode, result.stdout) == (0, ""), result


def test_the_hook_checks_the_built_files_before_a_push(project: Path) -> None:
    words = ("try-repo", str(project.parent / "hooks"), "fake-pypi-check-installed", "--hook-stage", "pre-push")
    nothing_built = pre_commit(project, *words)
    assert nothing_built.returncode == 0, nothing_built

    wheel("hello", "1.0").write_to(project / "dist")
    accepted = pre_commit(project, *words, "--verbose")
    assert accepted.returncode == 0, accepted
    assert "dist/hello-1.0-py3-none-any.whl: PyPI would accept it" in accepted.stdout

    wheel("hello", "2.0", summary="x" * 513).write_to(project / "dist")
    rejected = pre_commit(project, *words)
    assert rejected.returncode == 1
    assert "dist/hello-2.0-py3-none-any.whl: PyPI would reject it, for 1 reason" in rejected.stdout
