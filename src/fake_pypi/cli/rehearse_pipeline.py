"""Rehearse a pipeline of GitLab CI/CD, as `fake-pypi workflow` does for a file whose name says so."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.run_report import JobReport, WorkflowStepReport
    from fake_pypi.workflows.github.running.workflow_rehearsal import WorkflowRehearsal
    from fake_pypi.workflows.gitlab.running.pipeline_options import PipelineOptions
    from fake_pypi.workflows.gitlab.running.pipeline_rehearsal import PipelineRehearsal

GITHUB_ONLY = {"activity": "--activity", "input": "--input"}


def rehearse_pipeline(options: argparse.Namespace) -> int:
    """Print what the event starts, run it, and print what was found."""
    from fake_pypi.cli.formatting import print_text
    from fake_pypi.cli.run import clean_up_on_stop_signals
    from fake_pypi.cli.workflow_json import run_with_json
    from fake_pypi.workflows.github.running.run_text import report_lines
    from fake_pypi.workflows.gitlab.running.pipeline_rehearsal import PipelineRehearsal
    from fake_pypi.workflows.gitlab.running.pipeline_text import pipeline_plan_lines, pipeline_problem_lines

    with clean_up_on_stop_signals(), PipelineRehearsal(pipeline_options(options)) as rehearsal:
        if options.json:
            return run_with_json(options, rehearsal, list(pipeline_plan_lines(rehearsal)))
        for line in pipeline_plan_lines(rehearsal):
            print_text(line)
        if not rehearsal.decision.runs:
            return 1
        if options.list:
            for line in pipeline_problem_lines(rehearsal):
                print_text(line)
            return 1 if any(problem.severity == "error" for problem in rehearsal.problems) else 0
        _show_progress(rehearsal)
        report = rehearsal.run()
        # Of a rehearsal, `report` alone is read.
        for line in report_lines(cast("WorkflowRehearsal", rehearsal)):
            print_text(line)
        return 1 if report.failed else 0


def _show_progress(rehearsal: PipelineRehearsal) -> None:
    from fake_pypi.cli.formatting import print_text
    from fake_pypi.workflows.github.running.run_text import job_lines, step_lines

    def print_job(job: JobReport) -> None:
        for line in job_lines(job):
            print_text(line)

    def print_step(_job: JobReport, step: WorkflowStepReport) -> None:
        for line in step_lines(step):
            print_text(line)

    rehearsal.session.on_job = print_job
    rehearsal.session.on_step = print_step


def pipeline_options(options: argparse.Namespace) -> PipelineOptions:
    """Return the options of the rehearsal. Raises `UsageError`."""
    from fake_pypi.settings import Settings
    from fake_pypi.workflows.gitlab.running.gitlab_publishers import GitLabPublisherEntry
    from fake_pypi.workflows.gitlab.running.pipeline_options import PipelineOptions

    for name, option in GITHUB_ONLY.items():
        if getattr(options, name, None):
            raise UsageError(f"{option} is for workflows of GitHub", "leave it out")
    for text in options.var:
        if "=" not in text:
            raise UsageError(f"--var {text} has no value", "write --var NAME=VALUE")
    stated = options.publisher
    settings = Settings(wheelhouse=tuple(Path(folder) for folder in options.wheelhouse), timeout=options.timeout)
    settings.checked()
    secrets = [text.partition("=") for text in options.secret]
    return PipelineOptions(
        file=options.file,
        tag=options.tag,
        branch=options.branch,
        event=options.event,
        jobs=tuple(options.job),
        secrets={name: value if equals else None for name, equals, value in secrets},
        variables={name: value for name, _, value in (text.partition("=") for text in options.var)},
        repository=options.repository,
        publishers=None
        if stated is None
        else tuple(GitLabPublisherEntry.parse(text) for text in stated if text != "none"),
        projects=tuple(options.project),
        strict=options.strict,
        timeout=settings.timeout,
        wheelhouse=settings.wheelhouse,
        upstream=options.upstream,
        without=tuple(options.without),
    )
