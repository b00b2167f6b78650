"""Run the steps of a job or of a composite action, one after another.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.action_reader import read_action
from fake_pypi.workflows.github.expression_evaluator import Functions
from fake_pypi.workflows.github.expression_values import is_true, to_text
from fake_pypi.workflows.github.expressions import condition, interpolate, resolve
from fake_pypi.workflows.github.running.builtin_actions.action_call import ActionCall
from fake_pypi.workflows.github.running.builtin_actions.action_table import BUILTIN_ACTIONS, split_reference
from fake_pypi.workflows.github.running.command_files import CommandFiles, InvalidCommandFile
from fake_pypi.workflows.github.running.log_commands import StepLog
from fake_pypi.workflows.github.running.running_job import ActionFailed
from fake_pypi.workflows.github.running.script_shells import script_command
from fake_pypi.workflows.github.running.step_findings import report_findings
from fake_pypi.workflows.github.running.steps_state import StepsState, hash_files, users_of_outputs
from fake_pypi.workflows.running.index_rejections import IndexRecord
from fake_pypi.workflows.running.run_report import WorkflowStepReport

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.running_job import RunningJob
    from fake_pypi.workflows.github.workflow import Action, WorkflowStep

MOST_NESTED = 10
"""Levels of composite actions that GitHub allows inside each other."""


@dataclass(frozen=True)
class _Execution:
    """One step that runs: its contexts and variables, its log, the steps after it, and its limit in seconds."""

    step: WorkflowStep
    state: StepsState
    contexts: dict[str, Any]
    variables: dict[str, str]
    log: StepLog
    later: Sequence[WorkflowStep]
    timeout: float | None


class StepRunner:
    """Runs steps on the machine of a job.

    `deadline` is when the job ends, as `time.monotonic`; `outputs` are the outputs of the job, with their expressions.
    """

    def __init__(
        self, job: RunningJob, *, deadline: float | None = None, outputs: Mapping[str, Any] | None = None
    ) -> None:
        self.job = job
        self._outputs = outputs or {}
        self.deadline = deadline
        self._numbers = itertools.count(1)
        self._inputs: dict[str, str] = {}

    def run(self, steps: Sequence[WorkflowStep], state: StepsState) -> None:
        """Run the steps; each one whose condition is true, as GitHub decides."""
        for position, step in enumerate(steps):
            report = self._run_step(step, state, steps[position + 1 :])
            self.job.report.steps.append(report)
            self.job.session.on_step(self.job.report, report)

    def _run_step(self, step: WorkflowStep, state: StepsState, later: Sequence[WorkflowStep]) -> WorkflowStepReport:
        report = WorkflowStepReport(step.title)
        started = time.monotonic()
        log = StepLog()
        outputs: dict[str, str] = {}
        self._inputs = {}
        index_record = IndexRecord(self.job.session.indexes)
        variables: dict[str, str] = {}
        try:
            variables = self._env(step, state)
            contexts = self._contexts(state, variables)
            functions = self._functions()
            report.title = self._masked(interpolate(step.title, contexts, functions).partition("\n")[0])
            if not condition(step.condition, contexts, state.status, functions):
                report.outcome = report.conclusion = "skipped"
                self._record(step, state, report, {})
                return report
            if state.depth == 0:
                self.job.session.on_start(self.job.report, report.title)
            timeout = self._timeout(self._resolved(step.timeout_minutes, contexts))
            execution = _Execution(step, state, contexts, variables, log, later, timeout)
            outputs = self._use(execution) if step.uses else self._script(execution)
        except (ActionFailed, UsageError, InvalidCommandFile) as error:
            report.outcome, report.error = "failure", str(error)
        report.seconds = time.monotonic() - started
        report.lines = log.lines
        if log.errors and report.outcome == "success":
            report.outcome, report.error = "failure", log.errors[0]
        sent = {**variables, **self._inputs}
        report_findings(self.job, report, log, index_record, sent, place=self._place(report), is_script=not step.uses)
        report.conclusion = report.outcome
        if report.outcome == "failure":
            self._conclude_failure(step, state, report, variables)
        self._record(step, state, report, {**log.outputs, **outputs})
        return report

    def _conclude_failure(
        self, step: WorkflowStep, state: StepsState, report: WorkflowStepReport, variables: Mapping[str, str]
    ) -> None:
        """Let a failed step fail the job, unless it has `continue-on-error`."""
        tolerated = self._resolved(step.continue_on_error, self._contexts(state, variables))
        if not is_true(tolerated) or tolerated == "false":
            state.failed = True
            return
        report.conclusion = "success"
        self.job.session.report.add_warning(
            f"{self._place(report)}: the step failed, and `continue-on-error` hides that"
        )

    def _masked(self, text: str) -> str:
        return self.job.session.log_secrets.mask(text)

    def _place(self, report: WorkflowStepReport) -> str:
        return f"{self.job.report.title} / {report.title}"

    def _record(
        self, step: WorkflowStep, state: StepsState, report: WorkflowStepReport, outputs: dict[str, str]
    ) -> None:
        if step.id:
            state.results[step.id] = {"outputs": outputs, "outcome": report.outcome, "conclusion": report.conclusion}

    def _env(self, step: WorkflowStep, state: StepsState) -> dict[str, str]:
        """Return the variables of a step: of workflow and job, of $GITHUB_ENV, then of the step."""
        shared = {**state.env, **self.job.variables}
        contexts = self._contexts(state, shared)
        functions = self._functions()
        own = {name: to_text(resolve(value, contexts, functions)) for name, value in step.env.items()}
        return {**shared, **own}

    def _contexts(self, state: StepsState, variables: Mapping[str, str]) -> dict[str, Any]:
        status = "cancelled" if state.cancelled else "failure" if state.failed else "success"
        return {**state.contexts, "env": dict(variables), "steps": state.results, "job": {"status": status}}

    def _functions(self) -> Functions:
        return {"hashfiles": lambda *patterns: hash_files(self.job.workspace, *map(to_text, patterns))}

    def _resolved(self, value: Any, contexts: Mapping[str, Any]) -> Any:
        return resolve(value, contexts, self._functions())

    def _timeout(self, minutes: Any) -> float | None:
        """Return the seconds that a step has: its own limit, and what is left of the job's."""
        limits = [float(to_text(minutes)) * 60] if minutes not in {None, ""} else []
        if self.deadline is not None:
            limits.append(max(0.1, self.deadline - time.monotonic()))
        return min(limits, default=None)

    def _script(self, execution: _Execution) -> dict[str, str]:
        step, state, log, contexts = execution.step, execution.state, execution.log, execution.contexts
        files = CommandFiles(self.job.folder / "commands" / str(next(self._numbers)))
        files.create()
        functions = self._functions()
        text = interpolate(step.run or "", contexts, functions)
        shell = step.shell or next((each.shell for each in state.defaults if each.shell), None)
        folder = step.working_directory or next(
            (each.working_directory for each in state.defaults if each.working_directory), None
        )
        shell = interpolate(shell, contexts, functions) if shell else None
        directory = self.job.workspace / interpolate(folder, contexts, functions) if folder else self.job.workspace
        if not directory.is_dir():
            raise ActionFailed(f"the working directory {folder} does not exist")
        environment = self.job.environment_of(execution.variables, {**files.variables, **state.action_variables})
        command = script_command(shell, environment["PATH"])
        script = files.folder / f"script{command.extension}"
        script.write_text(f"{text.rstrip()}\n", encoding="utf-8", newline="\n")
        log.lines.extend(f"$ {line}" for line in self._masked(text).rstrip().splitlines())
        try:
            outcome = self.job.run(
                command.arguments(script), variables=environment, cwd=directory, timeout=execution.timeout
            )
        except ActionFailed as error:
            log.read(str(error))
            raise ActionFailed(str(error).splitlines()[-1]) from None
        log.read(outcome.output)
        outputs = self._apply(files, log)
        for call in self.job.take_calls_not_run():
            self.job.session.report.add_note(f"`{self._masked(call)}` was not run")
        if outcome.exit_code:
            hint = ""
            if self.job.skipped_actions:
                hint = f"; before it, {', '.join(self.job.skipped_actions)} was skipped, which it may need"
            raise ActionFailed(f"Process completed with exit code {outcome.exit_code}.{hint}")
        return outputs

    def _apply(self, files: CommandFiles, log: StepLog) -> dict[str, str]:
        """Apply what a step wrote into its files and printed; return its outputs."""
        for mask in log.masks:
            self.job.session.log_secrets.add_mask(mask)
        changed = files.values("ENV")
        self.job.variables.update(
            {name: value for name, value in changed.items() if not name.startswith(("GITHUB_", "RUNNER_"))}
        )
        for folder in files.path:
            self.job.path.insert(0, folder)
        if files.summary.strip():
            self.job.summaries.append(files.summary.strip())
        return files.values("OUTPUT")

    def _use(self, execution: _Execution) -> dict[str, str]:
        step, log, uses = execution.step, execution.log, execution.step.uses or ""
        inputs = {
            name.lower(): to_text(self._resolved(value, execution.contexts)) for name, value in step.inputs.items()
        }
        self._inputs = inputs
        if uses.startswith("./"):
            return self._use_local(uses, inputs, execution)
        name, version = split_reference(uses)
        builtin = BUILTIN_ACTIONS.get(name.lower())
        if builtin is None or builtin.function is None:
            why = "is not known here" if builtin is None else builtin.description
            self._skip(execution, uses, why, is_known=builtin is not None)
            return {}
        call = ActionCall(
            self.job,
            name,
            version,
            inputs,
            self.job.environment_of(execution.variables, needs_python=False),
            timeout=execution.timeout,
        )
        try:
            return builtin.function(call)
        finally:
            log.read("\n".join(call.output))

    def _skip(self, execution: _Execution, uses: str, why: str, *, is_known: bool) -> None:
        """Skip an action; end the job if a later step uses its outputs."""
        step_id = execution.step.id
        outputs = {} if execution.state.depth else self._outputs
        users = users_of_outputs(step_id, execution.later, outputs) if step_id else []
        if users and not is_known:
            raise ActionFailed(
                f"the action {uses} {why}, and {users[0]} needs its outputs: this job cannot be rehearsed"
            )
        name = uses.partition("@")[0]
        note = f"{name}: {why}" if is_known else f"the action {name} is not known here and was skipped"
        execution.log.lines.append(note)
        self.job.session.report.add_note(note)
        if not is_known:
            self.job.skipped_actions.append(name)

    def _use_local(self, uses: str, inputs: dict[str, str], execution: _Execution) -> dict[str, str]:
        state, variables, log = execution.state, execution.variables, execution.log
        folder = self.job.workspace / uses
        if not folder.is_dir():
            raise ActionFailed(
                f"Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under {uses}: a local action needs "
                "actions/checkout before it"
            )
        if state.depth >= MOST_NESTED:
            raise ActionFailed(f"{uses}: composite actions are nested more than {MOST_NESTED} levels deep")
        action = read_action(self.job.workspace, uses)
        if action.using != "composite":
            raise ActionFailed(f"{uses} runs with {action.using}; only composite actions can be rehearsed")
        inner = StepsState(
            contexts={**state.contexts, "inputs": self._action_inputs(action, inputs, state, variables)},
            env=variables,
            depth=state.depth + 1,
            folder=folder,
        )
        inner.contexts["github"] = {**state.contexts["github"], "action_path": str(folder)}
        inner.contexts.pop("secrets", None)
        for position, step in enumerate(action.steps):
            report = self._run_step(step, inner, action.steps[position + 1 :])
            log.lines.append(f"[{report.title}]{' (skipped)' if report.outcome == 'skipped' else ''}")
            log.lines.extend(f"  {line}" for line in report.lines)
            if report.conclusion == "failure":
                log.lines.append(f"  error: {report.error}")
        outer = self._contexts(inner, variables)
        outputs = {name: to_text(self._resolved(value, outer)) for name, value in action.outputs.items()}
        if inner.failed:
            raise ActionFailed(f"a step of {uses} failed")
        return outputs

    def _action_inputs(
        self, action: Action, given: dict[str, str], state: StepsState, variables: dict[str, str]
    ) -> dict[str, str]:
        contexts = self._contexts(state, variables)
        defaults = {
            name.lower(): to_text(self._resolved(item.default, contexts)) for name, item in action.inputs.items()
        }
        for name in given:
            if name not in defaults:
                self.job.session.report.add_warning(
                    f"{self.job.report.title}: Unexpected input(s) '{name}', valid inputs are {list(defaults)}"
                )
        return {**defaults, **given}
