"""The release steps of a project as test items: collect, sort, run and report them."""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Callable, Generator, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.named_projects import project_file
from fake_pypi.pytest_plugin.progress import Progress
from fake_pypi.rehearsal.rehearsal import Rehearsal
from fake_pypi.rehearsal.source_project import FILES, SourceProject
from fake_pypi.rehearsal.step import Step
from fake_pypi.rehearsal.steps import STEPS
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.rules.rule_set import RuleSet


class ReleaseCollection:
    """Adds the release steps of the session's projects to the collected tests.

    If the command line names a pyproject.toml or setup.py, alone or in a node id, only its steps are collected.
    Otherwise the steps of the project at rootdir and of each project in the options follow the tests.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        directory = config.invocation_params.dir
        files = [file for argument in config.args if (file := project_file(directory, argument))]
        self.projects = [_project_at(file) for file in dict.fromkeys(files)]
        if not files:
            self.projects = list(_configured_projects(config, settings))
            config.args = [*config.args, *_files_outside(config.args, directory, self.projects)]

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect release steps from a project's file, and nothing else, so that no setup.py is imported."""
        collectors = yield
        project = next((project for project in self.projects if project.file == file_path), None)
        if project is None:
            return collectors
        return [ProjectFile.of(parent, project, self.settings)]

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
        items[:] = _grouped(items, steps)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the new lines for the summary to the report of a step."""
        report = yield
        if isinstance(item, StepItem) and call.when == "call":
            report.fake_pypi = item.release.new_lines(item.step)  # type: ignore[attr-defined]
        return report


def _files_outside(arguments: list[str], directory: Path, projects: list[SourceProject]) -> list[str]:
    """Return the files of projects that are in no folder among the arguments, from which pytest collects them anyway.

    With a folder and a file in it as arguments, pytest 8 would not collect the other files of the folder.
    """
    folders = [folder for argument in arguments if (folder := (directory / argument).resolve()).is_dir()]
    return [str(project.file) for project in projects if not any(map(project.file.is_relative_to, folders))]


class ProjectFile(pytest.File):
    """The pyproject.toml (or setup.py) of a project."""

    project: SourceProject
    settings: Settings

    @classmethod
    def of(cls, parent: pytest.Collector, project: SourceProject, settings: Settings) -> Self:
        """Make the node of a project."""
        node: Self = cls.from_parent(parent, path=project.file)
        node.project, node.settings = project, settings
        return node

    def collect(self) -> Iterable[ReleaseSteps]:
        """Yield the release of the project."""
        release: ReleaseSteps = ReleaseSteps.from_parent(self, name="release")
        release.project, release.settings = self.project, self.settings
        yield release


class ReleaseSteps(pytest.Collector):
    """The release of a project, with a rehearsal that is open from the first step to the last."""

    project: SourceProject
    settings: Settings

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.selected: set[str] = set()
        self._rehearsal: Rehearsal | None = None
        self._reported: set[tuple[str, str]] = set()
        self.progress = Progress(self.config)

    def collect(self) -> Iterable[StepItem]:
        """Yield an item for each step."""
        for step in STEPS:
            item: StepItem = StepItem.from_parent(self, name=step.name)
            item.step, item.release = step, self
            yield item

    @property
    def rehearsal(self) -> Rehearsal:
        """The rehearsal, which the first step opens."""
        if self._rehearsal is None:
            self._rehearsal = Rehearsal(
                self.project,
                self.settings,
                STEPS,
                selected=self.selected,
                change_rules=self._change_rules,
                on_command=self.progress.show,
            )
        return self._rehearsal

    def _change_rules(self, rule_set: RuleSet) -> RuleSet:
        replacement: RuleSet | None = self.ihook.pytest_fake_pypi_rules(rule_set=rule_set, config=self.config)
        return rule_set if replacement is None else replacement

    def run_step(self, step: Step) -> None:
        """Start all selected steps, wait for this one, and raise its failure."""
        self.rehearsal.start()
        self.progress.select(step.name)
        try:
            self.rehearsal.run_step(step.name)
        finally:
            self.progress.clear()

    def new_lines(self, step: Step) -> dict[str, list[str]]:
        """Return the lines of a step, and of those that it needs, that were not returned before, by section."""
        if self._rehearsal is None:
            return {}
        lines = self._rehearsal.lines_of(step.name)
        new_lines: dict[str, list[str]] = {}
        for section, line in lines:
            if (section, line) not in self._reported:
                new_lines.setdefault(section, []).append(line)
        self._reported.update(lines)
        return new_lines

    def teardown(self) -> None:
        """Close the rehearsal after the last step."""
        if self._rehearsal is not None:
            self._rehearsal.close()
            self._rehearsal = None


class StepItem(pytest.Item):
    """One step of a release.

    It has the attributes that hooks of projects and plugins expect of a test function: no fixtures, no class, and a
    `function` without parameters.
    """

    step: Step
    release: ReleaseSteps
    cls = None
    instance = None
    module = sys.modules[__name__]

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.fixturenames: list[str] = []
        self.funcargs: dict[str, object] = {}
        self.originalname = self.name
        if self.config.pluginmanager.hasplugin("timeout"):
            self.add_marker(pytest.mark.timeout(0))  # steps have their own limit instead of pytest-timeout's

    @cached_property
    def function(self) -> Callable[[], None]:
        """The step as a function, with its name and docstring."""

        def step() -> None:
            self.runtest()

        step.__name__ = step.__qualname__ = self.name.replace(" ", "_")
        step.__doc__ = self.step.action.__doc__
        return step

    @property
    def obj(self) -> Callable[[], None]:
        """The same function."""
        return self.function

    def runtest(self) -> None:
        """Run the step; skip it if a step that it needs has failed as a separate item."""
        from fake_pypi.rehearsal.failure import StepFailed

        faulthandler.cancel_dump_traceback_later()  # faulthandler_timeout is for tests too
        try:
            self.release.run_step(self.step)
            self.release.rehearsal.raise_errors()
        except StepFailed as failure:
            self.release.rehearsal.raise_errors()
            if failure.step != self.step.name and failure.step in self.release.selected:
                reason = f"{failure.step} failed: {failure.summary}"
                raise pytest.skip.Exception(reason, _use_item_location=True) from None
            raise

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the text of a failed or interrupted step; only errors in fake-pypi have a traceback."""
        from fake_pypi.rehearsal.failure import StepFailed

        if isinstance(excinfo.value, StepFailed):
            return str(excinfo.value)
        if isinstance(excinfo.value, pytest.fail.Exception):  # by pytest-timeout, for example
            return f"{self.name}: {excinfo.value}"
        excinfo.traceback = excinfo.traceback.cut(path=__file__)  # without the frames of pytest
        return super().repr_failure(excinfo, style or "short")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the project's file, line 0, and the heading of the step in the list of failures."""
        return self.path, 0, f"release: {self.step.name}"


def _configured_projects(config: pytest.Config, settings: Settings) -> Iterable[SourceProject]:
    """Yield the project at rootdir and those in the options. Raises `pytest.UsageError` if there is none."""
    main_folder = _main_folder(config, settings)
    if main_folder is not None and (_is_project(main_folder) or not settings.projects):
        yield _project_at(main_folder)
    elif not settings.projects:
        yield _project_at(config.rootpath)
    yield from (_project_at(folder) for folder in settings.projects if folder != main_folder)


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


def _project_at(path: Path) -> SourceProject:
    try:
        return SourceProject.at(path)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _grouped(items: list[pytest.Item], steps: dict[ReleaseSteps, list[StepItem]]) -> Iterable[pytest.Item]:
    """Yield the items, with all steps of a project at the place of the first one."""
    remaining = dict(steps)
    for item in list(items):
        if isinstance(item, StepItem):
            yield from remaining.pop(item.release, [])
        else:
            yield item
