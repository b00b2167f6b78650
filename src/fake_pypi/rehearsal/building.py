"""Build the release as its maintainer would, in a copy of the tree; or take what was built before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in, without_traceback_of_build
from fake_pypi.rehearsal.release import ENDINGS, Release
from fake_pypi.rehearsal.source_copy import copy_source

if TYPE_CHECKING:
    from fake_pypi.rehearsal.run import Rehearsal

COMMANDS = {
    "both": "python -m build",
    "sdist": "python -m build --sdist",
    "wheel": "python -m build --wheel",
}
QUIETLY = {"GIT_OPTIONAL_LOCKS": "0", "COLUMNS": "200"}
"""Git writes nothing into the index that was copied; the words of pip are not broken into short lines."""


def build(rehearsal: Rehearsal) -> None:
    """Build with the project's own backend, exactly `python -m build`, and look at what came out."""
    for step in rehearsal.selected:
        if step.environments:
            rehearsal.environments.prepare(*step.environments)
    if rehearsal.settings.dist is not None:
        rehearsal.release = Release.in_folder(_taken(rehearsal.settings.dist, rehearsal.workspace))
    else:
        rehearsal.release = Release.in_folder(_built(rehearsal))
    release = rehearsal.release
    rehearsal.not_checked += [
        f"whether the name {release.name} is free on the real PyPI, or yours",
        f"whether {release} is already there",
        "whether your own token may upload there",
    ]


def _built(rehearsal: Rehearsal) -> Path:
    copy = copy_source(rehearsal.project.root, rehearsal.workspace / "tree")
    shutil.rmtree(copy / "dist", ignore_errors=True)
    command = COMMANDS[rehearsal.settings.build]
    done = rehearsal.run(command, cwd=copy, env=QUIETLY)
    if done.returncode:
        output = without_traceback_of_build(plain(done))
        reason = reason_in(output)
        summary = f"the project cannot be built: {reason}" if reason else "the project cannot be built"
        missing = missing_requirements(
            rehearsal, output, rehearsal.project.build_requires, project=rehearsal.project.name
        )
        raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to build the project")
    return copy


def _taken(dist: Path, workspace: Path) -> Path:
    """Copy the files that are built already to where `dist/*` means them."""
    (workspace / "taken" / "dist").mkdir(parents=True)
    for file in dist.iterdir():
        if file.name.endswith(ENDINGS):
            shutil.copy2(file, workspace / "taken" / "dist")
    return workspace / "taken"
