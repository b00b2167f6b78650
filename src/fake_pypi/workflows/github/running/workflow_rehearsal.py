"""The rehearsal of a workflow: from its file and an event to the report.

with WorkflowRehearsal(WorkflowOptions(Path(".github/workflows/release.yml"), tag="v1.2.0")) as rehearsal:
    rehearsal.run()
rehearsal.report.failed
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.contexts import github_context
from fake_pypi.workflows.github.needs import in_order
from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.problems.find_problems import find_problems, publishing_event
from fake_pypi.workflows.github.problems.problem import KnownPublisher
from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry
from fake_pypi.workflows.github.running.job_runner import JobRunner, WorkflowCall
from fake_pypi.workflows.github.running.plan_text import workflow_plan_lines
from fake_pypi.workflows.github.running.run_session import RunSession
from fake_pypi.workflows.github.triggers import WorkflowEvent, events_of
from fake_pypi.workflows.github.workflow_reader import read_workflow
from fake_pypi.workflows.running.host_options import HostOptions
from fake_pypi.workflows.running.host_rehearsal import HostRehearsal
from fake_pypi.workflows.running.log_secrets import LogSecrets
from fake_pypi.workflows.running.origin_repository import (
    OriginRepository,
    origin_name,
    prepare_origin,
    repository_root,
)
from fake_pypi.workflows.running.registered_publishers import RegisteredPublishers
from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport
from fake_pypi.workflows.running.run_secrets import RunSecrets, referenced_secrets
from fake_pypi.workflows.start_decision import Decision
from fake_pypi.workflows.workflow_problem import WorkflowProblem

if TYPE_CHECKING:
    from fake_pypi.workflows.github.workflow import Workflow


@dataclass(frozen=True)
class WorkflowOptions(HostOptions):
    """What to rehearse of a workflow.

    `inputs` are those of workflow_dispatch, `activity` is the activity type of the event. `publishers` are those that
    are registered on the indexes; None registers what the workflow needs. `variables` is the context `vars`.
    """

    activity: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    publishers: tuple[GitHubPublisherEntry, ...] | None = None

    def checked(self) -> WorkflowOptions:
        """Return the options unchanged. Raises `UsageError` for the first invalid one."""
        self.check_event("workflow", "a file in .github/workflows")
        if self.repository is not None and not re.fullmatch(r"[^/\s]+/[^/\s]+", self.repository):
            raise UsageError(f"{self.repository!r} is no repository", "write OWNER/NAME")
        return self


class WorkflowRehearsal(HostRehearsal):
    """Reads the workflow, decides, and runs its jobs with two new indexes.

    `workflow`, `event`, `decision`, `plan` and `problems` are known before the run. `report` is filled by it.
    """

    def __init__(self, options: WorkflowOptions) -> None:
        super().__init__(options.checked(), repository_root(options.file))
        self.options = options
        self.workflow: Workflow = read_workflow(options.file.resolve(), self.root.resolve())
        self.repository = options.repository or origin_name(self.root)
        if self.repository is None:
            self.repository = f"owner/{self.root.resolve().name}"
            self.report.add_note(
                f"the repository is taken for {self.repository}, because there is no remote `origin` on GitHub: name "
                "it with --repository OWNER/NAME"
            )
        self.event, self._decision = self._event()
        if self.workflow.file.rpartition("/")[0] != ".github/workflows":
            self.report.add_warning(f"GitHub reads workflows from .github/workflows, and not {self.workflow.file}")
        unknown = [name for name in options.jobs if name not in self.workflow.jobs]
        if unknown:
            raise UsageError(f"there is no job {unknown[0]!r}", f"the jobs are {', '.join(self.workflow.jobs)}")

    @property
    def decision(self) -> Decision:
        """Whether the event starts the workflow."""
        return self._decision

    @property
    def place(self) -> str:
        """The file and the line of the trigger."""
        trigger = self.workflow.triggers.get(self.event.name)
        return f"{self.workflow.file}:{trigger.line if trigger else 1}"

    @property
    def tag(self) -> str:
        """The tag that the event is about; "" without one."""
        return self.event.ref_name if self.event.is_tag else ""

    @property
    def job_names(self) -> list[str]:
        """The jobs of the workflow, in the order in which they run."""
        return in_order(self.workflow)

    def plan_lines(self) -> list[str]:
        """Return whether the event starts the workflow, and which jobs run, as lines for a terminal."""
        return list(workflow_plan_lines(self.workflow, self.event, self.decision, self.plan))

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
    def origin(self) -> OriginRepository:
        """The copy of the repository at the commit of the event."""
        branch = self.options.branch or (self.event.ref_name if self.options.event == "push" else None)
        tag = self.event.ref_name if self.event.is_tag else None
        return prepare_origin(self.root, self.folder / "origin.git", tag=tag, branch=None if tag else branch)

    @cached_property
    def session(self) -> RunSession:
        """The shared parts of the run, made at the first use."""
        options, indexes = self.options, self.open_indexes()
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
            publishers=RegisteredPublishers(
                indexes, self.projects, GitHubPublisherEntry.of_claims, stated=options.publishers
            ),
            variables=options.variables,
            any_python=options.any_python,
            strict=options.strict,
            timeout=options.timeout,
            report=self.report,
            log_secrets=log_secrets,
        )

    def run(self) -> WorkflowReport:
        """Run the jobs that the options select, or all, and complete the report."""
        for name in self.options.jobs or self.workflow.jobs:
            self.run_job(name)
        left_out = [planned for planned in self.plan.jobs if planned.left_out]
        if left_out and not self.report.published and not self.options.jobs:
            self.report.add_mistake(
                f"{self.workflow.file}:{left_out[0].job.line}: no job published anything, and what "
                f"{left_out[0].job.uses} does is not known: rehearse the commands that it runs instead"
            )
        return self.report

    def run_job(self, name: str) -> list[JobReport]:
        """Run a job after those that it needs; return its report, one for each entry of its matrix."""
        self._jobs.run_job(name)
        self.complete_report("the secret {name} on GitHub")
        return self.report.of_job(name)

    @cached_property
    def _jobs(self) -> JobRunner:
        session = self.session
        self.add_problems()
        for note in self.origin.notes:
            self.report.add_note(note)
        committed = self.origin.read(self.workflow.file)
        if committed is not None and committed != self.workflow.path.read_text(encoding="utf-8"):
            self.report.add_note(f"{self.workflow.file} is rehearsed as it is now; it differs at {self.event.ref_name}")
        return JobRunner(session, self.workflow, WorkflowCall(inputs=self.event.inputs))

    def _called_texts(self) -> list[str]:
        """Return the texts of the other workflows and actions of the repository, which may use secrets too."""
        folder = self.root / ".github"
        files = [file for pattern in ("**/*.yml", "**/*.yaml") for file in folder.glob(pattern) if file.is_file()]
        return [file.read_text(encoding="utf-8", errors="replace") for file in files] if self._calls_local() else []

    def _calls_local(self) -> bool:
        jobs = self.workflow.jobs.values()
        uses = [job.uses for job in jobs] + [step.uses for job in jobs for step in job.steps]
        return any(name and name.startswith("./") for name in uses)
