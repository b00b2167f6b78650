"""The content of a report about a rehearsal."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_pypi.index.names import normalized
from fake_pypi.rehearsal.output import PROGRESS_BAR
from fake_pypi.rehearsal.publishing_jobs import PublishingJob, Repository, publishing_jobs, repository_of
from fake_pypi.report.archive_content import file_report
from fake_pypi.report.index_content import index_report
from fake_pypi.report.remaining_tasks import name_task, publisher_entries, publisher_tasks, token_task
from fake_pypi.report.report_content import (
    CommandReport,
    FileReport,
    IndexReport,
    Outcome,
    PublisherReport,
    RejectionReport,
    RemainingTask,
    RunReport,
    StepReport,
    redacted,
)
from fake_pypi.rules.existing_files import FileExists
from fake_pypi.sites import PYPI, TESTPYPI

if TYPE_CHECKING:
    from fake_pypi.rehearsal.command_log import CommandRecord
    from fake_pypi.rehearsal.failure import RejectedFile
    from fake_pypi.rehearsal.rehearsal import Rehearsal
    from fake_pypi.rehearsal.resources import Resources
    from fake_pypi.rehearsal.step import StepRun

EXPECTED_REJECTION = "upload again"
"""The step that passes when changed files are rejected."""
BLANK_LINES = re.compile(r"\n(?:(?:\x1b\[[0-9;?]*[A-Za-z]|[ \t])*\n){2,}")
"""Blank lines, which remain of progress bars."""
CI_HOSTS = {"github": "github.com", "gitlab": "gitlab.com"}


def rehearsal_report(rehearsal: Rehearsal, selected: Collection[str] = ()) -> RunReport:
    """Return the content of a report about a rehearsal that is not closed yet, without secrets.

    `selected` names the steps that were to run (default: all); steps that they need are in the report too.
    """
    resources = rehearsal.resources
    steps = tuple(
        _step(run, rehearsal)
        for name, run in rehearsal.runs.items()
        if run.has_ended or not selected or name in selected
    )
    release = resources.release if resources.has_release else None
    built = tuple(file_report(file) for file in release.files) if release else ()
    indexes = tuple(_indexes(rehearsal)) if resources.has_indexes else ()
    commands = [command for step in steps for command in step.commands if command.started]
    report = RunReport(
        kind="rehearsal",
        name=release.name if release else resources.project.name or resources.project.root.name,
        version=release.version if release else "",
        outcome=_outcome(steps),
        message="\n\n".join(str(run.failure) for run in rehearsal.runs.values() if run.failure is not None),
        started=min((command.started for command in commands if command.started), default=None),
        seconds=sum(step.seconds for step in steps),
        steps=steps,
        built=built,
        indexes=indexes,
        published=tuple(rehearsal.published),
        notes=tuple(rehearsal.chosen),
        warnings=tuple(rehearsal.warnings),
        not_checked=tuple(rehearsal.not_checked),
        blocked_requests=tuple(rehearsal.blocked_requests),
        remaining=tuple(_remaining(resources, release.name, built)) if release else (),
    )
    return redacted(report, resources.indexes.redact) if resources.has_indexes else report


def _has_run(run: StepRun) -> bool:
    return run.outcome in {"passed", "failed"}


def _outcome(steps: tuple[StepReport, ...]) -> Outcome:
    outcomes = {step.outcome for step in steps}
    return "failed" if "failed" in outcomes else "passed" if "passed" in outcomes else "skipped"


def _step(run: StepRun, rehearsal: Rehearsal) -> StepReport:
    description = " ".join((run.step.action.__doc__ or "").split())
    commands = tuple(map(_command, run.commands))
    if not _has_run(run):
        failed = _failed_need(run, rehearsal)
        summary = f"{failed} failed" if failed else "it was not run"
        return StepReport(run.step.name, description, "skipped", summary, commands=commands)
    failure = run.failure
    return StepReport(
        name=run.step.name,
        description=description,
        outcome="failed" if failure else "passed",
        summary=failure.summary if failure else "",
        started=commands[0].started if commands else None,
        seconds=run.seconds,
        rejections=tuple(map(_rejection, failure.rejected)) if failure else (),
        advice=failure.advice if failure else (),
        commands=commands,
    )


def _failed_need(run: StepRun, rehearsal: Rehearsal) -> str:
    """Return the name of the step that failed and because of which a step was not run; "" if there is none."""
    needs = run.step.needs
    while needs is not None:
        needed = rehearsal.runs[needs]
        if needed.failure is not None:
            return needs
        needs = needed.step.needs
    return ""


def _command(record: CommandRecord) -> CommandReport:
    output = PROGRESS_BAR.sub("", "\n".join(text for text in (record.stdout, record.stderr) if text.strip()))
    return CommandReport(
        command=record.command,
        exit_code=record.returncode,
        output=BLANK_LINES.sub("\n\n", output),
        started=record.started,
        seconds=record.seconds,
    )


def _rejection(file: RejectedFile) -> RejectionReport:
    return RejectionReport(file.filename, file.status, file.message, file.rule, file.explanation, file.remedy)


def _indexes(rehearsal: Rehearsal) -> Iterator[IndexReport]:
    """Yield the indexes with this project only, of those that share them.

    What the step `upload again` expects to be rejected is marked, if it passed.
    """
    again = rehearsal.runs.get(EXPECTED_REJECTION)
    expected = again is not None and again.outcome == "passed"
    names = {rehearsal.resources.release.normalized} if rehearsal.resources.has_release else set()
    for index in rehearsal.resources.indexes.all:
        report = index_report(index.instance)
        projects = tuple(project for project in report.projects if normalized(project.name) in names)
        rejections = tuple(
            replace(rejection, is_expected=expected and rejection.rule == FileExists.id)
            for rejection in report.rejections
        )
        yield replace(report, projects=projects, rejections=rejections)


def _remaining(resources: Resources, project: str, built: tuple[FileReport, ...]) -> Iterator[RemainingTask]:
    """Yield what is left to do before the project can be published as its CI jobs do it, or else with a token."""
    yield name_task(project, site=PYPI.title, host=PYPI.hosts.index)
    root = resources.project.root
    jobs = publishing_jobs(root)
    addresses = [url.partition(", ")[2] for file in built[:1] for url in file.metadata.get("project_urls", [])]
    repository = repository_of(root, os.environ, addresses)
    tasks: dict[RemainingTask, None] = {}
    for job in jobs:
        site = TESTPYPI if job.is_for_testpypi else PYPI
        if job.has_identity:
            publisher = _publisher(job, project, repository)
            tasks |= dict.fromkeys(publisher_tasks(project, publisher, site=site.title, host=site.hosts.index))
        else:
            tasks[token_task(project, site=site.title, host=site.hosts.index, secrets=job.secrets)] = None
    if not jobs:
        tasks[token_task(project, site=PYPI.title, host=PYPI.hosts.index)] = None
    yield from tasks


def _publisher(job: PublishingJob, project: str, repository: Repository | None) -> PublisherReport:
    """Return the publisher that a job needs; what the project's files do not show is described instead."""
    known = repository is not None and repository.host == CI_HOSTS[job.ci]
    owner = repository.owner if known and repository else "(the owner of the repository)"
    facts = {
        "owner": owner,
        "namespace": owner,
        "repository": repository.name if known and repository else "(the name of the repository)",
        "workflow": job.file,
        "environment": f"(that of the job {job.job})" if job.environment is None else job.environment,
    }
    return PublisherReport(job.ci, (project,), publisher_entries(job.ci, facts), is_pending=True)
