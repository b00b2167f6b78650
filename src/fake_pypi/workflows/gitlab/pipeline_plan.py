"""Decide whether an event creates a pipeline, and which of its jobs run.

https://docs.gitlab.com/ci/yaml/workflow/ · https://docs.gitlab.com/ci/jobs/job_control/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from fake_pypi.errors import UsageError
from fake_pypi.workflows.gitlab.pipeline import (
    EDGE_STAGES,
    Pipeline,
    PipelineJob,
    PipelineNeed,
    PipelineVariable,
    RefPolicy,
)
from fake_pypi.workflows.gitlab.placed_values import Place
from fake_pypi.workflows.gitlab.rule_matching import (
    RuleContext,
    exclusion,
    matching_rule,
    policy_failure,
)
from fake_pypi.workflows.start_decision import Decision

Presence = Literal["runs", "waits", "absent", "unavailable"]
"""Whether a job of the file runs, waits until somebody starts it, is not in the pipeline, or cannot be rehearsed."""


@dataclass(frozen=True)
class PlannedPipelineJob:
    """A job of the file, and what the event makes of it.

    `reason` says which rule decides. `when`, `allow_failure`, `needs` and `rule_variables` are those after the rule.
    """

    job: PipelineJob
    presence: Presence
    reason: str
    when: str = "on_success"
    allow_failure: bool = False
    needs: tuple[PipelineNeed, ...] | None = None
    rule_variables: Mapping[str, PipelineVariable] = field(default_factory=dict)

    @property
    def is_in_pipeline(self) -> bool:
        """Whether GitLab adds the job to the pipeline."""
        return self.presence != "absent"


@dataclass(frozen=True)
class PipelinePlan:
    """The pipeline that an event creates. `variables` are those of the file and of the rule of `workflow`."""

    pipeline: Pipeline
    context: RuleContext
    decision: Decision
    jobs: tuple[PlannedPipelineJob, ...]
    variables: Mapping[str, PipelineVariable]

    def job(self, name: str) -> PlannedPipelineJob | None:
        """Return the job of a name."""
        return next((planned for planned in self.jobs if planned.job.name == name), None)

    def stage_of(self, planned: PlannedPipelineJob) -> int:
        """Return the number of a job's stage; a stage that is not known comes last."""
        stages = self.pipeline.stages
        return stages.index(planned.job.stage) if planned.job.stage in stages else len(stages)

    def in_order(self) -> list[PlannedPipelineJob]:
        """Return the jobs of the pipeline, each after those that it needs, else by stage as in the file."""
        pending = sorted((planned for planned in self.jobs if planned.is_in_pipeline), key=self.stage_of)
        ordered: list[PlannedPipelineJob] = []
        while pending:
            names = {planned.job.name for planned in pending}
            ready = next(
                (p for p in pending if not {need.job for need in p.needs or ()} & (names - {p.job.name})), pending[0]
            )
            pending.remove(ready)
            ordered.append(ready)
        return ordered

    def before(self, planned: PlannedPipelineJob) -> list[PlannedPipelineJob]:
        """Return the jobs of the pipeline that a job waits for: those that it needs, or all of earlier stages."""
        if planned.needs is not None:
            names = [need.job for need in planned.needs]
            return [other for other in self.jobs if other.job.name in names and other.is_in_pipeline]
        stage = self.stage_of(planned)
        return [other for other in self.jobs if other.is_in_pipeline and self.stage_of(other) < stage]

    def selected(self, names: Sequence[str]) -> set[str]:
        """Return the names of jobs and of all that they wait for."""
        chosen: set[str] = set()
        pending = list(names)
        while pending:
            name = pending.pop()
            planned = self.job(name)
            if planned is not None and name not in chosen:
                chosen.add(name)
                pending += [other.job.name for other in self.before(planned)]
        return chosen


def make_pipeline_plan(pipeline: Pipeline, context: RuleContext) -> PipelinePlan:
    """Return the plan. The variables of `context` are the predefined ones and, above all others, the project's."""
    project = dict(context.variables)
    variables = dict(pipeline.variables)
    own = {name: variable.value for name, variable in variables.items()}
    decision = Decision(runs=True, reason="it has no `workflow: rules`")
    if pipeline.rules is not None:
        rule, why = matching_rule(pipeline.rules, context.with_variables({**own, **project}))
        if rule is None or rule.when == "never":
            decision = Decision(runs=False, reason=f"Pipeline filtered out by workflow rules: {why}")
        else:
            variables |= rule.variables
            decision = Decision(runs=True, reason=why)
    jobs = tuple(_planned(job, pipeline, variables, context, project) for job in pipeline.jobs.values())
    plan = PipelinePlan(pipeline, context, decision, jobs, variables)
    return plan if not decision.runs else PipelinePlan(pipeline, context, _checked(plan), jobs, variables)


def pipeline_variables_of(job: PipelineJob, variables: Mapping[str, PipelineVariable]) -> dict[str, PipelineVariable]:
    """Return the variables of the file that a job inherits."""
    inherited = job.inherits_variables
    if isinstance(inherited, bool):
        return dict(variables) if inherited else {}
    return {name: variable for name, variable in variables.items() if name in inherited}


def _planned(
    job: PipelineJob,
    pipeline: Pipeline,
    variables: Mapping[str, PipelineVariable],
    context: RuleContext,
    project: Mapping[str, str],
) -> PlannedPipelineJob:
    own = {**pipeline_variables_of(job, variables), **job.variables}
    seen = {**{name: variable.value for name, variable in own.items()}, "CI_JOB_NAME": job.name, **project}
    planned = _by_rules(job, pipeline, context.with_variables(seen))
    if planned.is_in_pipeline and job.not_supported:
        return PlannedPipelineJob(job, "unavailable", job.not_supported, needs=planned.needs)
    return planned


def _by_rules(job: PipelineJob, pipeline: Pipeline, context: RuleContext) -> PlannedPipelineJob:
    when, allow_failure, needs = job.when, bool(job.allow_failure), job.needs
    if job.when == "manual" and job.allow_failure is None:
        allow_failure = True
    rule_variables: Mapping[str, PipelineVariable] = {}
    if job.rules is not None:
        rule, reason = matching_rule(job.rules, context)
        if rule is None:
            return PlannedPipelineJob(job, "absent", f"no rule matches: {reason}")
        when = rule.when or when
        if when == "never":
            return PlannedPipelineJob(job, "absent", f"{reason} and says `when: never`")
        if rule.when == "manual" and job.allow_failure is None:
            allow_failure = False
        allow_failure = allow_failure if rule.allow_failure is None else rule.allow_failure
        needs = job.needs if rule.needs is None else rule.needs
        rule_variables = rule.variables
    else:
        reason = _policy_reason(job, pipeline, context)
        if reason:
            return PlannedPipelineJob(job, "absent", reason)
        reason = _place_of_policy(job)
    presence: Presence = "waits" if when == "manual" else "runs"
    return PlannedPipelineJob(job, presence, reason, when, allow_failure, needs, rule_variables)


def _policy_reason(job: PipelineJob, pipeline: Pipeline, context: RuleContext) -> str:
    """Return why `only` and `except` keep a job without `rules` from running."""
    if job.only is not None:
        if reason := policy_failure(job.only, context):
            return reason
    elif pipeline.rules is None and policy_failure(RefPolicy(job.place), context):
        return f"{job.place}: the job has no `rules`, so it runs for branches and tags alone"
    return exclusion(job.excluded, context) if job.excluded is not None else ""


def _place_of_policy(job: PipelineJob) -> str:
    if job.only is not None:
        return f"the event is one of `only` in {job.only.place}"
    return "it has no rules"


def _checked(plan: PipelinePlan) -> Decision:
    """Return the decision after the checks that GitLab makes when it creates the pipeline."""
    present = {planned.job.name for planned in plan.jobs if planned.is_in_pipeline}
    if not any(planned.job.stage not in EDGE_STAGES for planned in plan.jobs if planned.is_in_pipeline):
        return Decision(
            runs=False,
            reason="the pipeline would have no jobs: Pipeline will not run for the selected trigger. The rules "
            "configuration prevented any jobs from being added to the pipeline.",
        )
    for planned in plan.jobs:
        for need in planned.needs or () if planned.presence in {"runs", "waits"} else ():
            if need.job not in present and not need.optional:
                absent = plan.job(need.job)
                why = f" ({absent.reason})" if absent else ""
                return Decision(
                    runs=False,
                    reason=f"{need.place}: '{planned.job.name}' job needs '{need.job}' job, but '{need.job}' does "
                    f"not exist in the pipeline{why}. GitLab creates no pipeline at all: give both the same rules, "
                    "or use `optional: true`",
                )
    return plan.decision


def selected_jobs(plan: PipelinePlan, names: Sequence[str]) -> set[str] | None:
    """Return the names of the jobs that the user selects with those that they wait for; None for all.

    Raises `UsageError` for a job that does not exist, or that is not in the pipeline.
    """
    for name in names:
        planned = plan.job(name)
        if planned is None:
            raise UsageError(f"there is no job {name!r}", f"the jobs are {', '.join(plan.pipeline.jobs)}")
        if not planned.is_in_pipeline and plan.decision.runs:
            raise UsageError(f"the job {name!r} is not in this pipeline: {planned.reason}", "name another event or job")
    return plan.selected(names) if names else None


def place_of_when(planned: PlannedPipelineJob) -> Place:
    """Return where it is written that a job waits to be started."""
    return planned.job.when_place or planned.job.place
