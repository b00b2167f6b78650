"""The output of commands, cleaned for a report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.rehearsal.output import plain, reason_in, without_traceback_of_build


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("Traceback (most recent call last):\n  File 'x'\n    y\nNameError: no x\n\nERROR exited", "NameError: no x"),
        ("  Traceback (most recent call last):\n    File 'x'\n  a.b.SomeError: no y\n  more", "a.b.SomeError: no y"),
        ("noise\nerror: metadata is wrong\nmore", "error: metadata is wrong"),
        ("nothing to see", None),
    ],
)
def test_the_reason_of_a_failure_is_the_end_of_its_traceback(output: str, reason: str | None) -> None:
    assert reason_in(output) == reason


def test_how_build_came_to_start_pip_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["no-such-backend>=7"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "build"]
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, cwd=tmp_path, env=offline, capture_output=True, text=True, check=False)
    assert "Traceback" in plain(done)
    output = without_traceback_of_build(plain(done))
    assert "Traceback" not in output
    assert "CalledProcessError" not in output
    assert "No matching distribution found for no-such-backend>=7" in " ".join(output.split()).replace("- ", "-")


def test_colours_and_progress_bars_are_taken_out() -> None:
    done = subprocess.CompletedProcess("x", 0, "\x1b[32mPASSED\x1b[0m\n\x1b[2K 100% ━━━━ 5.3/5.3 kB\nend", "")
    assert plain(done) == "PASSED\nend"
