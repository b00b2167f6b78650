"""Would PyPI take these files? Every refusal, in PyPI's words, with what to do.

    fake-pypi check dist/*
    fake-pypi check --json dist/*

Exit code 1 if any file would be refused. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pypi.rules.book import Stop
    from fake_pypi.rules.checking import Checked


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi check`."""
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="wheels and sdists")
    parser.add_argument("--json", action="store_true", help="print one JSON value for machines")
    parser.add_argument("--without", metavar="RULE", action="append", default=[], help="leave a rule out, by its id")


def run(options: argparse.Namespace) -> int:
    """Check every file, print what was found, and return 1 if PyPI would refuse any."""
    from fake_pypi.rules.checking import check_files
    from fake_pypi.rules.order import PYPI

    checked = check_files(options.files, PYPI.without(*options.without))
    not_checked = PYPI.not_asked()
    if options.json:
        print(json.dumps(_as_json(checked, not_checked), indent=2))
    else:
        print(_as_text(checked, not_checked))
    return 0 if all(each.accepted for each in checked) else 1


def _as_text(checked: list[Checked], not_checked: list[str]) -> str:
    lines = []
    for each in checked:
        verdict = "PyPI would take it" if each.accepted else f"PyPI would refuse it ({len(each.stops)})"
        lines.append(f"{each.path}: {verdict}")
        for stop in each.stops:
            lines += [f"  {stop.status} {stop.message}", *_wrapped(stop.rule.why), *_wrapped(stop.rule.do, "  -> ")]
            lines.append(f"     more: fake-pypi rules {stop.rule.id}")
    lines.append(f"not checked, only the real index knows: {'; '.join(not_checked)}")
    return "\n".join(lines)


def _wrapped(text: str, first: str = "     ") -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 100, initial_indent=first, subsequent_indent="     ")


def _as_json(checked: list[Checked], not_checked: list[str]) -> dict[str, Any]:
    files = [
        {"file": str(each.path), "accepted": each.accepted, "refusals": [_stop(stop) for stop in each.stops]}
        for each in checked
    ]
    return {"files": files, "not_checked": not_checked}


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "rule": stop.rule.id,
        "status": stop.status,
        "message": stop.message,
        "why": stop.rule.why,
        "do": stop.rule.do,
    }
