"""`fake-pypi workflow --json`: run the jobs, and print one document about the rehearsal."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from fake_pypi.cli.json_output import print_json
from fake_pypi.cli.workflow_documents import FoundProblem, RunJob, RunStep, WorkflowDocument

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowReport
    from fake_pypi.workflows.github.running.workflow_rehearsal import WorkflowRehearsal
    from fake_pypi.workflows.gitlab.running.pipeline_rehearsal import PipelineRehearsal


def run_with_json(
    options: argparse.Namespace, rehearsal: WorkflowRehearsal | PipelineRehearsal, plan: list[str]
) -> int:
    """Run the jobs, unless `--list` is given, print the document, and return the exit code."""
    runs = rehearsal.decision.runs and not options.list
    if runs:
        rehearsal.run()
    document = _document(str(options.file), rehearsal, plan, ran=runs)
    print_json(document)
    return int(document.failed)


def _document(
    path: str, rehearsal: WorkflowRehearsal | PipelineRehearsal, plan: list[str], *, ran: bool
) -> WorkflowDocument:
    """Return the document about a rehearsal of GitHub or GitLab that ran, or of which only the plan was made."""
    report: WorkflowReport = rehearsal.report
    problems = tuple(map(_problem, rehearsal.problems)) if rehearsal.decision.runs else ()
    has_error = any(problem.severity == "error" for problem in problems)
    return WorkflowDocument(
        path=path,
        starts=rehearsal.decision.runs,
        reason=rehearsal.decision.reason,
        plan=tuple(line for line in plan if line),
        problems=problems,
        jobs=tuple(map(_job, report.jobs)),
        published=tuple(report.published),
        not_run=tuple(report.not_run),
        notes=tuple(report.notes),
        hints=tuple(report.hints),
        warnings=tuple(report.warnings),
        mistakes=tuple(report.mistakes),
        remaining=tuple(report.remaining),
        failed=report.failed if ran else has_error or not rehearsal.decision.runs,
    )


def _problem(problem: Any) -> FoundProblem:
    """Return the facts about a problem of a workflow, or of a pipeline, which has a place."""
    place = getattr(problem, "place", problem)
    return FoundProblem(
        problem=problem.id,
        severity=problem.severity,
        path=place.file,
        line=place.line,
        message=problem.what,
        explanation=problem.why,
        remedy=problem.remedy,
    )


def _job(job: JobReport) -> RunJob:
    steps = (
        RunStep(
            name=step.title,
            outcome=step.outcome,
            conclusion=step.conclusion,
            output="\n".join(step.lines),
            error=step.error or None,
            seconds=round(step.seconds, 3),
        )
        for step in job.steps
    )
    return RunJob(job.job, job.title, job.result, job.reason or None, tuple(steps))
