"""What README.md shows is true: its test passes, its script runs, its files for other tools can be read."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
TOX = re.findall(r"```ini\n(.*?)```", README, re.DOTALL)


def test_the_tests_in_the_readme_pass(pytester: pytest.Pytester) -> None:
    shown = [block for block in PYTHON if "def test_" in block]
    pytester.makepyfile(*shown)
    result = pytester.runpytest_subprocess("-p", "no:randomly", timeout=120)
    result.assert_outcomes(passed=len(shown))
    assert len(shown) == 2


def test_the_scripts_in_the_readme_run(tmp_path: Path) -> None:
    shown = [block for block in PYTHON if "def " not in block]
    for script in shown:
        command = [sys.executable, "-W", "error", "-c", script]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert len(shown) == 1


def test_the_session_for_nox_is_python() -> None:
    shown = [block for block in PYTHON if "@nox.session" in block]
    for block in shown:
        compile(block, "README.md", "exec")
    assert len(shown) == 1


def test_the_environment_for_tox_can_be_read() -> None:
    parser = ConfigParser()
    parser.read_string("\n".join(TOX))
    assert parser["testenv:rehearse"]["commands"] == "fake-pypi rehearse"
