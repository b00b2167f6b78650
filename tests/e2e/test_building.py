"""What a build needs of the user comes into a shell: compilers, flags, git, toolchains below the real home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.errors import CommandFailed
from fake_pypi.fake import FakeIndexes
from tests.e2e.provision import programs_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the compilers' names are those of POSIX systems"),
]


@pytest.fixture
def indexes() -> Iterator[FakeIndexes]:
    with FakeIndexes() as indexes:
        yield indexes
        assert indexes.blocked_requests == []


def shell_of(indexes: FakeIndexes, directory: Path, user: Mapping[str, str], **settings: list[str]) -> Shell:
    """A shell of a user with these variables besides those of the session."""
    return Shell(indexes.connection(), directory=directory, user={**os.environ, **user}, **settings)  # type: ignore[arg-type]


def copied(example: str, tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLES / example, tmp_path / example)


def built(shell: Shell, project: Path) -> str:
    shell.run([sys.executable, "-m", "build", "--wheel", "--no-isolation"], cwd=project)
    (made,) = (project / "dist").iterdir()
    return made.name


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")
def test_a_c_extension_is_built_with_the_compiler_and_the_flags_of_the_user(
    indexes: FakeIndexes, tmp_path: Path
) -> None:
    compiler = tmp_path / "recorded-cc"
    compiler.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path / "calls"}\nexec cc "$@"\n', encoding="utf-8")
    compiler.chmod(0o755)
    shell = shell_of(indexes, tmp_path / "shell", {"CC": str(compiler), "CFLAGS": "-DOF_THE_USER=1"})
    assert built(shell, copied("c-extension", tmp_path)).startswith("swift_fletcher-")
    assert "-DOF_THE_USER=1" in (tmp_path / "calls").read_text(encoding="utf-8")


def test_setuptools_scm_takes_the_version_from_the_tag(indexes: FakeIndexes, tmp_path: Path) -> None:
    project = copied("setuptools-scm", tmp_path)
    shell = shell_of(indexes, tmp_path / "shell", {"GIT_AUTHOR_NAME": "Somebody", "GIT_COMMITTER_NAME": "Somebody"})
    shell.script(
        """
        git init --quiet
        git config --global user.email somebody@users.example
        git add .
        git commit --quiet --message "The first version"
        git tag v3.2.1
        """,
        cwd=project,
    )
    assert built(shell, project).startswith("tagged_tides-3.2.1-")
    assert shell.run("git log -1 --format=%an", cwd=project).stdout == "Somebody\n"


def test_setuptools_scm_takes_the_version_that_the_user_pretends(indexes: FakeIndexes, tmp_path: Path) -> None:
    shell = shell_of(indexes, tmp_path / "shell", {"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_TAGGED_TIDES": "9.8.7"})
    assert built(shell, copied("setuptools-scm", tmp_path)).startswith("tagged_tides-9.8.7-")


def _cargo_works() -> bool:
    cargo = shutil.which("cargo")
    return cargo is not None and subprocess.run([cargo, "--version"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not _cargo_works(), reason="there is no cargo")
def test_maturin_builds_with_the_toolchain_below_the_real_home(indexes: FakeIndexes, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "main.rs").write_text('fn main() { println!("{}", env!("GREETING")); }\n', encoding="utf-8")
    package = '[package]\nname = "hello-rust"\nversion = "1.0.0"\nedition = "2021"\n'
    (project / "Cargo.toml").write_text(package, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'
        '[project]\nname = "hello-rust"\nversion = "1.0.0"\n[tool.maturin]\nbindings = "bin"\n',
        "utf-8",
    )
    programs = programs_of("maturin", "newest")
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    user = {"PATH": path, "GREETING": "hello", "RUSTFLAGS": "--cfg of_the_user"}
    with pytest.raises(CommandFailed, match="GREETING"):
        shell_of(indexes, tmp_path / "without", user).run("maturin build --offline --out dist", cwd=project)
    shell = shell_of(indexes, tmp_path / "shell", user, pass_env=["GREET*"])
    shell.run("maturin build --offline --out dist", cwd=project)
    (made,) = (project / "dist").iterdir()
    assert made.name.startswith("hello_rust-1.0.0-py3-none-")
