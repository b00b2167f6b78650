"""The rehearsal of a workflow: from its file and an event to the report.

with WorkflowRehearsal(WorkflowOptions(Path(".github/workflows/release.yml"), tag="v1.2.0")) as rehearsal:
    rehearsal.run()
rehearsal.report.failed
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from fake_pypi.errors import UsageError
from fake_pypi.temporary import new_folder
from fake_pypi.workflows.github.contexts import github_context
from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.problems.find_problems import find_problems, publishing_event
from fake_pypi.workflows.github.problems.problem import KnownPublisher, WorkflowProblem
from fake_pypi.workflows.github.problems.release_versions import version_of_tag
from fake_pypi.workflows.github.running.job_runner import JobRunner, WorkflowCall
from fake_pypi.workflows.github.running.log_secrets import LogSecrets
from fake_pypi.workflows.github.running.origin_repository import (
    OriginRepository,
    origin_name,
    prepare_origin,
    repository_root,
)
from fake_pypi.workflows.github.running.registered_publishers import PublisherEntry, RegisteredPublishers
from fake_pypi.workflows.github.running.released_projects import project_names
from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport
from fake_pypi.workflows.github.running.run_secrets import RunSecrets, referenced_secrets
from fake_pypi.workflows.github.running.run_session import RunSession
from fake_pypi.workflows.github.triggers import Decision, WorkflowEvent, events_of
from fake_pypi.workflows.github.workflow_reader import read_workflow

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.github.workflow import Workflow


@dataclass(frozen=True)
class WorkflowOptions:
    """What to rehearse: the workflow `file`, and the event.

    `tag` and `branch` are what the event is about; with neither, it is the current branch. `jobs` selects jobs, and
    those that they need. `secrets` are values by name, None for a secret that is missing. `publishers` are those that
    are registered on the indexes; None registers what the workflow needs. `projects` are the names of the projects,
    by default those in the repository.
    """

    file: Path
    tag: str | None = None
    branch: str | None = None
    event: str | None = None
    activity: str | None = None
    jobs: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str | None] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    repository: str | None = None
    publishers: tuple[PublisherEntry, ...] | None = None
    projects: tuple[str, ...] = ()
    strict: bool = False
    timeout: float = 1800.0
    wheelhouse: tuple[Path, ...] = ()
    upstream: str | None = None
    without: tuple[str, ...] = ()

    def checked(self) -> WorkflowOptions:
        """Return the options unchanged. Raises `UsageError` for the first invalid one."""
        if not self.file.is_file():
            raise UsageError(f"there is no workflow {str(self.file)!r}", "name a file in .github/workflows")
        if self.tag and self.branch:
            raise UsageError("an event is about a tag or a branch", "give --tag or --branch")
        if self.repository is not None and not re.fullmatch(r"[^/\s]+/[^/\s]+", self.repository):
            raise UsageError(f"{self.repository!r} is no repository", "write OWNER/NAME")
        return self


class WorkflowRehearsal:
    """Reads the workflow, decides, and runs its jobs with two new indexes.

    `workflow`, `event`, `decision`, `plan` and `problems` are known before the run. `report` is filled by it.
    """

    def __init__(self, options: WorkflowOptions) -> None:
        self.options = options.checked()
        self.root = repository_root(options.file)
        self.workflow: Workflow = read_workflow(options.file.resolve(), self.root.resolve())
        self.report = WorkflowReport()
        self.repository = options.repository or origin_name(self.root)
        if self.repository is None:
            self.repository = f"owner/{self.root.resolve().name}"
            self.report.add_note(
                f"the repository is taken for {self.repository}, because there is no remote `origin` on GitHub: name "
                "it with --repository OWNER/NAME"
            )
        self.event, self.decision = self._event()
        if self.workflow.file.rpartition("/")[0] != ".github/workflows":
            self.report.add_warning(f"GitHub reads workflows from .github/workflows, and not {self.workflow.file}")
        unknown = [name for name in options.jobs if name not in self.workflow.jobs]
        if unknown:
            raise UsageError(f"there is no job {unknown[0]!r}", f"the jobs are {', '.join(self.workflow.jobs)}")
        self._indexes: FakeIndexes | None = None

    def _event(self) -> tuple[WorkflowEvent, Decision]:
        options = self.options
        events = events_of(
            self.workflow,
            tag=options.tag,
            branch=options.branch,
            name=options.event,
            activity=options.activity,
            inputs=options.inputs,
        )
        return publishing_event(self.workflow, events, self.root, str(self.repository))

    @cached_property
    def plan(self) -> Plan:
        """The jobs that run, as far as that is known before the run."""
        return make_plan(
            self.workflow, self.event, self.root, repository=str(self.repository), variables=self.options.variables
        )

    @cached_property
    def problems(self) -> list[WorkflowProblem]:
        """The problems that the workflow shows without running, errors first."""
        stated = [
            KnownPublisher(site, entry.workflow, entry.environment)
            for entry in self.options.publishers or ()
            for site in ("pypi", "testpypi")
            if entry.site in {"", site}
        ]
        return find_problems(self.plan, self.root, publishers=stated)

    @cached_property
    def folder(self) -> Path:
        """A temporary folder; removed at the end."""
        return new_folder("workflow")

    @cached_property
    def origin(self) -> OriginRepository:
        """The copy of the repository at the commit of the event."""
        branch = self.options.branch or (self.event.ref_name if self.options.event == "push" else None)
        tag = self.event.ref_name if self.event.is_tag else None
        return prepare_origin(self.root, self.folder / "origin.git", tag=tag, branch=None if tag else branch)

    @cached_property
    def session(self) -> RunSession:
        """The shared parts of the run, made at the first use."""
        from fake_pypi.fake import FakeIndexes

        options = self.options
        indexes = self._indexes = FakeIndexes(
            wheelhouse=options.wheelhouse, upstream=options.upstream, without=options.without, hidden=self._projects()
        )
        log_secrets = LogSecrets()
        texts = [self.workflow.path.read_text(encoding="utf-8"), *self._called_texts()]
        names = {name for text in texts for name in referenced_secrets(text)}
        return RunSession(
            indexes=indexes,
            origin=self.origin,
            github=github_context(
                self.workflow,
                self.event,
                repository=str(self.repository),
                sha=self.origin.sha,
                default_branch=self.origin.default_branch,
            ),
            root=self.root,
            folder=self.folder,
            secrets=RunSecrets(indexes, log_secrets, names=names, given=options.secrets),
            publishers=RegisteredPublishers(indexes, self._projects(), stated=options.publishers),
            variables=options.variables,
            any_python=bool(options.wheelhouse or options.upstream),
            strict=options.strict,
            timeout=options.timeout,
            report=self.report,
            log_secrets=log_secrets,
        )

    def run(self) -> WorkflowReport:
        """Run the jobs that the options select, or all, and complete the report."""
        for name in self.options.jobs or self.workflow.jobs:
            self.run_job(name)
        return self.report

    def run_job(self, name: str) -> list[JobReport]:
        """Run a job after those that it needs; return its report, one for each entry of its matrix."""
        self._jobs.run_job(name)
        self._complete_report()
        return [job for job in self.report.jobs if job.job == name]

    @cached_property
    def _jobs(self) -> JobRunner:
        session = self.session
        self._add_problems()
        for note in self.origin.notes:
            self.report.add_note(note)
        committed = self.origin.read(self.workflow.file)
        if committed is not None and committed != self.workflow.path.read_text(encoding="utf-8"):
            self.report.add_note(f"{self.workflow.file} is rehearsed as it is now; it differs at {self.event.ref_name}")
        return JobRunner(session, self.workflow, WorkflowCall(inputs=self.event.inputs))

    def _add_problems(self) -> None:
        report = self.report
        add = {"error": report.add_mistake, "warning": report.add_warning, "hint": report.add_hint}
        for problem in self.problems:
            add[problem.severity](f"{problem}\n{problem.why}\n{problem.remedy}")

    def _projects(self) -> list[str]:
        return list(self.options.projects) or project_names(self.root)

    def _called_texts(self) -> list[str]:
        """Return the texts of the other workflows and actions of the repository, which may use secrets too."""
        folder = self.root / ".github"
        files = [file for pattern in ("**/*.yml", "**/*.yaml") for file in folder.glob(pattern) if file.is_file()]
        return [file.read_text(encoding="utf-8", errors="replace") for file in files] if self._calls_local() else []

    def _calls_local(self) -> bool:
        jobs = self.workflow.jobs.values()
        uses = [job.uses for job in jobs] + [step.uses for job in jobs for step in job.steps]
        return any(name and name.startswith("./") for name in uses)

    def _complete_report(self) -> None:
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
        for name, site in session.secrets.used_tokens:
            if session.secrets.given.get(name) is None:
                title = next(index.site.title for index in session.indexes.all if index.site.name == site)
                report.add_remaining(
                    f"create the secret {name} on GitHub with an API token of {title}, or use trusted publishing"
                )

    def _check_tag(self, version: str, site: str) -> None:
        """Report a version that is not that of the tag."""
        if not self.event.is_tag:
            return
        tagged = version_of_tag(self.event.ref_name)
        with contextlib.suppress(InvalidVersion):
            if tagged is not None and Version(version) != tagged:
                self.report.add_mistake(
                    f"the tag is {self.event.ref_name}, and the version that was published on {site} is {version}: "
                    "let the workflow compare them before it publishes, or take the version from the tag"
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
