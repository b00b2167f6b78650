from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fake_pypi.clients.shell import Shell
from fake_pypi.clients.venv import VirtualEnvironment
from fake_pypi.packages.wheel import wheel


@pytest.fixture
def venv(shell: Shell, tmp_path: Path) -> VirtualEnvironment:
    return VirtualEnvironment(tmp_path / "venv", shell)


def test_its_python_and_pip_come_first(venv: VirtualEnvironment) -> None:
    completed = venv.run(["python", "-c", "import sys, pip; print(sys.prefix); print(pip.__file__)"])
    prefix, pip = completed.stdout.splitlines()
    assert Path(prefix).samefile(venv.path)
    assert Path(pip).is_relative_to(venv.path)


def test_it_has_the_version_of_the_running_interpreter(venv: VirtualEnvironment) -> None:
    completed = venv.run([str(venv.python), "-c", "import sys; print(sys.version_info[:3])"])
    assert completed.stdout.strip() == repr(sys.version_info[:3])


def test_a_typed_command_finds_it_activated(venv: VirtualEnvironment) -> None:
    variable = "%VIRTUAL_ENV%" if os.name == "nt" else "$VIRTUAL_ENV"
    assert venv.run(f"echo {variable}").stdout.strip() == str(venv.path)


def test_a_distribution_file_can_be_installed(venv: VirtualEnvironment, tmp_path: Path) -> None:
    path = wheel("hello", "1.0").write_to(tmp_path)
    venv.install("--no-index", str(path))
    assert "Version: 1.0\n" in venv.run("python -m pip show hello").stdout
