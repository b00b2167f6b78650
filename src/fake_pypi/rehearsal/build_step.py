"""The step `build`: build the release in a copy of the project, or use files that were built before."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.rehearsal.built_release import ENDINGS, BuiltRelease
from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.missing_requirements import missing_requirements
from fake_pypi.rehearsal.output import plain, reason_in, without_traceback_of_build
from fake_pypi.rehearsal.readme_page import ReadmePage
from fake_pypi.rehearsal.reproducible_build import compare_builds
from fake_pypi.rehearsal.source_copy import copy_source
from fake_pypi.rehearsal.versions.assumed_version import assume_version
from fake_pypi.rehearsal.wheel_repair import repair_wheels
from fake_pypi.rules.filename_parts import UnsupportedPlatformTag

if TYPE_CHECKING:
    from fake_pypi.rehearsal.step import StepRun

IN_ONE_ENVIRONMENT = Path(__file__).with_name("build_in_one_environment.py")
"""The program that runs `python -m build` with one environment for sdist and wheel."""
SOURCE_DATE = {"SOURCE_DATE_EPOCH": "1580601600"}
"""The time that builds to compare write into their files: 2020-02-02, in seconds since 1970."""


def build(step: StepRun) -> None:
    """Build the release with the project's tool, or take the files of the folder in the setting `dist`."""
    resources = step.resources
    step.chosen += resources.tools.summary(resources.settings.build)
    step.warnings += resources.tools.release_tools.warnings
    if resources.settings.dist is not None:
        resources.environments.prepare(*resources.environment_names)
        release = BuiltRelease.in_folder(_copy_built_files(step, resources.settings.dist))
    else:
        release = _build_in_copy(step)
    if resources.settings.repair_wheels:
        release = repair_wheels(step, release)
    if resources.settings.dist is None and UnsupportedPlatformTag.id in resources.indexes.pypi.rules:
        release = release.leave_out_unsupported_wheels()
    resources.release = release
    if resources.settings.readme is not None:
        file = ReadmePage.of(release).write_to(resources.settings.readme)
        step.not_checked.append(f"how the README looks: open {file}")
    step.not_checked += [
        f"whether the name {release.name} is free on the real PyPI, or yours",
        f"whether {release} already exists on the real PyPI",
        "whether your own token may upload to it",
    ]


def _build_in_copy(step: StepRun) -> BuiltRelease:
    """Build in a copy of the project, as the requested version or that of the next release."""
    resources, project = step.resources, step.resources.project
    resources.group.upload_siblings(project.build_requires, of=project.name)
    resources.group.check_siblings(project.build_requires, subject="the build", pyproject=project.file.name)
    top = resources.workspace / "source"
    copying = step.submit(copy_source, project.root, top)
    resources.environments.prepare(*resources.environment_names)
    copy = copying.result()
    _remove_dist(copy, top)
    requested = resources.settings.release_version
    assumed = assume_version(copy, top=top, table=project.table, name=project.name, requested=requested)
    release = _run_builder(step, copy, assumed.variables if assumed else {})
    if assumed is None:
        return release
    if not assumed.is_version_of(release.version) and assumed.override:
        _remove_dist(copy, top)
        assumed = assumed.overridden()
        release = _run_builder(step, copy, assumed.variables)
    if not assumed.is_version_of(release.version):
        raise StepFailed(
            f"the build made {release}, not version {assumed.version}: {assumed.reason}",
            advice=["look at the settings of the version tool: do they accept the tag?"],
        )
    step.chosen.append(f"version {assumed}")
    return release


def _run_builder(step: StepRun, copy: Path, variables: Mapping[str, str]) -> BuiltRelease:
    """Build in a folder and return the release in its `dist`."""
    resources, tools = step.resources, step.resources.tools
    command = tools.build_command(resources.settings.build)
    words = command.split()
    program = ["python", str(IN_ONE_ENVIRONMENT), *words[3:]] if words[:3] == ["python", "-m", "build"] else []
    env = {**tools.build_variables, **variables}
    top, second_top = resources.workspace / "source", resources.workspace / "second-source"
    again = second_top / copy.relative_to(top)
    if resources.settings.check_reproducible:
        env |= SOURCE_DATE
        shutil.copytree(top, second_top, symlinks=True, dirs_exist_ok=True)
    completed = step.run(command, cwd=copy, env=env, program=program)
    if completed.returncode:
        output = without_traceback_of_build(plain(completed))
        reason = reason_in(output)
        summary = f"the project cannot be built: {reason}" if reason else "the project cannot be built"
        project = resources.project
        missing = missing_requirements(resources, output, project.build_requires, project=project.name)
        raise StepFailed.from_output(command, output, summary, missing=missing, purpose="to build the project")
    release = BuiltRelease.in_folder(_folder_of_dist(copy, top))
    if resources.settings.check_reproducible:
        second = step.run(command, cwd=again, env=env)
        failed = ["a second build of the same files failed"]
        dist = _folder_of_dist(again, second_top) / "dist"
        step.warnings += failed if second.returncode else compare_builds(release.files, dist)
    return release


def _folder_of_dist(project: Path, top: Path) -> Path:
    """Return the folder with `dist`: uv builds the members of a workspace into that of the workspace's root."""
    folders = [folder for folder in (project, *project.parents) if folder.is_relative_to(top)]
    return next((folder for folder in folders if (folder / "dist").is_dir()), project)


def _remove_dist(project: Path, top: Path) -> None:
    """Remove the folders `dist` of a project and of the folders that contain it."""
    for folder in (project, *project.parents):
        if folder.is_relative_to(top):
            shutil.rmtree(folder / "dist", ignore_errors=True)


def _copy_built_files(step: StepRun, dist: Path) -> Path:
    """Copy distribution files into a folder `dist` of the workspace and return the folder that contains it.

    The files of other projects that are released together are left out: tools build all of them into one folder. It is
    the folder of a copy of the project for a publisher that runs only there.
    """
    from packaging.utils import canonicalize_name

    resources = step.resources
    folder = resources.workspace / "built"
    if resources.tools.publisher.needs_project:
        folder = copy_source(resources.project.root, resources.workspace / "source")
        shutil.rmtree(folder / "dist", ignore_errors=True)
    (folder / "dist").mkdir(parents=True)
    others = set(resources.group.names) - {resources.project.name}
    for file in dist.iterdir():
        # Old sdists have hyphens in their names: the version is what follows the last one.
        stem = file.name.partition("-")[0] if file.suffix == ".whl" else file.name.rpartition("-")[0]
        if file.name.endswith(ENDINGS) and canonicalize_name(stem) not in others:
            shutil.copy2(file, folder / "dist")
    return folder
