"""The command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi import __version__
from tests.e2e.cli.serving import fake_pypi, own_place


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that break")
def test_a_closed_standard_output_causes_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "fake_pypi", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=own_place(tmp_path),
    )
    assert process.stdout is not None
    process.stdout.close()
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (1, b"")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_characters_that_the_output_does_not_have_are_printed_as_escapes(encoding: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-m", "fake_pypi", "--help"],
        check=False,
        capture_output=True,
        env={**own_place(tmp_path), "PYTHONIOENCODING": encoding},
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "fake-pypi COMMAND …".encode(encoding, "backslashreplace") in ended.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "fake_pypi", "rules"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            env=own_place(tmp_path),
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[:1] == [b"fake-pypi: [Errno 28] No space left on device"]
    assert b"Traceback" not in ended.stderr


def test_python_dash_m_is_the_same_command(tmp_path: Path) -> None:
    assert fake_pypi("--version", env=own_place(tmp_path)).stdout == f"fake-pypi {__version__}\n"
