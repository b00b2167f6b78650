"""The real pip, without an index and without the user's settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def pip(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run pip and return its result, whatever its exit code is."""
    return subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", *map(str, arguments)],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def install(target: Path, *arguments: str | Path) -> None:
    """Install offline into a folder; the test fails with pip's output if pip fails."""
    done = pip("install", "--no-index", "--target", target, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
