"""`fake-pypi workflow --json`: run the jobs, and print one document about the rehearsal."""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from fake_pypi.cli.json_output import print_json
from fake_pypi.cli.workflow_documents import FoundProblem, RunJob, RunStep, WorkflowDocument
from fake_pypi.cli.workflow_report import write_workflow_report

if TYPE_CHECKING:
    from fake_pypi.workflows.running.host_rehearsal import HostRehearsal
    from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport
    from fake_pypi.workflows.workflow_problem import WorkflowProblem


def run_with_json(options: argparse.Namespace, rehearsal: HostRehearsal) -> int:
    """Run the jobs, unless `--list` is given, print the document, and return the exit code."""
    runs = rehearsal.decision.runs and not options.list
    plan = list(rehearsal.plan_lines())
    started = datetime.now(timezone.utc)
    if runs:
        rehearsal.run()
    document = _document(str(options.file), rehearsal, plan, ran=runs)
    if runs and options.report:
        write_workflow_report(options.file.name, rehearsal.report, rehearsal.session.indexes, started, options.report)
    print_json(document)
    return int(document.failed)


def _document(path: str, rehearsal: HostRehearsal, plan: list[str], *, ran: bool) -> WorkflowDocument:
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


def _problem(problem: WorkflowProblem) -> FoundProblem:
    return FoundProblem(
        problem=problem.id,
        severity=problem.severity,
        path=problem.file,
        line=problem.line,
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
