"""What a command said, made fit for a report."""

from __future__ import annotations

import re
import subprocess

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
PROGRESS_BAR = re.compile(r"^.*[━╸╺].*\n?", re.MULTILINE)


def plain(done: subprocess.CompletedProcess[str]) -> str:
    """Standard output and standard error, without colours and progress bars."""
    return PROGRESS_BAR.sub("", ESCAPES.sub("", f"{done.stdout}\n{done.stderr}")).strip()
