"""Run one instance of a job: checkout, artifacts, script, after_script, and what it passes on."""

from __future__ import annotations

import contextlib
import shlex
import time
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.index.look_ups import number_of
from fake_pypi.index.publishers import GITLAB
from fake_pypi.workflows.gitlab.pipeline import PipelineVariable, ScriptLine
from fake_pypi.workflows.gitlab.pipeline_event import slug_of
from fake_pypi.workflows.gitlab.pipeline_plan import pipeline_variables_of
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
from fake_pypi.workflows.gitlab.running.identity_tokens import audience_mistake, pipeline_claims
from fake_pypi.workflows.gitlab.running.job_instance import JobInstance
from fake_pypi.workflows.gitlab.running.job_machine import JobMachine, MachineFailure
from fake_pypi.workflows.gitlab.running.pipeline_session import PipelineSession
from fake_pypi.workflows.gitlab.variable_expansion import expand, expanded_variables
from fake_pypi.workflows.running.index_rejections import IndexRecord, Sent, rejection_mistakes, skipped_files
from fake_pypi.workflows.running.missing_packages import missing_packages_text
from fake_pypi.workflows.running.run_report import JobReport, WorkflowStepReport

HIDDEN_LINE = "(this line contains a secret and is not shown)"
MINT_PATH = "/_/oidc/mint-token"
AFTER_SCRIPT_SECONDS = 300.0
"""The default limit of `after_script`."""
_NOWHERE = Place("", 0)


class PipelineJobRunner:
    """Runs one instance; `artifact_jobs` are the jobs whose artifacts it gets, `number` is unique in the run."""

    def __init__(
        self, session: PipelineSession, instance: JobInstance, number: int, artifact_jobs: Iterable[str]
    ) -> None:
        self.session = session
        self.instance = instance
        self.job = instance.planned.job
        self.number = number
        self.artifact_jobs = list(artifact_jobs)
        self.report = JobReport(self.job.name, instance.title)
        image = expand(self.job.image, session.plan.context.variables)
        self.machine = JobMachine(session, session.folder / f"job-{number}", project=session.project, image=image)
        self.exit_code = 0

    @cached_property
    def environment(self) -> str:
        """The deployment environment; "" without one."""
        known = {**self._predefined, **self._written_values(self._predefined)}
        return expand(self.job.environment.name, known) if self.job.environment else ""

    @cached_property
    def claims(self) -> dict[str, Any]:
        """The claims of the identity tokens of this job, without the audience."""
        return pipeline_claims(self.session.plan, self.session.origin.sha, str(self.number), self.environment)

    @cached_property
    def _predefined(self) -> dict[str, str]:
        """The predefined variables, those that exist only inside a job among them."""
        session, instance = self.session, self.instance
        url = f"https://gitlab.com/{session.project}"
        variables = {
            **session.plan.context.event.variables(),
            **{name: value for name, value in session.plan.context.variables.items() if name.startswith("CI_")},
            "CI_BUILDS_DIR": str(self.machine.directory.parents[session.project.count("/")]),
            "CI_PROJECT_DIR": str(self.machine.directory),
            "CI_CONFIG_PATH": session.plan.pipeline.file,
            "CI_CONCURRENT_ID": "0",
            "CI_JOB_ID": str(self.number),
            "CI_JOB_NAME": instance.title,
            "CI_JOB_NAME_SLUG": slug_of(instance.title),
            "CI_JOB_STAGE": self.job.stage,
            "CI_JOB_STARTED_AT": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "CI_JOB_URL": f"{url}/-/jobs/{self.number}",
            "CI_NODE_TOTAL": str(instance.count),
            "CI_PIPELINE_ID": "1",
            "CI_PIPELINE_IID": "1",
            "CI_PIPELINE_URL": f"{url}/-/pipelines/1",
            "CI_REPOSITORY_URL": f"{url}.git",
            "CI_RUNNER_DESCRIPTION": "fake-pypi",
            "CI_RUNNER_ID": number_of("fake-pypi"),
            "CI_RUNNER_VERSION": "",
        }
        if instance.count > 1 or self.job.has_matrix:
            variables["CI_NODE_INDEX"] = str(instance.number)
        return variables

    def _written_values(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of the file and of the jobs before, which the project's replace."""
        plan, planned = self.session.plan, self.instance.planned
        passed = self.session.artifacts.variables
        dotenv = {name: value for job in self.artifact_jobs for name, value in passed.get(job, {}).items()}
        matrix = {name: PipelineVariable(value, _NOWHERE) for name, value in self.instance.matrix.items()}
        layers = [
            pipeline_variables_of(self.job, plan.variables),
            self.job.variables,
            planned.rule_variables,
            matrix,
            {name: PipelineVariable(value, _NOWHERE, expand=False) for name, value in dotenv.items()},
        ]
        return expanded_variables(layers, known)

    @cached_property
    def variables(self) -> dict[str, str]:
        """All variables of the job."""
        project = self.session.project_variables.values(self.environment)
        predefined = dict(self._predefined)
        written = {**self._written_values({**predefined, **project}), **project}
        if self.job.environment is not None:
            predefined["CI_ENVIRONMENT_NAME"] = self.environment
            predefined["CI_ENVIRONMENT_SLUG"] = slug_of(self.environment)
            predefined["CI_ENVIRONMENT_URL"] = expand(self.job.environment.url, {**predefined, **written})
        return {**predefined, **written, **self._identity_tokens({**predefined, **written})}

    def _identity_tokens(self, known: Mapping[str, str]) -> dict[str, str]:
        if not self.job.id_tokens:
            return {}
        self.session.publishers.register(self.claims)
        provider = self.session.indexes.pypi.identity_provider(GITLAB)
        tokens = {}
        for token in self.job.id_tokens:
            audiences = [expand(audience, known) for audience in token.audiences]
            audience = audiences[0] if len(audiences) == 1 else audiences
            tokens[token.variable] = provider.token({**self.claims, "aud": audience})
            self.session.log_secrets.add(token.variable, tokens[token.variable])
        return tokens

    def run(self) -> JobReport:
        """Run the job, and return its report; its result is "success" or "failure"."""
        session, report = self.session, self.report
        session.on_job(report)
        record = IndexRecord(session.indexes)
        before = [(index, index.requests.total) for index in session.indexes.all]
        try:
            self.machine.check_out(self.variables, session.plan.context.event.ref)
            restored = session.artifacts.restore(self.artifact_jobs, self.machine.directory)
            self._run_script(restored)
        except (MachineFailure, UsageError) as error:
            self._fail("prepare", str(error))
        self._run_after_script()
        self._collect()
        for note in self.machine.notes:
            session.report.add_note(note)
        succeeded = report.result == "success"
        place = f"{self.instance.title} ({self.job.place})"
        for mistake in rejection_mistakes(
            session,
            record,
            Sent(self.variables, self.claims, GITLAB, "GitLab", "variable"),
            place,
            GitLabPublisherEntry.of_claims,
            succeeded=succeeded,
            audience_mistake=lambda index, rejection: audience_mistake(index, rejection, self.variables),
        ):
            session.report.add_mistake(session.indexes.redact(mistake))
        output = "\n".join(line for step in report.steps for line in step.lines)
        if succeeded and (hidden := skipped_files(output)):
            session.report.add_mistake(f"{place}: {hidden}")
        if not succeeded and (missing := missing_packages_text(output)):
            session.report.add_hint(f"{place}: {missing}")
        for index, total in before:
            if any(each.path == MINT_PATH and each.status == 200 for each in index.requests.after(total)):
                session.exchanges.append((index.site.name, GitLabPublisherEntry.of_claims(self.claims)))
        for line in session.project_variables.secrets.bind():
            session.report.add_note(line.replace("the secret ", "the variable ", 1))
        return report

    def _run_script(self, restored: list[str]) -> None:
        if self.variables.get("CI_DEBUG_TRACE", "").lower() in {"true", "1"}:
            self.session.report.add_mistake(
                f"{self.job.name} ({self.job.place}): CI_DEBUG_TRACE prints every variable into the log, tokens too"
            )
        step = WorkflowStepReport("script", lines=restored)
        limits = [limit for limit in (self.job.timeout, self.session.timeout) if limit]
        started = time.monotonic()
        for attempt in range(1 + self.job.retry.most):
            if attempt:
                step.lines.append(f"the job failed with exit code {self.exit_code} and runs again (`retry`)")
            outcome = None
            try:
                outcome = self.machine.run(_script(self.job.commands), self.variables, min(limits, default=None))
            except MachineFailure as error:
                step.outcome, self.exit_code = "failure", 1
                *lines, step.error = str(error).splitlines()
                step.lines += lines
                break
            step.lines += outcome.output.rstrip().splitlines()
            self.exit_code = outcome.exit_code
            if not outcome.exit_code or not self.job.retry.applies_to(outcome.exit_code):
                break
        if step.outcome == "success" and self.exit_code:
            step.outcome, step.error = "failure", f"Job failed: exit code {self.exit_code}"
        step.seconds = time.monotonic() - started
        step.conclusion = step.outcome
        self._add(step)
        if step.outcome == "failure":
            self.report.result, self.report.reason = "failure", step.error

    def _run_after_script(self) -> None:
        """Run `after_script` in a shell of its own; its failure does not change the result."""
        if not self.job.after_script or not self.machine.directory.is_dir():
            return
        step = WorkflowStepReport("after_script")
        status = "success" if self.report.result == "success" else "failed"
        started = time.monotonic()
        with contextlib.suppress(UsageError):
            try:
                outcome = self.machine.run(
                    _script(self.job.after_script), {**self.variables, "CI_JOB_STATUS": status}, AFTER_SCRIPT_SECONDS
                )
                step.lines = outcome.output.rstrip().splitlines()
                if outcome.exit_code:
                    step.outcome, step.error = "failure", f"after_script failed with exit code {outcome.exit_code}"
            except MachineFailure as error:
                step.outcome, step.error = "failure", str(error)
        if step.error:
            self.session.report.add_warning(f"{self.instance.title}: {step.error}, which does not fail the job")
        step.seconds = time.monotonic() - started
        self._add(step)

    def _collect(self) -> None:
        artifacts = self.job.artifacts
        succeeded = self.report.result == "success"
        if artifacts is None or (artifacts.when != "always" and (artifacts.when == "on_success") is not succeeded):
            return
        lines = self.session.artifacts.collect(self.job.name, artifacts, self.machine, self.variables)
        self._add(WorkflowStepReport("artifacts", lines=lines))
        if any("No files to upload" in line for line in lines):
            self.session.report.add_warning(
                f"{artifacts.place}: {self.instance.title} has no artifacts: "
                f"no file matches {', '.join(artifacts.paths)}"
            )

    def _fail(self, title: str, text: str) -> None:
        self.exit_code = 1
        self.report.result, self.report.reason = "failure", text
        self._add(WorkflowStepReport(title, "failure", "failure", error=text))

    def _add(self, step: WorkflowStepReport) -> None:
        self._check_log(step)
        self.report.steps.append(step)
        self.session.on_step(self.report, step)

    def _check_log(self, step: WorkflowStepReport) -> None:
        """Mask variables in the output, and report those that it shows."""
        secrets, report = self.session.log_secrets, self.session.report
        text = "\n".join([*step.lines, step.error])
        place = f"{self.instance.title} / {step.title}"
        for name in secrets.printed_in(text):
            report.add_mistake(
                f"{place}: the variable {name} is printed: the log shows it unless GitLab masks the variable, and "
                "GitLab masks exact copies only: do not print it"
            )
        for name, form in secrets.readable_in(text).items():
            report.add_mistake(
                f"{place}: the variable {name} is readable in the log ({form}), although it is masked: do not print "
                "it, and revoke it if this has run on GitLab"
            )
        step.lines = [self._shown(line) for line in step.lines]
        step.error = self._shown(step.error)

    def _shown(self, line: str) -> str:
        secrets = self.session.log_secrets
        hidden = bool(secrets.readable_in(line))
        return HIDDEN_LINE if hidden else self.session.indexes.redact(secrets.mask(line))


def _script(commands: tuple[ScriptLine, ...]) -> str:
    """Return a script that prints each command before it runs, as the runner does."""
    lines = []
    for command in commands:
        shown = command.text.strip().splitlines()
        text = shown[0] if len(shown) == 1 else f"{shown[0]} # collapsed multi-line command" if shown else ""
        lines += [f"printf '%s\\n' {shlex.quote(f'$ {text}')}", command.text]
    return "\n".join(lines)
