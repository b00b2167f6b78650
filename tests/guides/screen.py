"""What a reader sees of a command, as one line: clients wrap their words at the width of the terminal."""

from __future__ import annotations

import re
import subprocess

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown(done: subprocess.CompletedProcess[str]) -> str:
    """Both streams without colours, a blank for each run of white space."""
    return one_line(f"{done.stdout} {done.stderr}")


def one_line(text: str) -> str:
    """A text without colours, a blank for each run of white space."""
    return " ".join(ESCAPES.sub("", text).split())
