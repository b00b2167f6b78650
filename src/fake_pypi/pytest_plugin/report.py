"""What the header and the summary of a session say about the fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pypi.pytest_plugin.options import settings_of, wants_rehearsal

if TYPE_CHECKING:
    import pytest
    from _pytest.terminal import TerminalReporter

CHAPTERS = (
    ("published", "published"),
    ("rejected", "rejected"),
    ("attempts", "tried to reach"),
    ("notes", "worth a look"),
    ("not_checked", "not checked"),
)


class Report:
    """Gathers what the reports of all tests tell about the fakes, also those from other workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._told: dict[str, list[str]] = {}

    def pytest_report_header(self) -> list[str]:
        """Say which indexes run, when they do."""
        settings = settings_of(self._config)
        if not (wants_rehearsal(self._config) or settings.wire):
            return []
        parts = ["PyPI and TestPyPI on this machine"]
        if settings.without:
            parts.append(f"without {', '.join(settings.without)}")
        if settings.wheelhouse:
            parts.append("wheelhouse " + ", ".join(str(each) for each in settings.wheelhouse))
        parts.append(f"upstream {settings.upstream}" if settings.upstream else "nothing leaves it")
        return [f"fake-pypi: {'; '.join(parts)}"]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect what a test's report carries; rejections only of a failed test, or with -v."""
        told: dict[str, Any] = getattr(report, "fake_pypi", {})
        for chapter, lines in told.items():
            if chapter == "rejected" and not (report.failed or self._is_verbose()):
                continue
            entries = [f"{report.nodeid}: {line}" for line in lines] if chapter == "rejected" else lines
            kept = self._told.setdefault(chapter, [])
            kept.extend(line for line in entries if line not in kept)

    def _is_verbose(self) -> bool:
        """Whether details were asked for; `fake-pypi rehearse` lists its steps with a -v of its own."""
        from fake_pypi.rehearsal.isolated_pytest import ISOLATED

        own = 1 if self._config.pluginmanager.hasplugin(ISOLATED) else 0
        return int(self._config.get_verbosity()) > own

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Tell what was published, rejected, attempted and noticed, and what could not be checked."""
        if not any(self._told.values()):
            return
        terminalreporter.section("fake PyPI")
        for chapter, title in CHAPTERS:
            for line in self._told.get(chapter, []):
                terminalreporter.line(f"{title}: {line}")
