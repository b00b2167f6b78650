"""The report of a session: collected from the reports of tests, also on other workers, and written at its end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.failed_requests import INDEXES
from fake_pypi.pytest_plugin.options import settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

    from fake_pypi.report import RunReport

RUNS = "fake_pypi_runs"
"""The attribute of a test report that has the JSON of runs by id; workers of pytest-xdist send it."""
UNSENT: pytest.StashKey[dict[str, RunReport]] = pytest.StashKey()
"""The runs of rehearsals that no report of a test has yet, by the node id of the release."""


def wants_report(config: pytest.Config) -> bool:
    """Return whether a report is requested: by the settings, or by a job on GitHub."""
    return bool(settings_of(config).report) or _summary_file() is not None


def _summary_file() -> Path | None:
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return None
    from fake_pypi.report.markdown_summary import summary_file

    return summary_file(os.environ)


def save_run(node: pytest.Collector, run: RunReport) -> None:
    """Save the run of a rehearsal until a report of a step, or the end of the session, takes it."""
    node.config.stash.setdefault(UNSENT, {})[node.nodeid] = run


def attach_saved_runs(report: pytest.TestReport, config: pytest.Config) -> None:
    """Attach the runs of rehearsals that were saved to the report of a step."""
    unsent = config.stash.get(UNSENT, {})
    if unsent:
        _attach(report, dict(unsent))
        unsent.clear()


def _attach(report: pytest.TestReport, runs: dict[str, RunReport]) -> None:
    from fake_pypi.report.json_document import to_json

    setattr(report, RUNS, {name: to_json(run) for name, run in runs.items()})


def attach_failed_test(item: pytest.Item, report: pytest.TestReport) -> None:
    """Attach what happened on the indexes of a failed test, while they are open."""
    if not report.failed or report.when != "call" or INDEXES not in item.stash or not settings_of(item.config).report:
        return
    from fake_pypi.redaction import redact
    from fake_pypi.report.index_content import index_report
    from fake_pypi.report.remaining_tasks import tasks_of_publishers
    from fake_pypi.report.report_content import RunReport, redacted

    instances = [index.instance for index in item.stash[INDEXES]]
    indexes = tuple(index_report(instance) for instance in instances if not instance.is_closed)
    run = RunReport(
        "test",
        item.nodeid,
        outcome="failed",
        message=report.longreprtext,
        seconds=report.duration,
        indexes=indexes,
        remaining=tasks_of_publishers(indexes),
    )
    _attach(report, {item.nodeid: redacted(run, redact)})


class ReportFiles:
    """Writes the reports at the end of the session; on the controller of pytest-xdist, not on its workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._runs: dict[str, RunReport] = {}
        self._lines: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the runs of a report; a later one with the same id replaces it."""
        texts = getattr(report, RUNS, {})
        if texts:
            from fake_pypi.report import RunReport
            from fake_pypi.report.json_document import from_json

            self._runs.update({name: from_json(RunReport, text) for name, text in texts.items()})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the files. One that cannot be written any more is named in the summary of the session."""
        from fake_pypi.report import Report, write_report

        unsent: dict[str, RunReport] = self._config.stash.get(UNSENT, {})
        self._runs.update(unsent)
        files = settings_of(self._config).report
        try:
            write_report(Report.of(*self._runs.values()), files)
            self._lines += [f"wrote the report {file}" for file in files]
        except UsageError as error:
            self._lines.append(str(error))
        rehearsals = [run for run in self._runs.values() if run.kind == "rehearsal"]
        summary = _summary_file()
        if summary is not None and rehearsals:
            from fake_pypi.report.markdown_summary import append_summary

            try:
                append_summary(Report.of(*rehearsals), summary)
            except OSError as error:
                self._lines.append(f"the summary of the job cannot be written: {error.strerror}")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Name the files."""
        for line in self._lines:
            terminalreporter.line(f"fake-pypi: {line}")
