"""Run the jobs of a workflow in order, with conditions, matrices, permissions and reusable workflows.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobs
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.expression_values import is_true, to_text
from fake_pypi.workflows.github.expressions import Status, condition, interpolate, resolve
from fake_pypi.workflows.github.matrix import Combination, combinations, title_of
from fake_pypi.workflows.github.needs import ancestors, in_order
from fake_pypi.workflows.github.reusable import called_inputs, check_call, local_workflow, remote_workflow
from fake_pypi.workflows.github.runners import labels_of, runner_for
from fake_pypi.workflows.github.running.job_identity import id_token_level, job_claims
from fake_pypi.workflows.github.running.remaining_work import list_what_remains, request_totals
from fake_pypi.workflows.github.running.running_job import RunningJob, runner_context
from fake_pypi.workflows.github.running.step_runner import StepRunner
from fake_pypi.workflows.github.running.steps_state import StepsState
from fake_pypi.workflows.running.run_report import JobReport
from fake_pypi.workflows.running.run_secrets import GITHUB_TOKEN

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.run_session import RunSession
    from fake_pypi.workflows.github.workflow import Job, Workflow


@dataclass(frozen=True)
class WorkflowCall:
    """How a workflow was started: by the event, or by a job of another workflow.

    `secrets` are the values that the caller passes, None for all. `id_token` is the level of that permission that the
    caller has, None for the event. `prefix` precedes the titles of the jobs, `job` is the id of the calling job.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] | None = None
    id_token: str | None = None
    prefix: str = ""
    job: str = ""
    depth: int = 0


@dataclass
class _Result:
    """The result of a job, as `needs` shows it."""

    result: str
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def context(self) -> dict[str, Any]:
        return {"result": self.result, "outputs": self.outputs}


class JobRunner:
    """Runs the jobs of one workflow, one after another."""

    def __init__(self, session: RunSession, workflow: Workflow, call: WorkflowCall | None = None) -> None:
        self.session = session
        self.workflow = workflow
        self.call = call or WorkflowCall()
        self.results: dict[str, _Result] = {}

    def run(self) -> None:
        """Run all jobs."""
        for name in in_order(self.workflow):
            self.run_job(name)

    def run_job(self, name: str) -> None:
        """Run a job after those that it needs; each job runs once."""
        if name not in self.results:
            for needed in self.workflow.jobs[name].needs:
                self.run_job(needed)
            self.results[name] = self._run_job(self.workflow.jobs[name])

    def outputs(self) -> dict[str, str]:
        """Return the outputs of a reusable workflow."""
        if self.workflow.call is None:
            return {}
        jobs = {name: result.context for name, result in self.results.items()}
        contexts = {**self._base_contexts(), "jobs": jobs}
        return {name: to_text(resolve(value, contexts)) for name, value in self.workflow.call.outputs.items()}

    def result(self) -> str:
        """Return the result of the workflow."""
        results = {result.result for result in self.results.values()}
        return next((name for name in ("failure", "cancelled") if name in results), "success")

    def _base_contexts(self) -> dict[str, Any]:
        return {
            "github": self.session.github,
            "inputs": dict(self.call.inputs),
            "vars": dict(self.session.variables),
        }

    def _run_job(self, job: Job) -> _Result:
        needs = {name: self.results[name].context for name in job.needs}
        contexts = {**self._base_contexts(), "needs": needs}
        before = [self.results[name].result for name in ancestors(self.workflow, job.id)]
        status = Status(success=all(result == "success" for result in before), failure="failure" in before)
        title = f"{self.call.prefix}{job.name or job.id}"
        try:
            if not condition(job.condition, contexts, status):
                return self._skipped(job, title, _why_skipped(job, needs, before))
            entries = self._entries(job, contexts)
        except UsageError as error:
            return self._failed(job, title, str(error))
        results: list[_Result] = []
        for number, entry in enumerate(entries):
            strategy = self._strategy(job, contexts, number, len(entries))
            own = {**contexts, "matrix": entry.entry, "strategy": strategy}
            cancelled = strategy["fail-fast"] and any(result.result == "failure" for result in results)
            try:
                results.append(self._run_entry(job, own, entry, cancelled=cancelled))
            except UsageError as error:
                results.append(self._failed(job, title_of(title, entry.values), str(error)))
        return _joined(results)

    def _entries(self, job: Job, contexts: Mapping[str, Any]) -> list[Combination]:
        if job.strategy is None or job.strategy.matrix is None:
            return [Combination({})]
        matrix = resolve(job.strategy.matrix, contexts)
        if not isinstance(matrix, Mapping):
            raise UsageError(f"the matrix of {job.id} is {to_text(matrix)!r}", "give it a mapping of lists")
        return combinations(matrix)

    def _strategy(self, job: Job, contexts: Mapping[str, Any], number: int, total: int) -> dict[str, Any]:
        fail_fast = resolve(job.strategy.fail_fast, contexts) if job.strategy else None
        return {
            "fail-fast": fail_fast is None or (is_true(fail_fast) and fail_fast != "false"),
            "job-index": number,
            "job-total": total,
            "max-parallel": total,
        }

    def _run_entry(self, job: Job, contexts: dict[str, Any], entry: Combination, *, cancelled: bool) -> _Result:
        name = interpolate(job.name, contexts) if job.name else job.id
        title = self.call.prefix + (name if job.name and "${{" in job.name else title_of(name, entry.values))
        if cancelled:
            report = JobReport(
                self.call.job or job.id, title, "cancelled", "another entry of the matrix failed, and fail-fast is on"
            )
            self._add(report)
            return _Result("cancelled")
        if job.uses:
            return self._call_workflow(job, contexts, title)
        if job.refusals:
            return self._failed(job, title, "; ".join(note.key.sentence for note in job.refusals))
        runner = runner_for(labels_of(resolve(job.runs_on, contexts)))
        if not runner.is_here:
            self.session.report.not_run.append(f"{title}: {runner.note}")
            self._add(JobReport(self.call.job or job.id, title, "not run here", runner.note))
            return _Result("success")
        if runner.note:
            self.session.report.add_note(f"{title}: {runner.note}")
        for what in [*(["container"] if job.container else []), *(["services"] if job.services else [])]:
            self.session.report.add_note(f"{title}: `{what}` is ignored: steps run on this machine")
        return self._run_steps(job, contexts, title)

    def _run_steps(self, job: Job, contexts: dict[str, Any], title: str) -> _Result:
        session = self.session
        report = JobReport(self.call.job or job.id, title)
        self._add(report)
        environment = interpolate(job.environment.name, contexts) if job.environment else ""
        claims = job_claims(self.session.github, self.workflow, job, environment, allowed=self.call.id_token)
        number = len(session.report.jobs)
        running = RunningJob(session, job.id, report, session.folder / f"job-{number}", environment, claims)
        if claims is not None:
            session.publishers.register(claims)
        minutes = resolve(job.timeout_minutes, contexts)
        deadline = time.monotonic() + float(to_text(minutes)) * 60 if minutes not in {None, ""} else None
        state = self._steps_state(job, running, contexts)
        contexts = state.contexts
        before = request_totals(session.indexes)
        StepRunner(running, deadline=deadline, outputs=job.outputs).run(job.steps, state)
        final = {**contexts, "steps": state.results, "env": {**state.env, **running.variables}}
        final["job"] = {"status": "failure" if state.failed else "success"}
        report.outputs = {name: to_text(resolve(value, final)) for name, value in job.outputs.items()}
        session.summaries.extend(running.summaries)
        if state.failed:
            report.result = "failure"
            failed = next((step for step in report.steps if step.conclusion == "failure"), None)
            report.reason = f"{failed.title}: {failed.error.partition(chr(10))[0]}" if failed else ""
            tolerated = resolve(job.continue_on_error, contexts)
            if is_true(tolerated) and tolerated != "false":
                report.result = "success"
                session.report.add_warning(f"{title}: the job failed, and `continue-on-error` hides that")
        list_what_remains(session, self.workflow.file, claims, environment, before)
        return _Result(report.result, report.outputs)

    def _steps_state(self, job: Job, running: RunningJob, contexts: Mapping[str, Any]) -> StepsState:
        """Return the contexts and the variables that the steps of a job begin with."""
        secrets = self._secrets(running.environment)
        own = {
            **contexts,
            "secrets": secrets,
            "runner": {
                **runner_context(),
                "temp": str(running.temporary),
                "tool_cache": str(running.folder / "tool-cache"),
            },
            "github": {
                **self.session.github,
                "job": job.id,
                "token": secrets.get(GITHUB_TOKEN, ""),
                "workspace": str(running.workspace),
                "event_path": str(self.session.event_file),
            },
        }
        env: dict[str, str] = {}
        for variables in (self.workflow.env, job.env):
            values = {name: to_text(resolve(value, {**own, "env": env})) for name, value in variables.items()}
            env.update(values)
        return StepsState(own, env, defaults=(job.defaults, self.workflow.defaults))

    def _secrets(self, environment: str) -> dict[str, str]:
        known = self.session.secrets.context(environment)
        if self.call.secrets is None:
            return dict(known)
        return {**self.call.secrets, GITHUB_TOKEN: known.get(GITHUB_TOKEN, "")}

    def _call_workflow(self, job: Job, contexts: dict[str, Any], title: str) -> _Result:
        called = local_workflow(self.session.root, self.workflow, job)
        if called is None:
            return self._leave_out(job, title)
        check_call(self.workflow, job, called)
        known = self.session.secrets.context("")
        if job.secrets == "inherit":
            secrets = self.call.secrets
        else:
            given = job.secrets if isinstance(job.secrets, Mapping) else {}
            own = known if self.call.secrets is None else self.call.secrets
            secrets = {name: to_text(resolve(value, {**contexts, "secrets": own})) for name, value in given.items()}
        own_call = WorkflowCall(
            inputs=called_inputs(self.workflow, job, called, contexts),
            secrets=secrets,
            id_token=id_token_level(self.workflow, job, self.call.id_token),
            prefix=f"{title} / ",
            job=self.call.job or job.id,
            depth=self.call.depth + 1,
        )
        runner = JobRunner(self.session, called, own_call)
        runner.run()
        return _Result(runner.result(), runner.outputs())

    def _leave_out(self, job: Job, title: str) -> _Result:
        """Go on without a workflow of another repository, unless another job needs its outputs."""
        is_dispensable, why = remote_workflow(self.workflow, job)
        if not is_dispensable:
            return self._failed(job, title, f"it cannot be rehearsed: {why}")
        self.session.report.not_run.append(f"{title}: {why}")
        self._add(JobReport(self.call.job or job.id, title, "not run here", why))
        return _Result("success")

    def _skipped(self, job: Job, title: str, reason: str) -> _Result:
        self._add(JobReport(self.call.job or job.id, title, "skipped", reason))
        return _Result("skipped")

    def _failed(self, job: Job, title: str, reason: str) -> _Result:
        self._add(JobReport(self.call.job or job.id, title, "failure", reason))
        return _Result("failure")

    def _add(self, report: JobReport) -> None:
        self.session.report.jobs.append(report)
        self.session.on_job(report)


def _why_skipped(job: Job, needs: Mapping[str, Mapping[str, Any]], before: list[str]) -> str:
    waiting = [f"{name} ({need['result']})" for name, need in needs.items() if need["result"] != "success"]
    if waiting:
        return f"it needs {', '.join(waiting)}"
    if any(result != "success" for result in before):
        return "a job that its needs depend on was skipped or failed"
    return f"its condition is false: {job.condition}"


def _joined(results: list[_Result]) -> _Result:
    """Return the result of a job from those of the entries of its matrix; the last one's outputs win, as on GitHub."""
    names = {result.result for result in results}
    outputs: dict[str, str] = {}
    for result in results:
        outputs.update({name: value for name, value in result.outputs.items() if value or name not in outputs})
    joined = next((name for name in ("failure", "cancelled", "skipped") if name in names), "success")
    return _Result(joined, outputs)
