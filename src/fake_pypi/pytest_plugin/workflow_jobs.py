"""The jobs of a publishing workflow as test items: collect, run and report them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.errors import FakePyPIError, UsageError
from fake_pypi.workflows.host_choice import WrittenOptions, open_host_rehearsal
from fake_pypi.workflows.running.released_projects import default_tag
from fake_pypi.workflows.running.run_text import job_lines, step_lines

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.settings import Settings
    from fake_pypi.workflows.running.host_rehearsal import HostRehearsal
    from fake_pypi.workflows.running.run_report import JobReport

SECTIONS = {
    "published": ("published",),
    "warnings": ("warnings",),
    "not_checked": ("notes", "not_run"),
    "remaining": ("remaining",),
}
"""The sections of the summary, each with the attributes of the report whose lines it has."""


class WorkflowJobFailed(FakePyPIError):
    """A job of a workflow failed, or a mistake was found in it; the text has its steps with their output."""


class WorkflowCollection:
    """Adds the jobs of the workflows in the options to the collected tests."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        directory = config.invocation_params.dir
        named = [(directory / argument.partition("::")[0]).resolve() for argument in config.args]
        only_workflows = bool(named) and all(path in settings.workflows for path in named)
        if not only_workflows:
            config.args = [*config.args, *(str(file) for file in settings.workflows if not _is_in(file, named))]

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Look into the folders of the workflows, which begin with a dot, and at nothing else in them."""
        path = collection_path.resolve()
        if any(path in {file, *file.parents} for file in self.settings.workflows) and path.name.startswith("."):
            return False
        hidden = [parent for file in self.settings.workflows for parent in file.parents if parent.name.startswith(".")]
        if not any(path.is_relative_to(parent) for parent in hidden):
            return None
        return not any(path in {file, *file.parents} for file in self.settings.workflows)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect the jobs of a workflow."""
        collectors = yield
        if file_path.resolve() not in self.settings.workflows:
            return collectors
        return [WorkflowFile.of(parent, file_path, self.settings)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None, None, None]:
        """Put the jobs of a workflow in the order of their needs, after plugins that shuffle tests."""
        yield
        places = [place for place, item in enumerate(items) if isinstance(item, WorkflowJobItem)]
        jobs = [item for item in items if isinstance(item, WorkflowJobItem)]
        jobs.sort(key=lambda item: (str(item.path), item.position))
        for place, item in zip(places, jobs, strict=True):
            items[place] = item

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the new lines for the summary to the report of a job."""
        report = yield
        if isinstance(item, WorkflowJobItem) and call.when == "call":
            report.fake_pypi = item.file.new_lines()  # type: ignore[attr-defined]
        return report


def _is_in(file: Path, paths: list[Path]) -> bool:
    """Return whether pytest collects a file from the arguments anyway: it is one of them, or in a folder among them."""
    return any(file == path or (path.is_dir() and file.is_relative_to(path)) for path in paths)


class WorkflowFile(pytest.File):
    """A workflow, with a rehearsal that is open from the first job to the last."""

    settings: Settings

    @classmethod
    def of(cls, parent: pytest.Collector, path: Path, settings: Settings) -> Self:
        """Make the node of a workflow."""
        node: Self = cls.from_parent(parent, path=path)
        node.settings = settings
        return node

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._rehearsal: HostRehearsal | None = None
        self._reported: set[tuple[str, str]] = set()
        self._reported_mistakes: set[str] = set()

    @property
    def rehearsal(self) -> HostRehearsal:
        """The rehearsal, which the collection opens; it starts nothing before the first job runs."""
        if self._rehearsal is None:
            settings = self.settings
            self._rehearsal = open_host_rehearsal(
                self.path,
                WrittenOptions(
                    settings.workflow_secrets,
                    settings.workflow_inputs,
                    settings.workflow_variables,
                    settings.workflow_publishers or None,
                ),
                tag=settings.workflow_tag or default_tag(self.path),
                event=settings.workflow_event,
                repository=settings.workflow_repository,
                strict=settings.strict,
                timeout=settings.timeout,
                wheelhouse=settings.wheelhouse,
                upstream=settings.upstream,
                without=settings.without,
                as_of=settings.as_of,
            )
        return self._rehearsal

    def collect(self) -> Iterable[WorkflowJobItem]:
        """Yield an item for each job. Raises `pytest.UsageError` for a file that GitHub or GitLab would reject."""
        try:
            names = self.rehearsal.job_names
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        for position, name in enumerate(names):
            item: WorkflowJobItem = WorkflowJobItem.from_parent(self, name=name)
            item.file, item.position = self, position
            yield item

    def new_lines(self) -> dict[str, list[str]]:
        """Return the lines for the summary, by section, that were not returned before."""
        report = self.rehearsal.report
        lines = [
            (section, line) for section, names in SECTIONS.items() for name in names for line in getattr(report, name)
        ]
        new: dict[str, list[str]] = {section: [] for section in SECTIONS}
        for section, line in lines:
            if (section, line) not in self._reported:
                new[section].append(line)
        self._reported.update(lines)
        return new

    def new_mistakes(self, job: str) -> list[str]:
        """Return the mistakes that were not returned before, without those that are about another job."""
        of_others = {problem.text for problem in self.rehearsal.problems if problem.job not in {"", job}}
        excluded = self._reported_mistakes | of_others
        new = [mistake for mistake in self.rehearsal.report.mistakes if mistake not in excluded]
        self._reported_mistakes.update(new)
        return new

    def teardown(self) -> None:
        """Close the rehearsal after the last job."""
        if self._rehearsal is not None:
            self._rehearsal.close()
            self._rehearsal = None


class WorkflowJobItem(pytest.Item):
    """One job of a workflow, with all entries of its matrix that run on this machine.

    It has the attributes that hooks of projects and plugins expect of a test function.
    """

    file: WorkflowFile
    position: int
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

    @property
    def function(self) -> Callable[[], None]:
        """The job as a function."""

        def job() -> None:
            self.runtest()

        return job

    @property
    def obj(self) -> Callable[[], None]:
        """The same function."""
        return self.function

    def runtest(self) -> None:
        """Run the job after those that it needs; skip it if its condition is false."""
        rehearsal = self.file.rehearsal
        if not rehearsal.decision.runs:
            raise WorkflowJobFailed("\n".join(rehearsal.plan_lines()[:1]))
        jobs = rehearsal.run_job(self.name)
        mistakes = self.file.new_mistakes(self.name)
        if mistakes or any(job.result in {"failure", "cancelled"} for job in jobs):
            raise WorkflowJobFailed("\n".join([*(line for job in jobs for line in _lines(job)), *mistakes]))
        if jobs and all(job.result in {"skipped", "not run here"} for job in jobs):
            raise pytest.skip.Exception(jobs[0].reason, _use_item_location=True)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the text of a failed job; only errors in fake-pypi have a traceback."""
        if isinstance(excinfo.value, FakePyPIError):
            return str(excinfo.value)
        excinfo.traceback = excinfo.traceback.cut(path=__file__)  # without the frames of pytest
        return super().repr_failure(excinfo, style or "short")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the workflow, line 0, and the heading of the job in the list of failures."""
        return self.path, 0, f"workflow: {self.name}"


def _lines(job: JobReport) -> Iterable[str]:
    yield from job_lines(job)
    for step in job.steps:
        yield from step_lines(step)
