"""Rehearse a publishing workflow: run its jobs here, with PyPI and TestPyPI replaced by the fakes.

    fake-pypi workflow .github/workflows/release.yml --tag v1.2.0
    fake-pypi workflow .github/workflows/release.yml --event workflow_dispatch --input target=testpypi
    fake-pypi workflow .gitlab-ci.yml --tag v1.2.0

Jobs run in a copy of the project at that tag. Exit code 1 if the event does not start the workflow, a job failed, or
a mistake was found.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.cli.json_output import add_json

if TYPE_CHECKING:
    from fake_pypi.workflows.running.host_rehearsal import HostRehearsal
    from fake_pypi.workflows.running.run_report import JobReport, WorkflowStepReport


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi workflow`."""
    from fake_pypi.cli.index_options import add_as_of, add_package_sources, add_report, add_without

    parser.add_argument(
        "file", metavar="FILE", type=Path, help="the workflow, such as .github/workflows/release.yml or .gitlab-ci.yml"
    )
    parser.add_argument("--tag", metavar="TAG", help="the tag that was pushed, or that the release is about")
    parser.add_argument("--branch", metavar="BRANCH", help="the branch of the event (default: the current one)")
    parser.add_argument(
        "--event", metavar="NAME", help="push, release, pull_request, merge_request, … (default: what a tag starts)"
    )
    parser.add_argument("--activity", metavar="TYPE", help="the activity type of the event, such as published")
    parser.add_argument(
        "--job", metavar="NAME", action="append", default=[], help="run this job and those that it needs; repeatable"
    )
    _add_pairs(parser, "--input", "an input of workflow_dispatch")
    _add_pairs(parser, "--var", "a value of the context `vars`, or a CI/CD variable of GitLab")
    _add_credentials(parser)
    parser.add_argument(
        "--project", metavar="NAME", action="append", default=[], help="a project that is published; repeatable"
    )
    parser.add_argument("--strict", action="store_true", help="use a network that has only the fake indexes (Linux)")
    parser.add_argument("--list", action="store_true", help="show what would run, and run nothing")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=1800.0, help="time limit of each step (default: 1800)"
    )
    add_package_sources(parser)
    add_without(parser)
    add_as_of(parser)
    add_report(parser)
    add_json(parser)


def _add_credentials(parser: argparse.ArgumentParser) -> None:
    """Add the options for secrets, the repository and trusted publishers."""
    parser.add_argument(
        "--secret",
        metavar="NAME[=VALUE]",
        action="append",
        default=[],
        help="its value, or none for a missing secret (default: a token of the index it is sent to)",
    )
    parser.add_argument("--repository", metavar="OWNER/NAME", help="the repository (default: the remote `origin`)")
    parser.add_argument(
        "--publisher",
        metavar="PUBLISHER",
        action="append",
        help="a registered trusted publisher, as '[pypi|testpypi] OWNER/NAME release.yml [ENVIRONMENT]', or 'none' "
        "(default: those that the workflow needs); of GitLab '[pypi|testpypi] NAMESPACE/NAME FILE [ENVIRONMENT]'",
    )


def _add_pairs(parser: argparse.ArgumentParser, option: str, text: str) -> None:
    parser.add_argument(option, metavar="NAME=VALUE", action="append", default=[], help=f"{text}; may be given again")


def run(options: argparse.Namespace) -> int:
    """Print what the event starts, run it, and print what was found."""
    from fake_pypi.cli.formatting import print_text
    from fake_pypi.cli.run import clean_up_on_stop_signals
    from fake_pypi.cli.workflow_json import run_with_json
    from fake_pypi.cli.workflow_report import write_workflow_report
    from fake_pypi.workflows.running.run_text import problem_lines, report_lines

    if options.report:
        from fake_pypi.report import check_destinations

        check_destinations(options.report)
    with clean_up_on_stop_signals(), open_rehearsal(options) as rehearsal:
        if options.json:
            return run_with_json(options, rehearsal)
        for line in rehearsal.plan_lines():
            print_text(line)
        if not rehearsal.decision.runs:
            return 1
        if options.list:
            for line in problem_lines(rehearsal.problems):
                print_text(line)
            return 1 if any(problem.severity == "error" for problem in rehearsal.problems) else 0
        _show_progress(rehearsal)
        started = datetime.now(timezone.utc)
        report = rehearsal.run()
        for line in report_lines(report):
            print_text(line)
        if options.report:
            write_workflow_report(options.file.name, report, rehearsal.session.indexes, started, options.report)
        return 1 if report.failed else 0


def _show_progress(rehearsal: HostRehearsal) -> None:
    from fake_pypi.cli.formatting import print_text
    from fake_pypi.workflows.running.run_text import job_lines, step_lines

    def print_job(job: JobReport) -> None:
        for line in job_lines(job):
            print_text(line)

    def print_step(_job: JobReport, step: WorkflowStepReport) -> None:
        for line in step_lines(step):
            print_text(line)

    rehearsal.session.on_job = print_job
    rehearsal.session.on_step = print_step


def open_rehearsal(options: argparse.Namespace) -> HostRehearsal:
    """Open the rehearsal of a workflow or a pipeline, by the name of its file. Raises `UsageError`."""
    from fake_pypi.rules.rules_by_date import checked_rules
    from fake_pypi.settings import Settings
    from fake_pypi.workflows.host_choice import WrittenOptions, open_host_rehearsal

    settings = Settings(wheelhouse=tuple(Path(folder) for folder in options.wheelhouse), timeout=options.timeout)
    settings.checked()
    checked_rules(options.as_of, options.without)
    return open_host_rehearsal(
        options.file,
        WrittenOptions(options.secret, options.input, options.var, options.publisher, options.activity),
        tag=options.tag,
        branch=options.branch,
        event=options.event,
        jobs=tuple(options.job),
        repository=options.repository,
        projects=tuple(options.project),
        strict=options.strict,
        timeout=settings.timeout,
        wheelhouse=settings.wheelhouse,
        upstream=options.upstream,
        without=tuple(options.without),
        as_of=options.as_of,
    )
