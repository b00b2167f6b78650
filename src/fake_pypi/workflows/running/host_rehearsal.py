"""A rehearsal of what a host runs for an event: its temporary folder, its indexes, and the end of its report."""

from __future__ import annotations

import contextlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from fake_pypi.temporary import new_folder
from fake_pypi.workflows.running.released_projects import project_names
from fake_pypi.workflows.running.run_report import WorkflowReport
from fake_pypi.workflows.tag_versions import version_of_tag

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.running.host_options import HostOptions
    from fake_pypi.workflows.running.host_session import HostSession
    from fake_pypi.workflows.running.run_report import JobReport
    from fake_pypi.workflows.start_decision import Decision
    from fake_pypi.workflows.workflow_problem import WorkflowProblem


class HostRehearsal(ABC):
    """Reads a file, decides, and runs jobs with two new indexes.

    `decision`, `job_names` and `problems` are known before the run. `report` is filled by it.
    """

    noun = "workflow"
    """What the host calls that which runs."""

    def __init__(self, options: HostOptions, root: Path) -> None:
        self.root = root
        self.report = WorkflowReport()
        self._sources = options
        self._indexes: FakeIndexes | None = None

    @property
    @abstractmethod
    def decision(self) -> Decision:
        """Whether the event starts anything."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The file and the line of what the event starts."""

    @property
    @abstractmethod
    def tag(self) -> str:
        """The tag that the event is about; "" without one."""

    @property
    @abstractmethod
    def problems(self) -> Sequence[WorkflowProblem]:
        """The problems that are known without a run, errors first."""

    @property
    @abstractmethod
    def session(self) -> HostSession[Any]:
        """The shared parts of the run, made at the first use."""

    @property
    @abstractmethod
    def job_names(self) -> list[str]:
        """The jobs, in the order in which they run."""

    @abstractmethod
    def plan_lines(self) -> list[str]:
        """Return whether the event starts anything, and which jobs run, as lines for a terminal."""

    @abstractmethod
    def run(self) -> WorkflowReport:
        """Run the jobs that the options select, or all, and complete the report."""

    @abstractmethod
    def run_job(self, name: str) -> list[JobReport]:
        """Run a job after those that it needs, unless it has run; return its reports."""

    @cached_property
    def folder(self) -> Path:
        """A temporary folder; removed at the end."""
        return new_folder(self.noun)

    @cached_property
    def projects(self) -> list[str]:
        """The names of the projects that are published."""
        return list(self._sources.projects) or project_names(self.root)

    def open_indexes(self) -> FakeIndexes:
        """Open the indexes of the run."""
        from fake_pypi.fake import FakeIndexes

        options = self._sources
        self._indexes = FakeIndexes(
            wheelhouse=options.wheelhouse,
            upstream=options.upstream,
            without=options.without,
            as_of=options.as_of,
            hidden=self.projects,
        )
        return self._indexes

    def add_problems(self) -> None:
        """Add the problems that are known without a run to the report."""
        report = self.report
        add = {"error": report.add_mistake, "warning": report.add_warning, "hint": report.add_hint}
        for problem in self.problems:
            add[problem.severity](problem.text)

    def complete_report(self, secret_to_create: str) -> None:
        """Add what was published, whether it fits the tag, and the secrets to create.

        `secret_to_create` is what the host calls a secret, with `{name}` for its name.
        """
        report, session = self.report, self.session
        report.published.clear()
        for index in session.indexes.all:
            stored = [request for request in index.requests if request.is_upload and request.stored]
            if stored:
                names = ", ".join(request.requested_filename for request in stored)
                report.published.append(f"on {index.site.title}: {names}")
            for version in dict.fromkeys(request.version for request in stored):
                self._check_tag(version, index.site.title)
        for blocked in session.indexes.blocked_requests:
            report.add_note(f"blocked a request to {blocked}")
        titles = {index.site.name: index.site.title for index in session.indexes.all}
        for name, site in session.secrets.used_tokens:
            if session.secrets.given.get(name) is None:
                secret = secret_to_create.format(name=name)
                report.add_remaining(f"create {secret} with an API token of {titles[site]}, or use trusted publishing")

    def _check_tag(self, version: str, site: str) -> None:
        """Report a version that is not that of the tag."""
        tagged = version_of_tag(self.tag) if self.tag else None
        with contextlib.suppress(InvalidVersion):
            if tagged is not None and Version(version) != tagged:
                self.report.add_mistake(
                    f"{self.place}: the tag is {self.tag}, and the version that was published on {site} is {version}: "
                    f"let the {self.noun} compare them before it publishes, or take the version from the tag"
                )

    def close(self) -> None:
        """Close the indexes and remove all files of the rehearsal."""
        if self._indexes is not None:
            self._indexes.close()
        if "folder" in self.__dict__:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
