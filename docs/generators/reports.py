"""The reference of reports: a text about their use, with the members of each object of the JSON, and its schema."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import fields, is_dataclass
from typing import get_type_hints

from docs.generators.markdown import filled, written_type
from fake_pypi.report import report_content


def pages() -> dict[str, str]:
    """Return the reference of reports: a text about their use, with the members of each object of the JSON."""
    parts = []
    for name, value in reversed(vars(report_content).items()):
        if isinstance(value, type) and is_dataclass(value):
            hints = get_type_hints(value)
            rows = [f"| `{field.name}` | {written_type(hints[field.name])} |" for field in fields(value)]
            described = [" ".join(part.split()) for part in (inspect.getdoc(value) or "").split("\n\n")]
            text = "\n\n".join(wrapped for part in described for wrapped in ["\n".join(textwrap.wrap(part, 140))])
            parts.append("\n".join([f"### {name}", "", text, "", "| member | type |", "|---|---|", *rows]))
    return {"reference/report.md": filled("report.md.in", {"PARTS": "\n\n".join(parts)})}
