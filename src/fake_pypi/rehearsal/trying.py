"""Run every console script that a release brings, as a user without settings."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal

SCRIPT_TIME_LIMIT = 5.0
"""Seconds that a console script has to show its version or its help."""


def run_scripts(rehearsal: Rehearsal, environment: str) -> None:
    """Run each console script with --version or --help in a clean home; what does neither is worth a note."""
    running = [rehearsal.submit(_what_is_odd, rehearsal, environment, script) for script in rehearsal.scripts]
    rehearsal.notes += [note for each in running if (note := each.result())]


def _what_is_odd(rehearsal: Rehearsal, environment: str, script: str) -> str | None:
    folder = rehearsal.empty_folder(f"{environment}-{script}")
    venv = rehearsal.environments[environment]
    said = "it says nothing"
    for option in ("--version", "--help"):
        rehearsal.report_command(f"{script} {option}")
        try:
            done = venv.run(
                f"{shlex.quote(script)} {option}",
                cwd=folder,
                check=False,
                env=clean_user(folder),
                timeout=SCRIPT_TIME_LIMIT,
            )
        except CommandTimedOut:
            return f"`{script} {option}` did not return within {SCRIPT_TIME_LIMIT:g} seconds"
        if done.returncode == 0:
            return None
        said = plain(done) or said
    return f"`{script}` answers neither --version nor --help: {said.splitlines()[-1]}"


def clean_user(home: Path) -> dict[str, str | None]:
    """Return the variables of a user with an empty home, without the tokens of the rehearsal."""
    place = str(home)
    return {
        "HOME": place,
        "USERPROFILE": place,
        "APPDATA": place,
        "LOCALAPPDATA": place,
        "PYPI_API_TOKEN": None,
        "TEST_PYPI_API_TOKEN": None,
        "FAKE_PYPI_CONTROL": None,
    }
