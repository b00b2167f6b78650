"""On a terminal a step shows the command that it is running and durations; elsewhere only the summary has these."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
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


def on_a_terminal(command: list[str], folder: Path, on_output: Callable[[str], None] = lambda _: None) -> str:
    """The output of a command on a pseudo-terminal; `on_output` is called with all of it so far."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    output = b""
    try:
        while part := os.read(ours, 4096):
            output += part
            on_output(output.decode(errors="replace"))
    except OSError:  # how Linux reports that the other side is closed
        pass
    finally:
        os.close(ours)
    assert process.wait() == 1
    return output.decode()


needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are made in another way there")


@needs_terminal
def test_a_terminal_shows_the_command_as_long_as_it_runs_and_the_duration_of_the_step(project: Path) -> None:
    output = on_a_terminal(COMMAND, project)
    assert SHOWN in output
    assert re.search(r"release::build .*FAILED \(\d+\.\d s\)", output)


@needs_terminal
def test_a_terminal_shows_for_how_long_a_command_has_run(project: Path) -> None:
    (project / "backend.py").write_text(
        "import pathlib, sys\n"
        f"while not pathlib.Path({str(project / 'seen')!r}).exists(): pass\n"
        "raise SystemExit('not today')\n"
    )

    def end_when_seconds_are_shown(output: str) -> None:
        if "$ python -m build (1 s)" in output:
            (project / "seen").touch()

    output = on_a_terminal([sys.executable, "-m", "fake_pypi", "rehearse"], project, end_when_seconds_are_shown)
    assert "\x1b8\x1b[K\x1b7 $ python -m build (1 s)" in output
    assert "time of" in output


def test_a_log_file_has_no_control_characters_and_durations_only_in_the_summary(project: Path) -> None:
    done = subprocess.run(COMMAND, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert re.findall(r"\d\.\d s", done.stdout.partition("= fake PyPI =")[0]) == []
    assert re.search(r"^time of .*: build \d+\.\d s$", done.stdout, re.MULTILINE)
