"""What an event makes of a workflow, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.workflows.github.plan import Plan, PlannedJob
    from fake_pypi.workflows.github.triggers import WorkflowEvent
    from fake_pypi.workflows.github.workflow import Workflow
    from fake_pypi.workflows.start_decision import Decision


def workflow_plan_lines(workflow: Workflow, event: WorkflowEvent, decision: Decision, plan: Plan) -> Iterator[str]:
    """Yield whether the event starts the workflow, and which jobs run."""
    verb = "starts" if decision.runs else "does not start"
    place = f"{workflow.file}:{decision.line}" if decision.line and not decision.runs else workflow.file
    yield f"{event} {verb} {place}: {decision.reason}"
    if decision.runs:
        yield ""
        yield "If each job succeeds:"
        yield from _jobs_of(plan, "  ")
        yield ""


def _jobs_of(plan: Plan, indent: str) -> Iterator[str]:
    for planned in plan.jobs:
        yield f"{indent}{planned.job.id}: {_planned(planned)}"
        if planned.called is not None:
            yield from _jobs_of(planned.called, f"{indent}  ")


def _planned(planned: PlannedJob) -> str:
    if planned.unavailable:
        return f"cannot be rehearsed: {planned.unavailable}"
    if planned.left_out:
        return f"is left out: {planned.left_out}"
    verb = {"run": "runs", "be skipped": "is skipped", "depend": "depends on the run"}[planned.will]
    text = f"{verb}: {planned.reason}" if planned.reason else verb
    elsewhere = [entry for entry in planned.entries or () if not entry.runner.is_here]
    if planned.will != "be skipped" and elsewhere:
        text += f"; not run here: {', '.join(f'{entry.title} ({entry.runner.note})' for entry in elsewhere)}"
    return text
