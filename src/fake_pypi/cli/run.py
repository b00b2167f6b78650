"""Run a command where pypi.org is the fake.

    fake-pypi run -- twine upload dist/*
    fake-pypi run                           an interactive shell

The exit code is that of the command.
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake import FakeIndexes
    from fake_pypi.report.report_content import Outcome


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi run`."""
    from fake_pypi.cli.index_options import add_fault, add_index_options, add_pass_env, add_report

    parser.add_argument("--strict", action="store_true", help="use a network that has only the fake indexes (Linux)")
    parser.add_argument("--no-credentials", action="store_true", help="set no tokens and write no .pypirc")
    parser.add_argument(
        "--fake-sleep", action="store_true", help="let `sleep` advance the clocks of the indexes and return at once"
    )
    parser.add_argument(
        "--github-actions",
        metavar="OWNER/REPO@WORKFLOW",
        help="run the command as in a GitHub Actions job; both indexes trust the workflow",
    )
    parser.add_argument("--environment", default="", help="the environment of the job")
    parser.add_argument("--ref", default="refs/tags/v1.0.0", help="the git ref of the job (default: refs/tags/v1.0.0)")
    parser.add_argument("--project", help="the project that the workflow may publish (default: REPO)")
    parser.add_argument("--har", metavar="FILE", type=Path, help="write all requests to this file, as an HTTP archive")
    add_report(parser)
    add_pass_env(parser)
    add_fault(parser)
    add_index_options(parser)
    parser.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="-- COMMAND…",
        help="the command to run (default: an interactive shell)",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command in a shell of new indexes, and report rejections and blocked requests."""
    from fake_pypi.cli.index_options import indexes_for

    if options.report:
        from fake_pypi.report import check_destinations

        check_destinations(options.report)
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    with clean_up_on_stop_signals(), indexes_for(options) as indexes:
        shell = indexes.shell(
            credentials=not options.no_credentials,
            strict=options.strict,
            fake_sleep=options.fake_sleep,
            pass_env=options.pass_env,
        )
        if options.github_actions:
            shell = _github_job(indexes, shell, options)
        started, clock = datetime.now(timezone.utc), time.monotonic()
        # On a terminal, pipes would take colours and questions from the command.
        output: list[str] | None = [] if options.report and words and not sys.stdout.isatty() else None
        code = shell.interactive(_command(words), output=output)
        _report(indexes)
        if options.report:
            text = shell.redact("\n".join(part for part in output or () if part))
            line = shell.redact(shlex.join(words)) or "a shell"
            command = CommandEnd(line, started, time.monotonic() - clock, code, text)
            _write_report(options.report, indexes, command)
        if options.har is not None:
            _write_archive(options.har, indexes)
        if code:
            _advise(words)
    return code


@dataclass(frozen=True)
class CommandEnd:
    """The command of `fake-pypi run` that has ended. `line` and `output` are without secrets."""

    line: str
    started: datetime
    seconds: float
    exit_code: int
    output: str


def _write_report(files: list[Path], indexes: FakeIndexes, command: CommandEnd) -> None:
    """Write what the command did."""
    from fake_pypi.report import Report, write_report
    from fake_pypi.report.report_content import CommandReport, StepReport

    outcome: Outcome = "failed" if command.exit_code else "passed"
    record = CommandReport(command.line, command.exit_code, command.output, command.started, command.seconds)
    step = StepReport(
        name="command",
        outcome=outcome,
        summary=f"exit code {command.exit_code}" if command.exit_code else "",
        started=command.started,
        seconds=command.seconds,
        commands=(record,),
    )
    run = replace(
        indexes.report_content(command.line),
        kind="command",
        outcome=outcome,
        started=command.started,
        seconds=command.seconds,
        steps=(step,),
    )
    write_report(Report.of(run), files, indexes.redact)


def _write_archive(file: Path, indexes: FakeIndexes) -> None:
    from fake_pypi.web.recording.http_archive import write_archive

    try:
        write_archive(file, (request for index in indexes.all for request in index.requests))
    except OSError as error:
        raise UsageError(f"--har {file} cannot be written: {error.strerror}", "name another file") from None


def _advise(words: list[str]) -> None:
    """Print what to do instead of a command that always fails."""
    from fake_pypi.explain.known_client_errors import advice_on_command

    for line in advice_on_command(words).splitlines():
        print(f"fake-pypi: {line}", file=sys.stderr)


@contextlib.contextmanager
def clean_up_on_stop_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise SystemExit, so that everything is closed and removed."""
    from fake_pypi.clients.interpreter import stop_signals
    from fake_pypi.clients.watchdog import WATCHDOG

    def exit_with_signal(number: int, _frame: object) -> None:
        WATCHDOG.kill_at_exit()
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, exit_with_signal) for number in stop_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _github_job(indexes: FakeIndexes, shell: Shell, options: argparse.Namespace) -> Shell:
    """Register the workflow as a publisher on both indexes, and return a shell of a job of it."""
    repository, _, workflow = str(options.github_actions).partition("@")
    owner, _, name = repository.partition("/")
    if not (owner and name and workflow) or "/" in name:
        raise UsageError(
            f"{options.github_actions!r} is not a workflow", "write OWNER/REPO@WORKFLOW, such as octo/demo@release.yml"
        )
    project = options.project or name
    for index in indexes.all:
        index.add_github_publisher(
            project,
            owner=owner,
            repository=name,
            workflow=workflow,
            environment=options.environment,
            pending=index.project(project) is None,
        )
    return shell.github_actions(
        repository=repository, workflow=workflow, environment=options.environment, ref=options.ref
    )


def _command(words: list[str]) -> str | list[str] | None:
    """Return the command; a single argument with spaces is a command line (`fake-pypi run "twine upload dist/*"`)."""
    if not words:
        return None
    return words[0] if len(words) == 1 and len(words[0].split()) > 1 else words


def _report(indexes: FakeIndexes) -> None:
    for index in indexes.all:
        for rejection in index.rejections:
            print(
                f"fake-pypi: {index.site.title} rejected {rejection.filename or 'an upload'}: {rejection}",
                file=sys.stderr,
            )
        for fault in index.faults.report:
            print(f"fake-pypi: fault of {index.site.title}: {fault}", file=sys.stderr)
    for request in indexes.blocked_requests:
        print(f"fake-pypi: blocked a request to {request}", file=sys.stderr)
