"""The scripts that the shell puts on the search path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.clients import search_path

posix_only = pytest.mark.skipif(os.name == "nt", reason="the launcher is a POSIX shell script here")


@posix_only
def test_a_missing_python_is_written_as_a_script_that_keeps_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_path, "_environment_folders", lambda: [str(tmp_path / "no-scripts")])
    search_path.search_path({"PATH": "/usr/bin"}, tmp_path, tmp_path / "home")
    for name in ("python", "python3"):
        completed = subprocess.run(
            [tmp_path / name, "-c", "import sys; print(sys.prefix)"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert completed.stdout.strip() == sys.prefix
