"""The rehearsal of a pipeline: from its file and an event to the report.

with PipelineRehearsal(PipelineOptions(Path(".gitlab-ci.yml"), tag="v1.2.0")) as rehearsal:
    rehearsal.run()
rehearsal.report.failed
"""

from __future__ import annotations

import contextlib
import sys
from functools import cached_property

from packaging.version import InvalidVersion, Version

from fake_pypi.workflows.gitlab.pipeline import Pipeline
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan, make_pipeline_plan, selected_jobs
from fake_pypi.workflows.gitlab.pipeline_problems import find_pipeline_problems
from fake_pypi.workflows.gitlab.pipeline_reader import read_pipeline
from fake_pypi.workflows.gitlab.rule_matching import RuleContext
from fake_pypi.workflows.gitlab.running.commit_facts import commit_variables, files_of, gitlab_project, root_of_pipeline
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
from fake_pypi.workflows.gitlab.running.pipeline_options import PIPELINE_FILE, PipelineOptions
from fake_pypi.workflows.gitlab.running.pipeline_run import PipelineRun
from fake_pypi.workflows.gitlab.running.pipeline_session import PipelineSession
from fake_pypi.workflows.gitlab.running.pipeline_text import pipeline_plan_lines
from fake_pypi.workflows.gitlab.running.project_variables import (
    TOKEN,
    ProjectVariables,
    is_credential,
    undefined_names,
)
from fake_pypi.workflows.gitlab.upload_commands import upload_commands
from fake_pypi.workflows.running.host_rehearsal import HostRehearsal
from fake_pypi.workflows.running.log_secrets import LogSecrets
from fake_pypi.workflows.running.origin_repository import OriginRepository, prepare_origin
from fake_pypi.workflows.running.registered_publishers import RegisteredPublishers
from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport
from fake_pypi.workflows.start_decision import Decision
from fake_pypi.workflows.workflow_problem import WorkflowProblem

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHELL_VARIABLES = frozenset({"HOME", "PATH", "PWD", "USER", "SHELL", "TMPDIR", "IFS", "RANDOM", "SECONDS", "HOSTNAME"})


class PipelineRehearsal(HostRehearsal):
    """Reads the pipeline, decides, and runs its jobs with two new indexes.

    `pipeline`, `event`, `plan`, `decision` and `problems` are known before the run. `report` is filled by it.
    """

    noun = "pipeline"

    def __init__(self, options: PipelineOptions) -> None:
        super().__init__(options.checked(), root_of_pipeline(options.file))
        self.options = options
        try:
            self.project = self._project()
            self.context = self._context()
            self.pipeline: Pipeline = read_pipeline(options.file.resolve(), self.root.resolve(), self.context)
            self.plan = self._plan()
            selected_jobs(self.plan, options.jobs)
        except BaseException:
            self.close()
            raise

    @property
    def event(self) -> PipelineEvent:
        """What starts the pipeline."""
        return self.context.event

    @property
    def decision(self) -> Decision:
        """Whether GitLab creates a pipeline."""
        return self.plan.decision

    @property
    def place(self) -> str:
        """The file."""
        return self.pipeline.file

    @property
    def tag(self) -> str:
        """The tag that the event is about; "" without one."""
        return self.event.tag

    def plan_lines(self) -> list[str]:
        """Return whether the event creates a pipeline, and which jobs run, as lines for a terminal."""
        return list(pipeline_plan_lines(self.pipeline, self.plan))

    def _project(self) -> str:
        project = self.options.repository or gitlab_project(self.root)
        if project is None:
            project = f"group/{self.root.resolve().name}"
            self.report.add_note(
                f"the project is taken for {project}, because there is no remote `origin` on gitlab.com: name it with "
                "--repository NAMESPACE/NAME"
            )
        return project

    @cached_property
    def origin(self) -> OriginRepository:
        """The copy of the project at the commit of the event."""
        tag, branch = self.options.tag, self.options.branch
        return prepare_origin(self.root, self.folder / "origin.git", tag=tag, branch=None if tag else branch)

    def _context(self) -> RuleContext:
        options, origin = self.options, self.origin
        event = PipelineEvent.of(
            options.event,
            project=self.project,
            tag=options.tag,
            branch=options.branch or ("" if options.tag else origin.ref_name),
            default_branch=origin.default_branch,
            sha=origin.sha,
        )
        target = event.default_branch if event.is_merge_request else ""
        given = {name: value for name, value in options.secrets.items() if value is not None}
        variables = {**event.variables(), **commit_variables(origin), **options.variables, **given}
        return RuleContext(event, variables, files_of(origin, target_branch=target))

    def _plan(self) -> PipelinePlan:
        """Return the plan; rules see credentials that the file uses as variables of the project."""
        undefined = undefined_names(self.pipeline, self.event)
        assumed = {name: TOKEN for name in undefined if is_credential(name) and name not in self.options.secrets}
        variables = {**assumed, **self.context.variables}
        return make_pipeline_plan(self.pipeline, self.context.with_variables(variables))

    @cached_property
    def problems(self) -> list[WorkflowProblem]:
        """The problems that the pipeline shows without running, errors first."""
        registered = tuple((entry.site, entry.environment) for entry in self.options.publishers or ())
        given = {**self.options.variables, **self.options.secrets}
        return find_pipeline_problems(self.plan, version=self._version(), given=given, registered=registered)

    def _version(self) -> str:
        """Return the version that pyproject.toml states; "" where the build backend finds it."""
        text = self.origin.read("pyproject.toml")
        with contextlib.suppress(tomllib.TOMLDecodeError, InvalidVersion, AttributeError):
            data = tomllib.loads(text or "")
            version = data.get("project", {}).get("version") or data.get("tool", {}).get("poetry", {}).get("version")
            return str(Version(str(version))) if version else ""
        return ""

    @cached_property
    def session(self) -> PipelineSession:
        """The shared parts of the run, made at the first use."""
        options, indexes = self.options, self.open_indexes()
        log_secrets = LogSecrets()
        used = undefined_names(self.pipeline, self.event)
        variables = ProjectVariables(
            indexes, log_secrets, used=used, given=options.secrets, variables=options.variables
        )
        return PipelineSession(
            indexes=indexes,
            origin=self.origin,
            plan=self.plan,
            folder=self.folder,
            project_variables=variables,
            secrets=variables.secrets,
            publishers=RegisteredPublishers(
                indexes, self.projects, GitLabPublisherEntry.of_claims, stated=options.publishers
            ),
            log_secrets=log_secrets,
            report=self.report,
            any_python=options.any_python,
            strict=options.strict,
            timeout=options.timeout,
        )

    @cached_property
    def _run(self) -> PipelineRun:
        self._add_notes()
        return PipelineRun(self.session, self.options.jobs)

    def run(self) -> WorkflowReport:
        """Run the jobs, and complete the report."""
        self._run.run()
        self._complete()
        return self.report

    @property
    def job_names(self) -> list[str]:
        """The jobs of the pipeline, in the order in which they run."""
        return [planned.job.name for planned in self.plan.in_order()]

    def run_job(self, name: str) -> list[JobReport]:
        """Run a job after those that it waits for, unless it has run; return what happened in it."""
        planned = next(planned for planned in self.plan.in_order() if planned.job.name == name)
        self._run.run_job(planned)
        self._complete()
        return self.report.of_job(name)

    def _add_notes(self) -> None:
        report = self.report
        self.add_problems()
        for note in [*self.origin.notes, *map(str, self.pipeline.notes), *self.plan.context.notes]:
            report.add_note(note)
        for include in self.pipeline.missing_includes:
            report.add_note(f"{include.place}: include {include.text} is not available: {include.reason}")
        if self.pipeline.file != PIPELINE_FILE:
            report.add_note(
                f"GitLab reads {PIPELINE_FILE}, unless the project's settings name {self.pipeline.file} as its CI/CD "
                "configuration file"
            )
        images = sorted(
            {planned.job.image for planned in self.plan.jobs if planned.job.image and planned.is_in_pipeline}
        )
        if images:
            report.add_note(
                f"no container is started: jobs run in the shell of this machine, not in {', '.join(images)}"
            )
        self._add_variable_notes()

    def _add_variable_notes(self) -> None:
        report, variables = self.report, self.session.project_variables
        if variables.assumed:
            report.add_note(
                f"taken for CI/CD variables of the project, each with a token of the index that it reaches: "
                f"{', '.join(variables.assumed)}"
            )
        known = {*self.options.secrets, *self.options.variables, *variables.assumed}
        for name, job in undefined_names(self.pipeline, self.event).items():
            planned = self.plan.job(job.name)
            if name.isupper() and name not in known | SHELL_VARIABLES and planned and planned.is_in_pipeline:
                report.add_note(f"{job.place}: {job.name} uses ${name}, which is not defined: give it with --var")
        if any(upload.index == "gitlab" for upload in upload_commands(self.plan)):
            report.add_note(
                "uploads to the package registry of GitLab are not rehearsed: it is another server, and there is no "
                "CI_JOB_TOKEN"
            )

    def _complete(self) -> None:
        """Complete the report, with the publishers and environments that the real sites need."""
        report, session = self.report, self.session
        self.complete_report("the CI/CD variable {name} on GitLab (masked, and protected if the tags are)")
        for index in session.indexes.all:
            for site, entry in dict.fromkeys(session.exchanges):
                if site != index.site.name:
                    continue
                if self.options.publishers is None:
                    report.add_remaining(session.publishers.remaining_text(index, entry))
                if entry.environment:
                    report.add_remaining(
                        f"create the environment {entry.environment} on GitLab (Operate > Environments), and protect it"
                    )
