"""The page about by what each rule is confirmed."""

from __future__ import annotations

from maintenance.coverage_page import coverage_page


def pages() -> dict[str, str]:
    """Return the page."""
    return {"reference/rule-coverage.md": coverage_page()}
