"""Keeps tokens out of the reports of tests: their tracebacks, local variables, and what was captured."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def conceal(report: pytest.TestReport, hide: Callable[[str], str] | None = None) -> None:
    """Rewrite all text of a report with `hide`, before any other plugin or process gets to see it.

    Without it, whatever looks like a token of PyPI or of a CI is hidden.
    """
    if hide is None:
        from fake_pypi.clients.secrets import Mask

        hide = Mask([]).hide
    if report.longrepr is not None:
        report.longrepr = _hidden(report.longrepr, hide)
    report.sections = [(title, hide(text)) for title, text in report.sections]


def _hidden(value: Any, hide: Callable[[str], str]) -> Any:
    """The same value without secrets; pytest's own objects for tracebacks are changed where they are."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, list | tuple):
        return type(value)(_hidden(each, hide) for each in value)
    if type(value).__module__.startswith("_pytest."):
        for name, part in vars(value).items():
            object.__setattr__(value, name, _hidden(part, hide))
    return value
