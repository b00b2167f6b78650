"""Redact secrets in everything that pytest shows or writes: reports, warnings, log lines, JUnit files.

Before a token exists nothing is done or imported. Not redacted: the output of a test under `-s`, and the ids of
parametrized tests, which are part of the source of the test.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
import warnings
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import TerminalRepr

if TYPE_CHECKING:
    from collections.abc import Callable

UNCHANGED = frozenset({"nodeid", "location", "keywords", "when", "outcome", "duration", "start", "stop", "result"})
"""Attributes of a report that contain no free text, or by which pytest and its plugins identify the test."""


def redact_report(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Redact all text of a report, before other plugins or processes get it."""
    redact = _redact_function()
    if redact is None:
        return
    for name, value in vars(report).items():
        if name not in UNCHANGED:
            setattr(report, name, _redacted(value, redact))
    longrepr = report.longrepr
    if longrepr is not None and redact(str(longrepr)) != str(longrepr):  # an object of another plugin
        report.longrepr = redact(str(longrepr))


class SecretRedaction:
    """Redacts the text that pytest shows or writes apart from the reports of tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Redact a report again, because subtests and other plugins add text to it later."""
        redact_report(report)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Redact the exception and the output of the import of a test module."""
        report = yield
        redact_report(report)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Redact a warning before the summary, or another process, gets it."""
        redact = _redact_function()
        if redact is None:
            return
        message = warning_message.message
        if isinstance(message, str):
            warning_message.message = redact(message)
        else:
            message.args = _redacted(message.args, redact)
            if redact(str(message)) != str(message):  # its text is not in its arguments
                warning_message.message = warning_message.category(redact(str(message)))
        if warning_message.line:
            warning_message.line = redact(warning_message.line)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Generator[None]:
        """Redact the reason of `pytest.exit`, and the traceback that `--full-trace` shows."""
        redact = _redact_function()
        if redact is not None:
            excinfo.value.args = _redacted(excinfo.value.args, redact)
            if isinstance(excinfo.value, pytest.exit.Exception):
                excinfo.value.msg = redact(str(excinfo.value.msg))
        yield
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        memo = getattr(reporter, "_keyboardinterrupt_memo", None)
        if redact is not None and memo is not None:
            _redacted(memo, redact)

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> None:
        """Redact the traceback of an error inside pytest or a plugin."""
        redact = _redact_function()
        if redact is not None:
            _redacted(excrepr, redact)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Redact log lines that are shown live, or written to a file."""
        plugin = self._config.pluginmanager.get_plugin("logging-plugin")
        for name in ("log_cli_handler", "log_file_handler"):
            handler = getattr(plugin, name, None)
            if isinstance(handler, logging.Handler):
                handler.setFormatter(_RedactingFormatter(handler.formatter))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self) -> Generator[None]:
        """Redact the values that `record_xml_attribute` and `record_testsuite_property` add to the JUnit file."""
        redact = _redact_function()
        if redact is not None:
            self._redact_junit(redact)
        return (yield)

    def _redact_junit(self, redact: Callable[[str], str]) -> None:
        from _pytest.junitxml import xml_key

        junit = self._config.stash.get(xml_key, None)
        if junit is None:
            return
        junit.global_properties[:] = _redacted(junit.global_properties, redact)
        for reporter in junit.node_reporters_ordered:
            for element in reporter.to_xml().iter():
                element.attrib.update(_redacted(element.attrib, redact))
                element.text = _redacted(element.text, redact)


class _RedactingFormatter(logging.Formatter):
    """A formatter that redacts the lines of another formatter."""

    def __init__(self, formatter: logging.Formatter | None) -> None:
        super().__init__()
        self._formatter = formatter or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted line."""
        redact = _redact_function()
        line = self._formatter.format(record)
        return line if redact is None else redact(line)


def _redact_function() -> Callable[[str], str] | None:
    """Return the function that redacts a text; None if no token was made yet."""
    module = sys.modules.get("fake_pypi.redaction")
    return None if module is None else module.redact


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:
    """Return the value without secrets; objects of pytest are changed in place."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode("latin-1")).encode("latin-1")
    if type(value) in {list, tuple}:
        return type(value)(_redacted(item, redact) for item in value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, redact) for key, item in value.items()}
    if isinstance(value, TerminalRepr) or type(value).__module__ == "_pytest.subtests":
        names = list(vars(value)) if hasattr(value, "__dict__") else []
        if dataclasses.is_dataclass(value):
            names += [field.name for field in dataclasses.fields(value) if field.name not in names]
        for name in names:
            object.__setattr__(value, name, _redacted(getattr(value, name), redact))
    return value
