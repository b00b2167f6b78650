"""What a step shows: secrets in its output, deprecated commands, and why an index rejected its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fake_pypi.index.publishers import GITHUB
from fake_pypi.workflows.github.running.github_publishers import GitHubPublisherEntry
from fake_pypi.workflows.running.index_rejections import IndexRecord, Sent, rejection_mistakes, skipped_files
from fake_pypi.workflows.running.missing_packages import missing_packages_text

if TYPE_CHECKING:
    from fake_pypi.workflows.github.running.log_commands import StepLog
    from fake_pypi.workflows.github.running.run_session import RunSession
    from fake_pypi.workflows.github.running.running_job import RunningJob
    from fake_pypi.workflows.running.run_report import WorkflowStepReport

REMOVED = "(removed: a secret is readable here)"


def report_findings(
    job: RunningJob,
    report: WorkflowStepReport,
    log: StepLog,
    record: IndexRecord,
    sent: Mapping[str, str],
    *,
    place: str,
    is_script: bool,
) -> None:
    """Add what a step shows to the report of the run, and mask the secrets in its output.

    `sent` are the variables of the step and the inputs of its action, `place` names the step, and `is_script` tells
    whether it is a `run` step.
    """
    run = job.session.report
    for warning in log.warnings:
        run.add_warning(f"{place}: {warning}")
    _check_log(job.session, report, place, is_script=is_script)
    for line in report.lines:
        if line.startswith("note: "):  # of uv_program and pipx_program
            run.add_note(line.removeprefix("note: "))
    succeeded = report.outcome == "success"
    what = Sent(sent, job.claims, GITHUB, "GitHub", "secret")
    form_of = GitHubPublisherEntry.of_claims
    for mistake in rejection_mistakes(job.session, record, what, place, form_of, succeeded=succeeded):
        run.add_mistake(mistake)
    if succeeded and (hidden := skipped_files("\n".join(report.lines))):
        run.add_mistake(f"{place}: {hidden}")
    if not succeeded and (missing := missing_packages_text("\n".join(report.lines))):
        run.add_hint(f"{place}: {missing}")
    for line in job.session.secrets.bind():
        run.add_note(line)


def _check_log(session: RunSession, report: WorkflowStepReport, place: str, *, is_script: bool) -> None:
    """Mask the output as GitHub does, and report secrets in it."""
    secrets = session.log_secrets
    text = "\n".join([*report.lines, report.error])
    for name in secrets.printed_in(text) if is_script else ():
        session.report.add_warning(f"{place}: the secret {name} is printed; GitHub masks exact copies only")
    readable = secrets.readable_in(text)
    for name, form in readable.items():
        session.report.add_mistake(
            f"{place}: the secret {name} is readable in the log ({form}), because GitHub masks exact copies only: do "
            "not print it, and revoke it if this has run on GitHub"
        )
    report.lines = [_shown(session, line) for line in report.lines]
    report.error = _shown(session, report.error)
    if readable and not any(REMOVED in line for line in report.lines):
        report.lines = [REMOVED]  # the secret is spread over lines


def _shown(session: RunSession, line: str) -> str:
    """Return a line as the report shows it, which is redacted further than the log of GitHub."""
    secrets = session.log_secrets
    return REMOVED if secrets.readable_in(line) else session.indexes.redact(secrets.mask(line))
