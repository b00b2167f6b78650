"""The release steps of a project as test items: collected, kept in order, run, and reported."""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Callable, Generator, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.named import project_file
from fake_pypi.pytest_plugin.progress import Progress
from fake_pypi.rehearsal.project import FILES, Project
from fake_pypi.rehearsal.run import Rehearsal, Step
from fake_pypi.rehearsal.steps import STEPS
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.rules.rule_set import RuleSet

CHAPTERS = ("published", "rejected", "attempts", "notes", "not_checked")


class Collecting:
    """Adds the release steps of the session's projects to what pytest collects.

    A pyproject.toml (or setup.py) that is named on the command line, alone or as part of a node id, asks for
    its steps and for nothing else; otherwise those of the project at rootdir and of each chosen project come
    after the project's own tests.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        here = config.invocation_params.dir
        named = [place for argument in config.args if (place := project_file(here, argument))]
        self.projects = [_project_at(place) for place in dict.fromkeys(named)]
        if not named:
            self.projects = list(_chosen(config, settings))
            config.args = [*config.args, *_not_below(config.args, here, self.projects)]

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Take a project's file for its release steps; nobody else shall import a setup.py."""
        others = yield
        project = next((each for each in self.projects if each.file == file_path), None)
        if project is None:
            return others
        return [ProjectFile.of(parent, project, self.settings)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Put the steps of each project back together and in order, after plugins that shuffle have had their say."""
        yield
        steps: dict[ReleaseSteps, list[StepItem]] = {}
        for item in items:
            if isinstance(item, StepItem):
                steps.setdefault(item.release, []).append(item)
        for release, chosen in steps.items():
            chosen.sort(key=lambda item: STEPS.index(item.step))
            release.selected = {item.step.name for item in chosen}
        items[:] = _together(items, steps)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the report of a step carry what is worth telling in the summary."""
        report = yield
        if isinstance(item, StepItem) and call.when == "call":
            report.fake_pypi = item.release.news()  # type: ignore[attr-defined]
        return report


def _not_below(arguments: list[str], here: Path, projects: list[Project]) -> list[str]:
    """The files of projects that no folder among the arguments holds: those are met on the way through it.

    To name a file next to its folder makes pytest 8 forget what else is in the folder.
    """
    folders = [place for argument in arguments if (place := (here / argument).resolve()).is_dir()]
    return [str(each.file) for each in projects if not any(map(each.file.is_relative_to, folders))]


class ProjectFile(pytest.File):
    """The pyproject.toml (or setup.py) of a project."""

    project: Project
    settings: Settings

    @classmethod
    def of(cls, parent: pytest.Collector, project: Project, settings: Settings) -> Self:
        """Make the node of a project."""
        node: Self = cls.from_parent(parent, path=project.file)
        node.project, node.settings = project, settings
        return node

    def collect(self) -> Iterable[ReleaseSteps]:
        """There is one release."""
        release: ReleaseSteps = ReleaseSteps.from_parent(self, name="release")
        release.project, release.settings = self.project, self.settings
        yield release


class ReleaseSteps(pytest.Collector):
    """The release of one project; its rehearsal lasts from its first step to its last."""

    project: Project
    settings: Settings

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.selected: set[str] = set()
        self._rehearsal: Rehearsal | None = None
        self._told: set[tuple[str, str]] = set()
        self.progress = Progress(self.config)

    def collect(self) -> Iterable[StepItem]:
        """One item for each step."""
        for step in STEPS:
            item: StepItem = StepItem.from_parent(self, name=step.name)
            item.step, item.release = step, self
            yield item

    @property
    def rehearsal(self) -> Rehearsal:
        """The rehearsal, begun when the first step asks for it."""
        if self._rehearsal is None:
            self._rehearsal = Rehearsal(
                self.project,
                self.settings,
                STEPS,
                selected=self.selected,
                change_rules=self._changed,
                on_command=self.progress.show,
            )
        return self._rehearsal

    def _changed(self, rule_set: RuleSet) -> RuleSet:
        changed: RuleSet | None = self.ihook.pytest_fake_pypi_rules(rule_set=rule_set, config=self.config)
        return rule_set if changed is None else changed

    def news(self) -> dict[str, list[str]]:
        """What the rehearsal has to tell, chapter by chapter, and has not told yet."""
        if self._rehearsal is None:
            return {}
        rehearsal = self._rehearsal
        told = {chapter: list(getattr(rehearsal, chapter)) for chapter in CHAPTERS}
        fresh = {
            chapter: [line for line in lines if (chapter, line) not in self._told] for chapter, lines in told.items()
        }
        self._told.update((chapter, line) for chapter, lines in fresh.items() for line in lines)
        return fresh

    def teardown(self) -> None:
        """Leave nothing behind once the last step is done."""
        if self._rehearsal is not None:
            self._rehearsal.close()
            self._rehearsal = None


class StepItem(pytest.Item):
    """One step of a release.

    It has what hooks of projects and plugins expect of a test function: no fixtures, no class, and a `function`
    without parameters.
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
            self.add_marker(pytest.mark.timeout(0))  # pytest-timeout's limit is meant for tests; steps have their own

    @cached_property
    def function(self) -> Callable[[], None]:
        """The step as a function: its name, its docstring."""

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
        """Carry out the step; skip it if a step that it needs has failed as an item of its own."""
        from fake_pypi.rehearsal.failure import StepFailed

        faulthandler.cancel_dump_traceback_later()  # faulthandler_timeout is meant for tests as well
        try:
            self.release.rehearsal.run_step(self.step.name)
            self.release.rehearsal.raise_errors()
        except StepFailed as failure:
            self.release.rehearsal.raise_errors()
            if failure.step != self.step.name and failure.step in self.release.selected:
                reason = f"{failure.step} failed: {failure.summary}"
                raise pytest.skip.Exception(reason, _use_item_location=True) from None
            raise
        finally:
            self.release.progress.clear()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the text of a failed or interrupted step; only our own mistakes have a traceback."""
        from fake_pypi.rehearsal.failure import StepFailed

        if isinstance(excinfo.value, StepFailed):
            return str(excinfo.value)
        if isinstance(excinfo.value, pytest.fail.Exception):  # by pytest-timeout, for example
            return f"{self.name}: {excinfo.value}"
        excinfo.traceback = excinfo.traceback.cut(path=__file__)  # without the frames of pytest
        return super().repr_failure(excinfo, style or "short")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the project's file, its first line, and the step's heading in the list of failures."""
        return self.path, 0, f"release: {self.step.name}"


def _chosen(config: pytest.Config, settings: Settings) -> Iterable[Project]:
    """The project at rootdir, and those that were chosen; there has to be one."""
    home = _home(config, settings)
    if home is not None and (_describes_a_project(home) or not settings.projects):
        yield _project_at(home)
    elif not settings.projects:
        yield _project_at(config.rootpath)
    yield from (_project_at(each) for each in settings.projects if each != home)


def _home(config: pytest.Config, settings: Settings) -> Path | None:
    """The folder of the session's own project: rootdir, unless a path among the options has moved that away."""
    folders = [config.rootpath, config.invocation_params.dir]
    if config.rootpath in settings.projects:
        folders.reverse()
    return next((each for each in folders if any((each / name).is_file() for name in FILES)), None)


def _describes_a_project(folder: Path) -> bool:
    """A workspace's pyproject.toml may configure tools only."""
    try:
        Project.at(folder)
    except UsageError:
        return False
    return True


def _project_at(place: Path) -> Project:
    try:
        return Project.at(place)
    except UsageError as mistake:
        raise pytest.UsageError(str(mistake)) from None


def _together(items: list[pytest.Item], steps: dict[ReleaseSteps, list[StepItem]]) -> Iterable[pytest.Item]:
    """The items, each project's steps all at the place of the one that came first."""
    waiting = dict(steps)
    for item in list(items):
        if isinstance(item, StepItem):
            yield from waiting.pop(item.release, [])
        else:
            yield item
