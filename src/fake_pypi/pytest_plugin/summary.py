"""The lines about the fake indexes in the header and the summary of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.pytest_plugin.options import settings_of, wants_rehearsal

if TYPE_CHECKING:
    import pytest
    from _pytest.terminal import TerminalReporter

SECTIONS = {
    "not_released": "not rehearsed",
    "chosen": "chosen",
    "published": "published",
    "rejected": "rejected",
    "faults": "fault",
    "blocked_requests": "blocked request to",
    "warnings": "warning",
    "not_checked": "not checked",
    "remaining": "left to do",
}
"""The sections of the summary in order, each with the text before its lines."""

OF_ONE_TEST = ("rejected", "faults")
"""The sections whose lines name their test, and are shown for tests that failed."""


class Summary:
    """Collects the lines in the reports of all tests, also of tests on other workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._sections: dict[str, list[str]] = {}
        self._durations: dict[tuple[str, str], list[str]] = {}

    def pytest_report_header(self) -> list[str]:
        """Describe the indexes, if the session has some."""
        settings = settings_of(self._config)
        if not (wants_rehearsal(self._config) or settings.workflows or settings.process_environment):
            return []
        parts = ["PyPI and TestPyPI on this machine"]
        if settings.as_of:
            parts.append(f"rules of {settings.as_of}")
        if settings.without:
            parts.append(f"without {', '.join(settings.without)}")
        if settings.wheelhouse:
            parts.append("wheelhouse " + ", ".join(map(str, settings.wheelhouse)))
        parts.append(f"upstream {settings.upstream}" if settings.upstream else "no access to other hosts")
        return [f"fake-pypi: {'; '.join(parts)}"]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the lines of a test; rejections and faults only if the test failed, or with -v."""
        if step := getattr(report, "fake_pypi_step", None):
            project, name, seconds = step
            key = report.nodeid.removesuffix(name), project
            self._durations.setdefault(key, []).append(f"{name} {seconds:.1f} s")
        sections: dict[str, Any] = getattr(report, "fake_pypi", {})
        for section, lines in sections.items():
            if section in OF_ONE_TEST and not (report.failed or self._is_verbose()):
                continue
            entries = [f"{report.nodeid}: {line}" for line in lines] if section in OF_ONE_TEST else lines
            collected = self._sections.setdefault(section, [])
            collected.extend(line for line in entries if line not in collected)

    def add(self, sections: dict[str, list[str]]) -> None:
        """Add lines that belong to no test, by section."""
        for section, lines in sections.items():
            self._sections.setdefault(section, []).extend(lines)

    def _is_verbose(self) -> bool:
        """Return whether the user gave -v; `fake-pypi rehearse` always gives one to list its steps."""
        from fake_pypi.rehearsal.isolated_pytest import ISOLATED

        minimum = 1 if self._config.pluginmanager.hasplugin(ISOLATED) else 0
        return int(self._config.get_verbosity()) > minimum

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Return the result of a step with its duration, on a terminal."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        step = getattr(report, "fake_pypi_step", None)
        if step is None or not getattr(reporter, "isatty", False) or report.outcome == "skipped":
            return None
        letter = "." if report.passed else "F"
        return report.outcome, letter, f"{report.outcome.upper()} ({step[2]:.1f} s)"

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Write the collected lines by section."""
        if not any([*self._sections.values(), self._durations]):
            return
        terminalreporter.section("fake PyPI")
        for section, title in SECTIONS.items():
            for line in self._sections.get(section, []):
                terminalreporter.line(f"{title}: {line}")
        for (_, project), durations in self._durations.items():
            terminalreporter.line(f"time of {project}: {', '.join(durations)}")
