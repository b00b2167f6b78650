"""The step `build`: build the release in a copy of the project, or use files that were built before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.built_release import ENDINGS, BuiltRelease
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in, without_traceback_of_build
from fake_pypi.rehearsal.source_copy import copy_source

if TYPE_CHECKING:
    from fake_pypi.rehearsal.rehearsal import Rehearsal

COMMANDS = {
    "both": "python -m build",
    "sdist": "python -m build --sdist",
    "wheel": "python -m build --wheel",
}
BUILD_VARIABLES = {"GIT_OPTIONAL_LOCKS": "0", "COLUMNS": "200"}
"""Keep git from writing into the copied index, and pip from wrapping its output into short lines."""


def build(rehearsal: Rehearsal) -> None:
    """Build the release with `python -m build`, or take the files of the folder in the setting `dist`."""
    for step in rehearsal.selected:
        if step.environments:
            rehearsal.environments.prepare(*step.environments)
    if rehearsal.settings.dist is not None:
        rehearsal.release = BuiltRelease.in_folder(_copy_built_files(rehearsal.settings.dist, rehearsal.workspace))
    else:
        rehearsal.release = BuiltRelease.in_folder(_build_in_copy(rehearsal))
    release = rehearsal.release
    rehearsal.not_checked += [
        f"whether the name {release.name} is free on the real PyPI, or yours",
        f"whether {release} already exists on the real PyPI",
        "whether your own token may upload to it",
    ]


def _build_in_copy(rehearsal: Rehearsal) -> Path:
    """Build in a copy of the project and return the folder that contains `dist`."""
    copy = copy_source(rehearsal.project.root, rehearsal.workspace / "source")
    shutil.rmtree(copy / "dist", ignore_errors=True)
    command = COMMANDS[rehearsal.settings.build]
    completed = rehearsal.run(command, cwd=copy, env=BUILD_VARIABLES)
    if completed.returncode:
        output = without_traceback_of_build(plain(completed))
        reason = reason_in(output)
        summary = f"the project cannot be built: {reason}" if reason else "the project cannot be built"
        missing = missing_requirements(
            rehearsal, output, rehearsal.project.build_requires, project=rehearsal.project.name
        )
        raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to build the project")
    return copy


def _copy_built_files(dist: Path, workspace: Path) -> Path:
    """Copy distribution files into a folder `dist` of the workspace and return the folder that contains it."""
    (workspace / "built" / "dist").mkdir(parents=True)
    for file in dist.iterdir():
        if file.name.endswith(ENDINGS):
            shutil.copy2(file, workspace / "built" / "dist")
    return workspace / "built"
