"""The rehearsal of a workflow as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport, WorkflowStepReport
    from fake_pypi.workflows.workflow_problem import WorkflowProblem

SIGNS = {"success": "+", "failure": "x", "skipped": "-", "cancelled": "x"}


def problem_lines(problems: Iterable[WorkflowProblem]) -> Iterator[str]:
    """Yield the problems that are known without a run."""
    for problem in problems:
        yield f"{problem.severity}: {problem}"
        yield f"  {problem.why}"
        yield f"  {problem.remedy}"


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


def report_lines(report: WorkflowReport) -> Iterator[str]:
    """Yield what is below the jobs: what was published, notes, warnings, mistakes, and what is left to do."""
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
