"""On a terminal a step shows the command that it is running; elsewhere it shows nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
COMMAND = [sys.executable, "-m", "pytest", "--fake-pypi", "pyproject.toml", "-v", "-p", "no:cacheprovider"]
SHOWN = "\x1b7 $ python -m build\x1b8\x1b[K"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "backend.py").write_text("raise SystemExit('not today')\n")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are made in another way there")
def test_a_terminal_shows_the_command_as_long_as_it_runs(project: Path) -> None:
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        COMMAND, cwd=project, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    output = read_all(ours)
    assert process.wait() == 1
    assert SHOWN in output


def read_all(terminal: int) -> str:
    """Everything until the other side is closed, which Linux reports as an error."""
    parts = []
    try:
        while part := os.read(terminal, 4096):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(terminal)
    return b"".join(parts).decode()


def test_log_files_contain_no_secret(project: Path) -> None:
    done = subprocess.run(COMMAND, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
