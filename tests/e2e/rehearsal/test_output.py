"""The output of build is shortened."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from fake_pypi.rehearsal.output import plain, without_traceback_of_build


def test_the_traceback_of_build_itself_is_removed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["no-such-backend>=7"]\n', encoding="utf-8")
    command = [sys.executable, "-m", "build"]
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(command, cwd=tmp_path, env=offline, capture_output=True, text=True, check=False)
    assert "Traceback" in plain(done)
    output = without_traceback_of_build(plain(done))
    assert "Traceback" not in output
    assert "CalledProcessError" not in output
    assert "No matching distribution found for no-such-backend>=7" in " ".join(output.split()).replace("- ", "-")
