"""Would PyPI take these files? Every rejection, in PyPI's words, with what to do.

    fake-pypi check dist/*
    fake-pypi check --json dist/*

Exit code 1 if any file would be rejected. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fake_pypi.cli.paragraphs import advice, show

if TYPE_CHECKING:
    from fake_pypi.rules.offline_check import Checked
    from fake_pypi.rules.rule_set import Rejection

MOST_NAMES = 10
"""Members that are named for one rejection; `--json` names all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi check`."""
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="wheels and sdists; patterns will do")
    parser.add_argument("--json", action="store_true", help="print one JSON value for machines")
    parser.add_argument("--without", metavar="RULE", action="append", default=[], help="leave a rule out, by its id")


def run(options: argparse.Namespace) -> int:
    """Check every file, print what was found, and return 1 if PyPI would reject any."""
    from fake_pypi.cli.rules import named
    from fake_pypi.rules.offline_check import check_files, distributions
    from fake_pypi.rules.order import PYPI

    rule_set = PYPI.without(*(named(rule_id, PYPI).id for rule_id in options.without))
    checked = check_files(distributions(options.files), rule_set)
    if options.json:
        print(json.dumps(_as_json(checked, rule_set.unknown_offline()), indent=2))
    else:
        show(_as_text(checked, rule_set.unknown_offline()))
    return 0 if all(each.accepted for each in checked) else 1


def _as_text(checked: list[Checked], not_checked: list[str]) -> str:
    lines = []
    for each in checked:
        lines.append(f"{each.path}: {_verdict(each)}")
        for stop in each.rejections:
            lines += ["", f"  {_answer(stop)}", *_members(stop), *advice(stop.rule)]
            lines.append(f"     more: fake-pypi rules {stop.rule.id}")
        lines.append("")
    return "\n".join([*lines, *_not_checked(not_checked)])


def _not_checked(questions: list[str]) -> list[str]:
    return [
        "Not checked, because only PyPI knows: whether the name is yours or free, whether the file is there already,",
        f"and what depends on the account or the site (`fake-pypi check --json` lists all {len(questions)} questions).",
    ]


def _verdict(checked: Checked) -> str:
    if checked.accepted:
        return "PyPI would take it"
    number = len(checked.rejections)
    return f"PyPI would reject it, for {number} {'reason' if number == 1 else 'reasons'}"


def _answer(stop: Rejection) -> str:
    words = " ".join(stop.message.splitlines())
    return f"{stop.status} {words}" if stop.status else "PyPI closes the connection without an answer"


def _members(stop: Rejection) -> list[str]:
    """Return a line that names the members of the archive, if the rejection is about members."""
    names = [name if name.isprintable() else repr(name) for name in stop.members]
    if len(names) > MOST_NAMES:
        names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} more"]
    return [f"     in {', '.join(names)}"] if names else []


def _as_json(checked: list[Checked], not_checked: list[str]) -> dict[str, Any]:
    files = [
        {"file": str(each.path), "accepted": each.accepted, "rejections": [_stop(stop) for stop in each.rejections]}
        for each in checked
    ]
    return {"files": files, "not_checked": not_checked}


def _stop(stop: Rejection) -> dict[str, Any]:
    return {
        "rule": stop.rule.id,
        "status": stop.status,
        "message": stop.message,
        "members": list(stop.members),
        "why": stop.rule.explanation,
        "do": stop.rule.remedy,
    }
