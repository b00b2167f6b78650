"""The rehearsal of a pipeline: from its file and an event to the report.

with PipelineRehearsal(PipelineOptions(Path(".gitlab-ci.yml"), tag="v1.2.0")) as rehearsal:
    rehearsal.run()
rehearsal.report.failed
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from fake_pypi.temporary import new_folder
from fake_pypi.workflows.github.running.log_secrets import LogSecrets
from fake_pypi.workflows.github.running.origin_repository import OriginRepository, prepare_origin
from fake_pypi.workflows.github.running.released_projects import project_names
from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport
from fake_pypi.workflows.gitlab.pipeline import Pipeline
from fake_pypi.workflows.gitlab.pipeline_event import PipelineEvent
from fake_pypi.workflows.gitlab.pipeline_plan import PipelineDecision, PipelinePlan, make_pipeline_plan, selected_jobs
from fake_pypi.workflows.gitlab.pipeline_problem import PipelineProblem
from fake_pypi.workflows.gitlab.pipeline_problems import find_pipeline_problems, version_in_tag
from fake_pypi.workflows.gitlab.pipeline_reader import read_pipeline
from fake_pypi.workflows.gitlab.rule_matching import RuleContext
from fake_pypi.workflows.gitlab.running.commit_facts import (
    commit_variables,
    files_of,
    gitlab_project,
    root_of_pipeline,
)
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry, GitLabPublishers
from fake_pypi.workflows.gitlab.running.pipeline_options import PIPELINE_FILE, PipelineOptions
from fake_pypi.workflows.gitlab.running.pipeline_run import PipelineRun
from fake_pypi.workflows.gitlab.running.pipeline_session import PipelineSession
from fake_pypi.workflows.gitlab.running.project_variables import (
    TOKEN,
    ProjectVariables,
    is_credential,
    undefined_names,
)
from fake_pypi.workflows.gitlab.upload_commands import upload_commands

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.fake import FakeIndexes

SHELL_VARIABLES = frozenset({"HOME", "PATH", "PWD", "USER", "SHELL", "TMPDIR", "IFS", "RANDOM", "SECONDS", "HOSTNAME"})


class PipelineRehearsal:
    """Reads the pipeline, decides, and runs its jobs with two new indexes.

    `pipeline`, `event`, `plan`, `decision` and `problems` are known before the run. `report` is filled by it.
    """

    def __init__(self, options: PipelineOptions) -> None:
        self.options = options.checked()
        self.root = root_of_pipeline(options.file)
        self.report = WorkflowReport()
        self._indexes: FakeIndexes | None = None
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
    def decision(self) -> PipelineDecision:
        """Whether GitLab creates a pipeline."""
        return self.plan.decision

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
    def folder(self) -> Path:
        """A temporary folder; removed at the end."""
        return new_folder("pipeline")

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
    def problems(self) -> list[PipelineProblem]:
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
        from fake_pypi.fake import FakeIndexes

        options = self.options
        projects = list(options.projects) or project_names(self.root)
        indexes = self._indexes = FakeIndexes(
            wheelhouse=options.wheelhouse, upstream=options.upstream, without=options.without, hidden=projects
        )
        log_secrets = LogSecrets()
        used = undefined_names(self.pipeline, self.event)
        return PipelineSession(
            indexes=indexes,
            origin=self.origin,
            plan=self.plan,
            folder=self.folder,
            project_variables=ProjectVariables(
                indexes, log_secrets, used=used, given=options.secrets, variables=options.variables
            ),
            publishers=GitLabPublishers(indexes, projects, stated=options.publishers),
            log_secrets=log_secrets,
            report=self.report,
            any_python=bool(options.wheelhouse or options.upstream),
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
        self._complete_report()
        return self.report

    @property
    def job_names(self) -> list[str]:
        """The jobs of the pipeline, in the order in which they run."""
        return [planned.job.name for planned in self.plan.in_order()]

    def run_job(self, name: str) -> list[JobReport]:
        """Run a job after those that it waits for, unless it has run; return what happened in it."""
        planned = next(planned for planned in self.plan.in_order() if planned.job.name == name)
        self._run.run_job(planned)
        self._complete_report()
        return [job for job in self.report.jobs if job.job == name]

    def _add_notes(self) -> None:
        report = self.report
        add = {"error": report.add_mistake, "warning": report.add_warning, "hint": report.add_hint}
        for problem in self.problems:
            add[problem.severity](f"{problem}\n{problem.why}\n{problem.remedy}")
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
            accepted = [entry for site, entry in dict.fromkeys(session.exchanges) if site == index.site.name]
            self._add_registrations(index.site.title, index.site.hosts.index, accepted)
        for blocked in session.indexes.blocked_requests:
            report.add_note(f"blocked a request to {blocked}")
        for name, site in session.project_variables.secrets.used_tokens:
            if self.options.secrets.get(name, TOKEN) == TOKEN:
                title = next(index.site.title for index in session.indexes.all if index.site.name == site)
                report.add_remaining(
                    f"create the CI/CD variable {name} on GitLab (masked, and protected if the tags are) with an API "
                    f"token of {title}, or use trusted publishing"
                )

    def _add_registrations(self, title: str, host: str, entries: list[GitLabPublisherEntry]) -> None:
        names = ", ".join(self.session.publishers.projects) or "NAME"
        for entry in entries:
            if self.options.publishers is None:
                self.report.add_remaining(
                    f"register this publisher on {title} (https://{host}/manage/account/publishing/): "
                    f"PyPI Project Name: {names} · {entry}"
                )
            if entry.environment:
                self.report.add_remaining(
                    f"create the environment {entry.environment} on GitLab (Operate > Environments), and protect it"
                )

    def _check_tag(self, version: str, site: str) -> None:
        """Report a version that is not that of the tag."""
        tagged = version_in_tag(self.event.tag) if self.event.tag else None
        with contextlib.suppress(InvalidVersion):
            if tagged is not None and Version(version) != tagged:
                self.report.add_mistake(
                    f"the tag is {self.event.tag}, and the version that was published on {site} is {version}: let the "
                    "pipeline compare them before it publishes, or take the version from the tag"
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
