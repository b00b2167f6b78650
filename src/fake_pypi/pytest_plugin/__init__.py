"""The pytest plugin: options, fixtures, release steps, report. Nothing heavy is imported until it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from _pytest.config import ConftestImportFailure

from fake_pypi.pytest_plugin import newhooks
from fake_pypi.pytest_plugin.fixtures import (
    ERRORS,
    TOLD,
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
from fake_pypi.pytest_plugin.secrecy import Secrecy, redact_report

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
    "fake_pypi(packages=(), without=(), **settings): what the fake PyPI of this test holds from the start, "
    "and which rules it leaves out"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options, each with an ini key of the same name."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Tell pytest the hooks that a project may implement."""
    pluginmanager.add_hookspecs(newhooks)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Let a conftest.py that cannot be imported stop tests, but no rehearsal that runs alone."""
    try:
        yield
    except ConftestImportFailure:
        from fake_pypi.pytest_plugin.conftests import goes_without

        if not goes_without(early_config):
            raise


def pytest_configure(config: pytest.Config) -> None:
    """Check the options, and register what only they ask for: release steps, the wire, the report."""
    config.addinivalue_line("markers", MARKER)
    settings = settings_of(config)
    from fake_pypi.pytest_plugin import report

    config.pluginmanager.register(report.Report(config), "fake-pypi-report")
    config.pluginmanager.register(Secrecy(config), "fake-pypi-secrecy")
    if settings.wire:
        from fake_pypi.pytest_plugin.wire import Wire

        config.pluginmanager.register(Wire(settings), "fake-pypi-wire")
    if wants_rehearsal(config):
        from fake_pypi.pytest_plugin import collecting

        config.pluginmanager.register(collecting.Collecting(config, settings), "fake-pypi-collecting")
        if config.pluginmanager.hasplugin("xdist"):
            from fake_pypi.pytest_plugin import distribution

            config.pluginmanager.register(distribution.Distribution(), "fake-pypi-distribution")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test during which an application of ours raised something, however the test dealt with the answer."""
    result = yield
    if ERRORS in item.stash:
        raise_errors(item)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a test carry what its indexes have to tell, for the summary, and none of their secrets."""
    report = yield
    redact_report(report)
    if report.when == "call" and TOLD in item.stash:
        told: dict[str, list[str]] = {}
        report.fake_pypi = told  # type: ignore[attr-defined]
        for telling in item.stash[TOLD]:
            for chapter, lines in telling().items():
                told.setdefault(chapter, []).extend(lines)
    return report
