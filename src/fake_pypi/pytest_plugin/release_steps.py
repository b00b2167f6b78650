"""The release steps of a project as test items: run and report them."""

from __future__ import annotations

import faulthandler
import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.pytest_plugin.progress import Progress
from fake_pypi.pytest_plugin.report_files import save_run, wants_report
from fake_pypi.rehearsal.rehearsal import Rehearsal
from fake_pypi.rehearsal.release_group import ReleaseGroup, SiblingNotPublished
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.rehearsal.step import Step
from fake_pypi.rehearsal.steps import STEPS
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.rules.rule_set import RuleSet


class ProjectFile(pytest.File):
    """The pyproject.toml (or setup.py) of a project."""

    project: SourceProject
    group: SessionGroup
    settings: Settings

    @classmethod
    def of(cls, parent: pytest.Collector, project: SourceProject, group: SessionGroup, settings: Settings) -> Self:
        """Make the node of a project; `settings` are its own ones, those of the group belong to the indexes."""
        node: Self = cls.from_parent(parent, path=project.file)
        node.project, node.group, node.settings = project, group, settings
        return node

    def collect(self) -> Iterable[ReleaseSteps]:
        """Yield the release of the project."""
        release: ReleaseSteps = ReleaseSteps.from_parent(self, name="release")
        release.project, release.group, release.settings = self.project, self.group, self.settings
        self.group.add(release)
        yield release


class SessionGroup:
    """Projects that depend on each other, with the indexes that their rehearsals share while the steps run."""

    def __init__(self, projects: tuple[SourceProject, ...], settings: Settings, unpublished: dict[str, str]) -> None:
        self.projects = projects
        self.settings = settings
        self.selected: list[ReleaseSteps] = []
        self._unpublished = unpublished
        self._releases: list[ReleaseSteps] = []
        self._indexes: ReleaseGroup | None = None

    def add(self, release: ReleaseSteps) -> None:
        """Add the collected steps of a project."""
        self._releases.append(release)

    def indexes_for(self, release: ReleaseSteps) -> ReleaseGroup:
        """Return the indexes of the group, which the first step makes."""
        if self._indexes is None:
            names = [project.name for project in self.projects if project.name]
            self._indexes = ReleaseGroup(
                self.settings,
                names,
                folder_name=self.projects[-1].root.name,
                unpublished=self._unpublished,
                change_rules=release.change_rules,
            )
            self._indexes.run_step_of = {
                other.project.name: other.run_for_sibling for other in self._releases if other.project.name
            }
        return self._indexes

    def reports(self, failure: SiblingNotPublished) -> bool:
        """Return whether the failed step of another project is an item of this session, which has the report."""
        return any(
            release.project.name == failure.sibling and failure.sibling_step in release.selected
            for release in self._releases
        )

    def end(self, release: ReleaseSteps) -> None:
        """Close everything after the last step of the last project: until then, others may need its files."""
        if release in self.selected:
            self.selected.remove(release)
        if not self.selected:
            self.close()

    def close(self) -> None:
        """Close the rehearsals, then the indexes."""
        for release in self._releases:  # all of them before the first is closed: one may wait for another
            release.interrupt()
        for release in self._releases:
            release.close()
        if self._indexes is not None:
            self._indexes.close()
            self._indexes = None


class ReleaseSteps(pytest.Collector):
    """The release of a project, with a rehearsal that is open from the first step to the last."""

    project: SourceProject
    group: SessionGroup
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
                group=self.group.indexes_for(self),
                on_command=self.progress.show,
            )
        return self._rehearsal

    def run_for_sibling(self, name: str) -> None:
        """Run a step of this project, which another one needs, unless it has run; raise its `StepFailed`."""
        self.rehearsal.run_step(name)

    def change_rules(self, rule_set: RuleSet) -> RuleSet:
        """Return the rule set that the hook of the project makes of one."""
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

    def duration_of(self, step: Step) -> tuple[str, str, float] | None:
        """Return the project, the name of a step and its seconds; None if the step has not been run."""
        run = self._rehearsal.runs[step.name] if self._rehearsal is not None else None
        if run is None or run.outcome not in {"passed", "failed"}:
            return None
        return self.project.name or self.project.root.name, step.name, run.seconds

    def save_run(self) -> None:
        """Save what a report says of the rehearsal so far, if a report is requested."""
        if self._rehearsal is not None and wants_report(self.config):
            from fake_pypi.rehearsal.rehearsal_content import rehearsal_report

            save_run(self, rehearsal_report(self._rehearsal, self.selected))

    def teardown(self) -> None:
        """Close the rehearsal after the last step; one of several, after the last step of all."""
        self.group.end(self)

    def interrupt(self) -> None:
        """End the steps of the rehearsal that have not ended."""
        if self._rehearsal is not None:
            self._rehearsal.interrupt()

    def close(self) -> None:
        """End all processes of the rehearsal and remove its files."""
        if self._rehearsal is not None:
            try:
                self.save_run()
            finally:
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
        except SiblingNotPublished as failure:
            self.release.rehearsal.raise_errors()
            if self.release.group.reports(failure):
                raise pytest.skip.Exception(failure.summary, _use_item_location=True) from None
            raise
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
