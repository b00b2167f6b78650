"""The rehearsal of a workflow as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.workflows.github.plan import Plan, PlannedJob
    from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport, WorkflowStepReport
    from fake_pypi.workflows.github.running.workflow_rehearsal import WorkflowRehearsal

SIGNS = {"success": "+", "failure": "x", "skipped": "-", "cancelled": "x"}


def plan_lines(rehearsal: WorkflowRehearsal) -> Iterator[str]:
    """Yield whether the event starts the workflow, and which jobs run."""
    workflow, decision = rehearsal.workflow, rehearsal.decision
    verb = "starts" if decision.runs else "does not start"
    yield f"{rehearsal.event} {verb} {workflow.file}: {decision.reason}"
    if decision.runs:
        yield ""
        yield "If each job succeeds:"
        yield from _jobs_of(rehearsal.plan, "  ")
        yield ""


def problem_lines(rehearsal: WorkflowRehearsal) -> Iterator[str]:
    """Yield the mistakes that are known without a run."""
    for problem in rehearsal.problems:
        yield f"{problem.severity}: {problem}"
        yield f"  {problem.why}"
        yield f"  {problem.remedy}"


def _jobs_of(plan: Plan, indent: str) -> Iterator[str]:
    for planned in plan.jobs:
        yield f"{indent}{planned.job.id}: {_planned(planned)}"
        if planned.called is not None:
            yield from _jobs_of(planned.called, f"{indent}  ")


def _planned(planned: PlannedJob) -> str:
    if planned.unavailable:
        return f"cannot be rehearsed: {planned.unavailable}"
    verb = {"run": "runs", "be skipped": "is skipped", "depend": "depends on the run"}[planned.will]
    text = f"{verb}: {planned.reason}" if planned.reason else verb
    elsewhere = [entry for entry in planned.entries or () if not entry.runner.is_here]
    if planned.will != "be skipped" and elsewhere:
        text += f"; not run here: {', '.join(f'{entry.title} ({entry.runner.note})' for entry in elsewhere)}"
    return text


def job_lines(job: JobReport) -> Iterator[str]:
    """Yield the heading of a job."""
    yield f"== {job.title}" + (f": {job.result}, because {job.reason}" if job.result != "success" else "")


def step_lines(step: WorkflowStepReport) -> Iterator[str]:
    """Yield a step with its output."""
    time = f" ({step.seconds:.1f} s)" if step.seconds >= 0.05 else ""
    yield f"   {SIGNS[step.outcome]} {step.title}{time}{' (skipped)' if step.outcome == 'skipped' else ''}"
    yield from (f"       {line}" for line in step.lines)
    if step.error:
        yield from (f"     ! {line}" for line in step.error.splitlines())


def report_lines(rehearsal: WorkflowRehearsal) -> Iterator[str]:
    """Yield what is below the jobs: what was published, notes, warnings, mistakes, and what is left to do."""
    report = rehearsal.report
    yield ""
    yield from _section("Published", report.published or ["nothing"])
    yield from _section("Not run here", report.not_run)
    yield from _section("Notes", report.notes)
    yield from _section("Hints", report.hints)
    yield from _section("Warnings", report.warnings)
    yield from _section("Mistakes", report.mistakes)
    yield from _section("Left to do on the real sites", report.remaining)
    failed = [f"{job.title}: {job.reason}" for job in report.jobs if job.result == "failure"]
    yield from _section("Failed jobs", failed)
    yield _summary(report)


def _summary(report: WorkflowReport) -> str:
    if any(job.result in {"failure", "cancelled"} for job in report.jobs):
        return "The workflow failed."
    if report.mistakes:
        return "The workflow ran to its end, and mistakes were found."
    return "The workflow succeeded." if report.published else "The workflow succeeded and published nothing."


def _section(title: str, texts: Iterable[str]) -> Iterator[str]:
    texts = list(texts)
    if not texts:
        return
    yield f"{title}:"
    for text in texts:
        first, *rest = text.splitlines()
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)
    yield ""
