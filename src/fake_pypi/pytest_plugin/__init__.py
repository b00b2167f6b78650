"""The pytest plugin: options, fixtures, release steps, summary. Large modules are imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.config import ConftestImportFailure

from fake_pypi.pytest_plugin import newhooks
from fake_pypi.pytest_plugin.failed_requests import describe_requests
from fake_pypi.pytest_plugin.fixtures import (
    ERRORS,
    REPORTERS,
    fake_pypi,
    fake_pypi_factory,
    fake_pypi_indexes,
    fake_pypi_packages,
    fake_pypi_servers,
    fake_pypi_settings,
    fake_pypi_shell,
    fake_pypi_venv,
    fake_testpypi,
    raise_errors,
)
from fake_pypi.pytest_plugin.options import add_options, settings_of, wants_rehearsal
from fake_pypi.pytest_plugin.report_files import ReportFiles, attach_failed_test, wants_report
from fake_pypi.pytest_plugin.secret_redaction import SecretRedaction, redact_report

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = [
    "fake_pypi",
    "fake_pypi_factory",
    "fake_pypi_indexes",
    "fake_pypi_packages",
    "fake_pypi_servers",
    "fake_pypi_settings",
    "fake_pypi_shell",
    "fake_pypi_venv",
    "fake_testpypi",
]

MARKER = (
    "fake_pypi(packages=(), without=(), faults=(), as_of=None, **settings): the packages that the fake PyPI of this "
    "test has at the start, the rules that it does not check, the faults of both indexes, the date of their rules, and "
    "their flags and limits"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and ini keys."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hooks that a project may implement."""
    pluginmanager.add_hookspecs(newhooks)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Ignore a conftest.py that cannot be imported if only release steps are requested."""
    try:
        yield
    except ConftestImportFailure:
        from fake_pypi.pytest_plugin.named_projects import ignores_conftest

        if not ignores_conftest(early_config):
            raise


def pytest_configure(config: pytest.Config) -> None:
    """Check the options, and register the plugins that they need."""
    config.addinivalue_line("markers", MARKER)
    settings = settings_of(config)
    from fake_pypi.pytest_plugin.summary import Summary

    summary = Summary(config)
    config.pluginmanager.register(summary, "fake-pypi-summary")
    config.pluginmanager.register(SecretRedaction(config), "fake-pypi-redaction")
    if settings.process_environment:
        from fake_pypi.pytest_plugin.process_environment import ProcessEnvironment

        config.pluginmanager.register(ProcessEnvironment(settings), "fake-pypi-environment")
    if wants_report(config) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ReportFiles(config), "fake-pypi-report")
    if wants_rehearsal(config):
        from fake_pypi.pytest_plugin.release_collection import ReleaseCollection

        collection = ReleaseCollection(config, settings)
        config.pluginmanager.register(collection, "fake-pypi-release-steps")
        summary.add(collection.notes)
    if settings.workflows:
        from fake_pypi.pytest_plugin.workflow_jobs import WorkflowCollection

        config.pluginmanager.register(WorkflowCollection(config, settings), "fake-pypi-workflow-jobs")
    if (wants_rehearsal(config) or settings.workflows) and config.pluginmanager.hasplugin("xdist"):
        from fake_pypi.pytest_plugin.xdist_scheduling import XdistScheduling

        config.pluginmanager.register(XdistScheduling(), "fake-pypi-xdist")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test during which one of our servers raised an exception, whatever the test did with the response."""
    result = yield
    if ERRORS in item.stash:
        raise_errors(item)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests of a failed test to its report, and lines for the summary; redact the secrets in it."""
    report = yield
    describe_requests(item, report)
    redact_report(report)
    attach_failed_test(item, report)
    if report.when == "call" and REPORTERS in item.stash:
        sections: dict[str, list[str]] = {}
        report.fake_pypi = sections  # type: ignore[attr-defined]
        for reporter in item.stash[REPORTERS]:
            for section, lines in reporter().items():
                sections.setdefault(section, []).extend(lines)
    return report
