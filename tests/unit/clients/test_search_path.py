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
    monkeypatch.setattr(search_path, "_own_folders", lambda: [str(tmp_path / "no-scripts")])
    search_path.search_path({"PATH": "/usr/bin"}, tmp_path, tmp_path / "home")
    for name in ("python", "python3"):
        told = subprocess.run(
            [tmp_path / name, "-c", "import sys; print(sys.prefix)"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == sys.prefix


def test_the_activated_environment_stays_if_it_is_the_one_that_runs() -> None:
    in_one = sys.prefix != sys.base_prefix
    assert search_path.active_environment({"VIRTUAL_ENV": sys.prefix}) == (
        {"VIRTUAL_ENV": sys.prefix} if in_one else {}
    )
