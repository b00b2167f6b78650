"""The page of the changes of rules, messages and limits since the oldest day whose rules are known."""

from __future__ import annotations

from docs.generators.markdown import filled, table
from fake_pypi.rules.rules_by_date import OLDEST, RECORDED, changes


def pages() -> dict[str, str]:
    """Return the page."""
    rows = [[change.date, change.text, f"[source]({change.source})"] for change in changes()]
    values = {"CHANGES": table(["date", "what changed", "source"], rows), "OLDEST": OLDEST, "RECORDED": RECORDED}
    return {"reference/rules-by-date.md": filled("rules-by-date.md.in", values)}
