"""When to sow which vegetable, by week of the year."""

from __future__ import annotations

import json
from importlib.resources import files


def sowable(week: int) -> list[str]:
    """Return the vegetables that can be sown in this week, 1 to 53, in alphabetical order."""
    calendar = json.loads(files(__name__).joinpath("calendar.json").read_text(encoding="utf-8"))
    return sorted(name for name, (first, last) in calendar.items() if first <= week <= last)
