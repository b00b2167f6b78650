"""What an event makes of a pipeline, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.workflows.gitlab.pipeline import Pipeline
    from fake_pypi.workflows.gitlab.pipeline_plan import PipelinePlan, PlannedPipelineJob

_VERBS = {
    "runs": "runs",
    "waits": "waits to be started",
    "absent": "is not in the pipeline",
    "unavailable": "cannot be rehearsed",
}
_WHEN = {"on_failure": "runs if a job before it fails", "always": "runs whatever happens before it"}


def pipeline_plan_lines(pipeline: Pipeline, plan: PipelinePlan) -> Iterator[str]:
    """Yield whether the event creates a pipeline, and which jobs run."""
    decision = plan.decision
    verb = "creates" if decision.runs else "does not create"
    included = f" (with {', '.join(pipeline.included)})" if pipeline.included else ""
    yield f"{plan.context.event} {verb} a pipeline of {pipeline.file}{included}: {decision.reason}"
    for include in pipeline.missing_includes:
        yield f"not available: include {include.text} ({include.place}): {include.reason}"
    yield ""
    yield "If each job succeeds:" if decision.runs else "Its jobs, if there was a pipeline:"
    for planned in [*plan.in_order(), *(each for each in plan.jobs if not each.is_in_pipeline)]:
        yield f"  {planned.job.name} ({planned.job.stage}): {_planned_text(planned)}"
    yield ""


def _planned_text(planned: PlannedPipelineJob) -> str:
    text = _WHEN.get(planned.when, _VERBS["runs"]) if planned.presence == "runs" else _VERBS[planned.presence]
    if planned.presence == "waits":
        text += " by hand"
    count = len(planned.job.matrix)
    if count > 1 and planned.presence != "absent":
        text += f" ({count} instances)"
    return f"{text}: {planned.reason}"
