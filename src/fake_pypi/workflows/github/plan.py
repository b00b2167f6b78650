"""Plan a run before it starts: which jobs run for an event, with which matrix entries, permissions and environment.

What only the run can tell (outputs of jobs, results of steps) is UNKNOWN in the contexts of the plan, and the plan
says so instead of guessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.action_reader import read_action
from fake_pypi.workflows.github.contexts import github_context
from fake_pypi.workflows.github.expression_values import UNKNOWN, UnknownValue, has_unknown, is_true, to_text
from fake_pypi.workflows.github.expressions import Status, condition_value, resolve
from fake_pypi.workflows.github.matrix import Combination, combinations, title_of
from fake_pypi.workflows.github.needs import ancestors, in_order
from fake_pypi.workflows.github.reusable import (
    MAX_LEVELS,
    called_inputs,
    check_call,
    check_permissions,
    local_workflow,
    remote_workflow,
)
from fake_pypi.workflows.github.runners import Runner, labels_of, runner_for
from fake_pypi.workflows.github.triggers import WorkflowEvent, decide
from fake_pypi.workflows.github.workflow import Action, Job, Permissions, Workflow
from fake_pypi.workflows.github.yaml_values import Value
from fake_pypi.workflows.invalid_workflow import InvalidExpression, InvalidWorkflow
from fake_pypi.workflows.start_decision import Decision

Will = Literal["run", "be skipped", "depend"]


@dataclass(frozen=True)
class MatrixEntry:
    """One run of a job: the values of its matrix (empty without one), the name that GitHub shows, and its runner."""

    values: Mapping[str, Value]
    title: str
    runner: Runner


@dataclass(frozen=True)
class PlannedJob:
    """What is known about a job before the run.

    `will` is "run", "be skipped", or "depend" where its `if` depends on the run; `reason` is a sentence for each.
    `entries` is None where the matrix is known only at run time. `permissions` are those that apply, `environment` is
    the name as far as it is known, `called` the plan of a local reusable workflow. `unavailable` says why a job
    cannot be run here, `left_out` why the run goes on without it.
    """

    job: Job
    will: Will
    reason: str
    entries: tuple[MatrixEntry, ...] | None
    permissions: Permissions | None
    environment: str | None = None
    called: Plan | None = None
    unavailable: str = ""
    left_out: str = ""
    actions: Mapping[str, Action] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The jobs of a workflow for an event, in an order in which each follows those that it needs.

    `decision` says whether the event starts the workflow; the jobs are planned in any case. `contexts` are `github`,
    `inputs` and `vars` of the run.
    """

    workflow: Workflow
    event: WorkflowEvent
    decision: Decision
    jobs: tuple[PlannedJob, ...]
    contexts: Mapping[str, Any]

    def job(self, job_id: str) -> PlannedJob:
        """Return the planned job with an id."""
        return next(planned for planned in self.jobs if planned.job.id == job_id)


def make_plan(
    workflow: Workflow,
    event: WorkflowEvent,
    root: Path,
    *,
    repository: str = "octo/demo",
    variables: Mapping[str, str] | None = None,
    sha: str = "",
) -> Plan:
    """Return the plan of a workflow for an event; `root` is the folder of the repository.

    Local reusable workflows and actions are read. Raise `InvalidWorkflow` for what GitHub would reject before a run.
    `variables` is the context `vars`; without it, its values are unknown.
    """
    contexts = {
        "github": github_context(workflow, event, repository=repository, sha=sha),
        "inputs": dict(event.inputs),
        "vars": UNKNOWN if variables is None else dict(variables),
    }
    return _Planner(root, workflow, event, contexts).plan(decide(workflow, event))


@dataclass
class _Planner:
    """Plans the jobs of one workflow; `permissions` are those of the calling job, `level` is 0 without one."""

    root: Path
    workflow: Workflow
    event: WorkflowEvent
    contexts: Mapping[str, Any]
    permissions: Permissions | None = None
    level: int = 0
    planned: dict[str, PlannedJob] = field(default_factory=dict)

    def plan(self, decision: Decision) -> Plan:
        for job_id in in_order(self.workflow):
            job = self.workflow.jobs[job_id]
            try:
                self.planned[job_id] = self._job(job)
            except InvalidExpression as error:
                raise InvalidWorkflow(
                    self.workflow.file, job.line, f"job '{job_id}': {error.what}", error.next_step
                ) from None
        return Plan(self.workflow, self.event, decision, tuple(self.planned.values()), self.contexts)

    def _job(self, job: Job) -> PlannedJob:
        contexts = {**self.contexts, "needs": {name: _result(self.planned[name]) for name in job.needs}}
        will, reason = _decision(self.workflow, job, contexts, self.planned)
        permissions = job.permissions or self.workflow.permissions or self.permissions
        entries = _entries(self.workflow, job, contexts)
        environment = resolve(job.environment.name, {**contexts, **_first(entries)}) if job.environment else None
        called = self._call(job, contexts, permissions) if job.uses else None
        unavailable, left_out = "", ""
        if job.uses and called is None:
            is_dispensable, why = remote_workflow(self.workflow, job)
            unavailable, left_out = ("", why) if is_dispensable else (why, "")
        if job.refusals:
            unavailable = "; ".join(dict.fromkeys(note.key.sentence for note in job.refusals))
        return PlannedJob(
            job=job,
            will=will,
            reason=reason,
            entries=entries,
            permissions=permissions,
            environment=None if environment is None else to_text(environment),
            called=called,
            unavailable=unavailable,
            left_out=left_out,
            actions=self._actions(self.workflow.file, job),
        )

    def _call(self, job: Job, contexts: Mapping[str, Any], permissions: Permissions | None) -> Plan | None:
        """Return the plan of a reusable workflow; None for one of another repository."""
        called = local_workflow(self.root, self.workflow, job)
        line = job.lines.get("uses", job.line)
        if called is None:
            return None
        if self.level >= MAX_LEVELS:
            raise InvalidWorkflow(
                self.workflow.file, line, f"workflows call each other on more than {MAX_LEVELS} levels"
            )
        check_call(self.workflow, job, called)
        check_permissions(self.workflow, job, called, permissions)
        inputs = called_inputs(self.workflow, job, called, {**contexts, "strategy": UNKNOWN, "matrix": UNKNOWN})
        inner = {"github": contexts["github"], "vars": contexts["vars"], "inputs": inputs}
        decision = Decision(runs=True, reason=f"it is called by the job '{job.id}'", line=line)
        planner = _Planner(self.root, called, self.event, inner, permissions, self.level + 1)
        return planner.plan(decision)

    def _actions(self, file: str, job: Job) -> dict[str, Action]:
        """Return the actions of the repository that a job uses, also through other actions, by their path."""
        actions: dict[str, Action] = {}
        pending = [(step.uses, file, step.line) for step in job.steps]
        while pending:
            uses, user, line = pending.pop()
            if uses and uses.startswith("./") and uses not in actions:
                actions[uses] = read_action(self.root, uses, user, line)
                pending += [(step.uses, actions[uses].file, step.line) for step in actions[uses].steps]
        return actions


def _result(planned: PlannedJob) -> dict[str, Value]:
    """Return the entry of the context `needs`, as if everything that runs succeeds."""
    results = {"run": "success", "be skipped": "skipped", "depend": UNKNOWN}
    return {"result": results[planned.will], "outputs": {} if planned.will == "be skipped" else UNKNOWN}


def _decision(
    workflow: Workflow, job: Job, contexts: Mapping[str, Any], planned: Mapping[str, PlannedJob]
) -> tuple[Will, str]:
    """Return whether a job runs if everything before it succeeds, and why."""
    states = {name: planned[name].will for name in ancestors(workflow, job.id)}
    skipped = [name for name, will in states.items() if will == "be skipped"]
    depending = [name for name, will in states.items() if will == "depend"]
    success: Value = False if skipped else UNKNOWN if depending else True
    value = condition_value(job.condition, contexts, Status(success=success))
    line = f"line {job.lines['if']}" if "if" in job.lines else f"line {job.line}"
    shown = " ".join(str(job.condition).split())
    repository = contexts["github"]["repository"]
    known = f", with {repository} as repository" if "github.repository" in shown else ""
    if isinstance(value, UnknownValue):
        if job.condition is None:
            return "depend", f"it needs {' and '.join(sorted(depending))}, which may be skipped"
        return "depend", f"its `if` ({shown}, {line}) is known only when the workflow runs"
    if is_true(value):
        return "run", f"its `if` ({shown}, {line}) is true{known}" if job.condition is not None else "it has no `if`"
    if skipped and is_true(condition_value(job.condition, contexts, Status(success=True))):
        return "be skipped", f"it needs {' and '.join(sorted(skipped))}, which is skipped"
    return "be skipped", f"its `if` ({shown}, {line}) is false{known}"


def _entries(workflow: Workflow, job: Job, contexts: Mapping[str, Any]) -> tuple[MatrixEntry, ...] | None:
    """Return the runs of a job, or None where its matrix is known only at run time."""
    matrix = resolve(job.strategy.matrix, contexts) if job.strategy else None
    if matrix is not None and has_unknown(matrix):
        return None
    try:
        entries = [Combination({})] if matrix is None else combinations(_mapping(matrix))
    except UsageError as error:
        line = job.strategy.line if job.strategy else job.line
        raise InvalidWorkflow(workflow.file, line, f"job '{job.id}': {error.what}", error.next_step) from None
    planned = []
    for combination in entries:
        entry = combination.entry
        inner = {**contexts, "matrix": entry, "strategy": UNKNOWN}
        labels = labels_of(resolve(job.runs_on, inner))
        name = job.name if job.name and "${{" in job.name else title_of(job.name or job.id, combination.values)
        title = to_text(resolve(name, inner)) if "${{" in name else name
        planned.append(MatrixEntry(entry, title, Runner(is_here=True) if job.uses else runner_for(labels)))
    return tuple(planned)


def _mapping(matrix: Value) -> Mapping[str, Value]:
    if not isinstance(matrix, Mapping):
        raise UsageError(f"the matrix is '{to_text(matrix)}'", "give it a mapping")
    return matrix


def _first(entries: tuple[MatrixEntry, ...] | None) -> dict[str, Any]:
    """Return the context `matrix` of the only entry, or an unknown one."""
    values: Any = entries[0].values if entries is not None and len(entries) == 1 else UNKNOWN
    return {"matrix": values, "strategy": UNKNOWN}
