"""Import every module that a release installs, and run every command that it brings."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import CommandTimedOut
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.output import plain

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal

SCRIPT_TIME_LIMIT = 5.0
"""Seconds that a console script has to show its version or its help."""
IMPORT_TIME_LIMIT = 120.0
"""Seconds that all imports together may take."""


@dataclass(frozen=True)
class Installed:
    """What the probe found: what went wrong with each module (None: nothing), and the console scripts."""

    modules: dict[str, str | None]
    scripts: tuple[str, ...]


def import_modules(rehearsal: Rehearsal, environment: str) -> None:
    """Import every top-level module; a failure is red only if the module is the project's own."""
    found = _probe(rehearsal, environment)
    own = _own(found.modules, rehearsal.release.normalized)
    for module, error in found.modules.items():
        if error is None:
            continue
        if module in own:
            raise StepFailed(
                f"`import {module}` fails once the release is installed",
                command=f"python -c 'import {module}'",
                said=error,
            )
        rehearsal.notes.append(f"`import {module}` fails: {error.strip().splitlines()[-1]}")
    rehearsal.scripts = found.scripts


def _probe(rehearsal: Rehearsal, environment: str) -> Installed:
    """Let the environment's own Python say what the release installed, and import it."""
    folder = rehearsal.empty_folder(f"{environment}-imports")
    probe = shutil.copyfile(Path(__file__).with_name("probe.py"), folder / "fake_pypi_probe.py")
    answer = folder / "answer.json"
    command = ["python", str(probe), rehearsal.release.name, str(answer)]
    venv = rehearsal.environments[environment]
    try:
        done = venv.run(command, cwd=folder, check=False, env=_as_somebody_else(folder), timeout=IMPORT_TIME_LIMIT)
        said = plain(done)
    except CommandTimedOut as slow:
        said = f"killed after {slow.timeout:g} seconds"
    found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
    modules: dict[str, str | None] = found.get("modules", {})
    started = found.get("importing")
    if started is not None:  # the interpreter itself ended, or had to be ended
        modules[started] = said or "the interpreter ended without a word"
    return Installed(modules, tuple(found.get("scripts", ())))


def _own(modules: dict[str, str | None], project: str) -> set[str]:
    """The modules that belong to the project: named like it, or the only one."""
    if len(modules) == 1:
        return set(modules)
    words = project.replace("-", "")
    return {
        module
        for module in modules
        if (plain_name := module.partition(".")[0].replace("_", "").lower().lstrip("_")) == words
        or words in plain_name
        or (plain_name in words and len(plain_name) > 2)
    }


def run_scripts(rehearsal: Rehearsal, environment: str) -> None:
    """Run each console script with --version or --help in a clean home; what does neither is worth a note."""
    running = [rehearsal.alongside(_what_is_odd, rehearsal, environment, script) for script in rehearsal.scripts]
    rehearsal.notes += [note for each in running if (note := each.result())]


def _what_is_odd(rehearsal: Rehearsal, environment: str, script: str) -> str | None:
    folder = rehearsal.empty_folder(f"{environment}-{script}")
    venv = rehearsal.environments[environment]
    said = "it says nothing"
    for option in ("--version", "--help"):
        rehearsal.tell(f"{script} {option}")
        try:
            done = venv.run(
                f"{shlex.quote(script)} {option}",
                cwd=folder,
                check=False,
                env=_as_somebody_else(folder),
                timeout=SCRIPT_TIME_LIMIT,
            )
        except CommandTimedOut:
            return f"`{script} {option}` did not return within {SCRIPT_TIME_LIMIT:g} seconds"
        if done.returncode == 0:
            return None
        said = plain(done) or said
    return f"`{script}` answers neither --version nor --help: {said.splitlines()[-1]}"


def _as_somebody_else(home: Path) -> dict[str, str | None]:
    """A home of its own, without the tokens of the rehearsal."""
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
