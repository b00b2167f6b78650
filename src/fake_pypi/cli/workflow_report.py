"""Write the run of a workflow or a pipeline as a report: HTML, JSON or Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.report.report_content import CommandReport, Outcome, RemainingTask, RunReport, StepReport

if TYPE_CHECKING:
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport, WorkflowStepReport

OUTCOMES: dict[str, Outcome] = {"success": "passed", "failure": "failed", "cancelled": "failed", "skipped": "skipped"}
OF_PUBLISHERS = ("register this publisher", "create the environment")
"""How the lines of a run begin that the indexes know with the entries of each form."""


def write_workflow_report(
    name: str, report: WorkflowReport, indexes: FakeIndexes, started: datetime, files: list[Path]
) -> None:
    """Write a report about a run that has ended into files, without secrets; see `workflow_run_report`."""
    from fake_pypi.report import Report, write_report

    write_report(Report.of(workflow_run_report(name, report, indexes, started)), files, indexes.redact)


def workflow_run_report(name: str, report: WorkflowReport, indexes: FakeIndexes, started: datetime) -> RunReport:
    """Return the content of a report about a run that has ended, and whose indexes are not closed yet.

    `name` is that of the file. A mistake fails the run, as a failed job does.
    """
    content = indexes.report_content(name)
    steps = [step for job in report.jobs for step in _steps(job)]
    if report.mistakes:
        count = f"{len(report.mistakes)} mistake{'s' if len(report.mistakes) > 1 else ''}"
        steps.append(StepReport("check for mistakes", "", "failed", count, advice=tuple(report.mistakes)))
    tasks = content.remaining
    others = [line for line in report.remaining if not (tasks and line.startswith(OF_PUBLISHERS))]
    return replace(
        content,
        kind="workflow",
        outcome="failed" if report.failed else "passed",
        started=started,
        seconds=sum(step.seconds for step in steps),
        steps=tuple(steps),
        published=tuple(report.published),
        notes=(*report.notes, *(f"not run here: {line}" for line in report.not_run)),
        warnings=(*report.warnings, *report.hints),
        remaining=(*tasks, *(RemainingTask(line[:1].upper() + line[1:], "") for line in others)),
    )


def _steps(job: JobReport) -> Iterator[StepReport]:
    """Yield the steps of a job, or the job itself if none was run."""
    if not job.steps:
        yield StepReport(job.title, "", OUTCOMES[job.result], job.reason)
    for step in job.steps:
        yield _step(job, step)


def _step(job: JobReport, step: WorkflowStepReport) -> StepReport:
    """Return a step with its output; one that failed with `continue-on-error` is no failure."""
    outcome = OUTCOMES[step.conclusion]
    errors = step.error.strip().splitlines()
    output = "\n".join([*step.lines, *errors])
    command = CommandReport(step.title, 0 if step.outcome == "success" else 1, output, None, step.seconds)
    return StepReport(
        name=f"{job.title}: {step.title}",
        outcome=outcome,
        summary=errors[-1] if errors else "",
        seconds=step.seconds,
        commands=(command,) if step.outcome != "skipped" else (),
    )
