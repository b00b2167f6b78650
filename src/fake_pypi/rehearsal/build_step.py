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
    from fake_pypi.rehearsal.step import StepRun

IN_ONE_ENVIRONMENT = Path(__file__).with_name("build_in_one_environment.py")
"""The program that runs `python -m build` with one environment for sdist and wheel."""


def build(step: StepRun) -> None:
    """Build the release with `python -m build`, or take the files of the folder in the setting `dist`."""
    resources = step.resources
    if resources.settings.dist is not None:
        resources.environments.prepare(*resources.environment_names)
        resources.release = BuiltRelease.in_folder(_copy_built_files(resources.settings.dist, resources.workspace))
    else:
        resources.release = BuiltRelease.in_folder(_build_in_copy(step))
    release = resources.release
    step.not_checked += [
        f"whether the name {release.name} is free on the real PyPI, or yours",
        f"whether {release} already exists on the real PyPI",
        "whether your own token may upload to it",
    ]


def _build_in_copy(step: StepRun) -> Path:
    """Build in a copy of the project and return the folder that contains `dist`."""
    resources, tools = step.resources, step.resources.tools
    copying = step.submit(copy_source, resources.project.root, resources.workspace / "source")
    resources.environments.prepare(*resources.environment_names)
    copy = copying.result()
    shutil.rmtree(copy / "dist", ignore_errors=True)
    command = tools.build_command(resources.settings.build)
    words = command.split()
    program = ["python", str(IN_ONE_ENVIRONMENT), *words[3:]] if words[:3] == ["python", "-m", "build"] else []
    completed = step.run(command, cwd=copy, env=tools.build_variables, program=program)
    if completed.returncode:
        output = without_traceback_of_build(plain(completed))
        reason = reason_in(output)
        summary = f"the project cannot be built: {reason}" if reason else "the project cannot be built"
        missing = missing_requirements(
            resources, output, resources.project.build_requires, project=resources.project.name
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
