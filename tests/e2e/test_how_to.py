"""The table of corruptions on the page about scenarios is complete; tests/e2e/test_pages.py runs the code of pages."""

from __future__ import annotations

import re
from pathlib import Path

from fake_pypi.packages.corruptions import CORRUPTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "scenarios.md"


def test_each_corruption_is_listed_with_its_description() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(name, " and ".join(each.kinds), each.description) for name, each in CORRUPTIONS.items()]
