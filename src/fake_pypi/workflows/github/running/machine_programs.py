"""The programs of GitHub's machines that a job of a rehearsal gets in another form.

`pipx` installs from the fake indexes. What would change this machine or GitHub (`sudo`, package managers, `gh`) is not
run: it is listed, and the job goes on.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

NOT_RUN = ("gh", "sudo", "apt-get", "apt", "snap", "brew", "choco")
"""Programs that a rehearsal does not run."""


def write_machine_programs(folder: Path, log: Path, environments: Path) -> None:
    """Write the programs into a folder. Calls that are not run go into `log`; `environments` are those of pipx."""
    for name in NOT_RUN:
        lines = [f'echo "{name} $*" >> {shlex.quote(str(log))}', f'echo "{name} $*: not run in a rehearsal" >&2']
        write_program(folder / name, lines)
    pipx = [sys.executable, str(Path(__file__).with_name("pipx_program.py")), str(environments), str(folder)]
    write_program(folder / "pipx", [f'exec {shlex.join(pipx)} "$@"'])


def write_program(file: Path, lines: Sequence[str]) -> None:
    """Write a program for the shell."""
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    file.chmod(0o755)
