"""Collect the release steps of a session's projects, sort them, and say which projects are left out."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.named_projects import project_file
from fake_pypi.pytest_plugin.options import OPTIONS
from fake_pypi.pytest_plugin.release_steps import ProjectFile, ReleaseSteps, SessionGroup, StepItem
from fake_pypi.pytest_plugin.report_files import attach_saved_runs
from fake_pypi.rehearsal.monorepo import Monorepo
from fake_pypi.rehearsal.project_settings import with_own_settings
from fake_pypi.rehearsal.source_project import FILES, SourceProject
from fake_pypi.rehearsal.steps import STEPS
from fake_pypi.rules.new_project import new_projects_warning
from fake_pypi.settings import Settings
from fake_pypi.sites import PYPI

ARGUMENTS = "fake_pypi_arguments"
"""Key of the input of workers of pytest-xdist."""
STEP_ID = re.compile(
    rf"(?P<release>(?:.*/)?(?:{'|'.join(map(re.escape, FILES))})::release)"
    rf"::(?:{'|'.join(re.escape(step.name) for step in STEPS)})"
)


class ReleaseCollection:
    """Adds the release steps of the session's projects to the collected tests.

    If the command line names a pyproject.toml or setup.py, alone or in a node id, only its steps are collected; the
    file of a root with several projects stands for all of them. Otherwise the steps of the project (or projects) at
    rootdir and of each project in the options follow the tests. `notes` are lines for the summary, by section.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        self._rootpath = config.rootpath
        # pytest-xdist gives its workers the arguments that the controller has changed.
        worker_input: dict[str, Any] = getattr(config, "workerinput", {})
        self.arguments: list[str] = worker_input.get(ARGUMENTS, config.args)
        try:
            self.monorepo = self._projects(config)
            self._settings = {project.file: self._settings_of(project, config) for project in self.monorepo.projects}
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        reasons = {other.name: other.reason for other in self.monorepo.unpublished if other.name}
        self._groups = {
            project.file: group
            for projects in self.monorepo.groups
            for group in [SessionGroup(projects, settings, reasons)]
            for project in projects
        }

    def _projects(self, config: pytest.Config) -> Monorepo:
        """Return the projects that the arguments name, or those at rootdir and in the options; set the arguments."""
        directory = config.invocation_params.dir
        files = {argument: file for argument in self.arguments if (file := project_file(directory, argument))}
        if not files:
            monorepo = _configured(config, self.settings)
            added = _files_outside(self.arguments, directory, monorepo.projects)
            config.args = [*self.arguments, *added]
            return monorepo
        whole = [file for argument, file in files.items() if "::" not in argument]
        parts = [Monorepo.named(whole)] if whole else []
        others = [argument for argument in self.arguments if "::" in argument or argument not in files]
        config.args = [*others, *(str(project.file) for part in parts for project in part.projects)]
        in_node_ids = [SourceProject.at(file) for argument, file in files.items() if "::" in argument]
        return Monorepo.joined([*parts, Monorepo.of(in_node_ids)])

    @property
    def notes(self) -> dict[str, list[str]]:
        """Lines for the summary: projects that are not released, and warnings about all of them."""
        monorepo = self.monorepo
        not_released = [f"{_relative(other.folder, self._rootpath)}: {other.reason}" for other in monorepo.unpublished]
        warnings = [
            f"{' requires '.join(cycle)}: nobody can install one of them before all are uploaded"
            for cycle in monorepo.cycles
        ]
        if warning := new_projects_warning(PYPI, len(monorepo.projects)):
            warnings.append(warning)
        return {"not_released": not_released, "warnings": warnings}

    def group_id(self, node_id: str) -> str | None:
        """Return an id that all steps of projects in one group share; None for any other test."""
        release = release_id(node_id)
        if release is None:
            return None
        file = (self._rootpath / release.partition("::")[0]).resolve()
        group = self._groups.get(file)
        return release if group is None or len(group.projects) == 1 else f"{group.projects[0].file}::group"

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send the unchanged arguments to a worker of pytest-xdist."""
        node.workerinput[ARGUMENTS] = self.arguments

    def pytest_sessionfinish(self) -> None:
        """Close what steps left open that ran for other steps."""
        for group in self._groups.values():
            group.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect release steps from a project's file, and nothing else, so that no setup.py is imported."""
        collectors = yield
        project = next((project for project in self.monorepo.projects if project.file == file_path), None)
        if project is None:
            return collectors
        return [ProjectFile.of(parent, project, self._groups[file_path], self._settings[file_path])]

    def _settings_of(self, project: SourceProject, config: pytest.Config) -> Settings:
        """Return the settings of a project: those of the session, with the keys in its own configuration."""
        if project.root == self._rootpath:
            return self.settings
        options = [f"fake_pypi_{name.replace('-', '_')}" for name, *_ in OPTIONS]
        overridden = [option for option in options if config.getoption(option)]
        return with_own_settings(self.settings, project.root, overridden=overridden)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Sort the steps of each project, after plugins that shuffle tests."""
        yield
        steps: dict[ReleaseSteps, list[StepItem]] = {}
        for item in items:
            if isinstance(item, StepItem):
                steps.setdefault(item.release, []).append(item)
        for release, release_items in steps.items():
            release_items.sort(key=lambda item: STEPS.index(item.step))
            release.selected = {item.step.name for item in release_items}
            release.group.selected.append(release)
        items[:] = _grouped(items, steps)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the new lines for the summary, the duration, and the run for reports to the report of a step."""
        report = yield
        if isinstance(item, StepItem) and call.when == "call":
            report.fake_pypi = item.release.new_lines(item.step)  # type: ignore[attr-defined]
            report.fake_pypi_step = item.release.duration_of(item.step)  # type: ignore[attr-defined]
            if report.failed:
                item.release.save_run()
        attach_saved_runs(report, item.config)
        return report


def release_id(node_id: str) -> str | None:
    """Return the node id of the release to which a step belongs; None for any other test.

    >>> release_id("pyproject.toml::release::build")
    'pyproject.toml::release'
    """
    match = STEP_ID.fullmatch(node_id)
    return match["release"] if match else None


def _files_outside(arguments: list[str], directory: Path, projects: Sequence[SourceProject]) -> list[str]:
    """Return the files of projects that are in no folder among the arguments, from which pytest collects them anyway.

    With a folder and a file in it as arguments, pytest 8 would not collect the other files of the folder.
    """
    folders = [folder for argument in arguments if (folder := (directory / argument).resolve()).is_dir()]
    return [str(project.file) for project in projects if not any(map(project.file.is_relative_to, folders))]


def _configured(config: pytest.Config, settings: Settings) -> Monorepo:
    """Return the projects at rootdir and in the options."""
    main_folder = _main_folder(config, settings) or config.rootpath
    folders = [folder for folder in settings.projects if folder != main_folder]
    main = Monorepo.at(main_folder)
    if main is None and (_is_project(main_folder) or not folders):
        main = Monorepo.of([SourceProject.at(main_folder)])
    found = [main] if main is not None else []
    return Monorepo.joined([*found, *(Monorepo.named([folder]) for folder in folders)]).with_projects()


def _main_folder(config: pytest.Config, settings: Settings) -> Path | None:
    """Return the folder of the session's own project: rootdir, or the current one if an option changed rootdir."""
    folders = [config.rootpath, config.invocation_params.dir]
    if config.rootpath in settings.projects:
        folders.reverse()
    return next((folder for folder in folders if any((folder / name).is_file() for name in FILES)), None)


def _is_project(folder: Path) -> bool:
    """Return whether a folder is a project; the pyproject.toml of a workspace may only configure tools."""
    try:
        SourceProject.at(folder)
    except UsageError:
        return False
    return True


def _relative(folder: Path, root: Path) -> str:
    if folder == root:
        return "the root"
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)


def _grouped(items: list[pytest.Item], steps: dict[ReleaseSteps, list[StepItem]]) -> Iterable[pytest.Item]:
    """Yield the items, with all steps of a group of projects at the place of the first one, in order of release."""
    remaining = dict(steps)
    for item in list(items):
        if not isinstance(item, StepItem):
            yield item
            continue
        order = item.release.group.projects
        for release in sorted(
            (release for release in remaining if release.group is item.release.group),
            key=lambda release: order.index(release.project),
        ):
            yield from remaining.pop(release)
