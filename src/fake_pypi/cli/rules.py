"""Why PyPI rejects uploads: all rules, or one of them with what to do about it.

    fake-pypi rules
    fake-pypi rules duplicate-file
    fake-pypi rules --json

A rule is known by its id; every rejection that the fake indexes report names one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fake_pypi.cli.paragraphs import answer_line, first_sentence, paragraphs, show

if TYPE_CHECKING:
    from fake_pypi.explain.token_exchange import ExchangeRejection
    from fake_pypi.rules.rule_set import Rule, RuleSet


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi rules`."""
    parser.add_argument("id", nargs="?", metavar="ID", help="the rule to tell about")
    parser.add_argument("--json", action="store_true", help="print one JSON value for machines")


def run(options: argparse.Namespace) -> int:
    """List all rules, or explain one; an unknown id is wrong usage."""
    from fake_pypi.explain.token_exchange import EXCHANGE
    from fake_pypi.rules.order import PYPI

    if options.id is None:
        known = (*PYPI, *EXCHANGE.values())
        show(json.dumps([_as_json(rule) for rule in known], indent=2) if options.json else _listed(known))
        return 0
    rule = EXCHANGE.get(options.id) or named(options.id, PYPI)
    show(json.dumps(_as_json(rule), indent=2) if options.json else _told(rule))
    return 0


def named(rule_id: str, rule_set: RuleSet) -> Rule:
    """Return the rule of that id; another one is a `UsageError` that says which ids are near."""
    from fake_pypi.errors import UsageError
    from fake_pypi.explain.token_exchange import EXCHANGE
    from fake_pypi.rules.rule_set import UnknownRule

    if rule_id in EXCHANGE:
        next_step = "`fake-pypi run --github-actions OWNER/REPO@WORKFLOW` lets a command meet it"
        raise UsageError(f"{rule_id} is said to a job that asks for a token, not to an upload", next_step)
    try:
        return rule_set[rule_id]
    except UnknownRule as unknown:
        raise UsageError(str(unknown)) from None


def _listed(rule_set: Sequence[Rule | ExchangeRejection]) -> str:
    """By family, the families and their rules in the order in which PyPI asks."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    width = max(len(rule.id) for rule in rule_set)
    lines = []
    for family, rules in groupby(sorted(rule_set, key=lambda rule: families.index(rule.family)), _family):
        lines.append(family.replace("_", " "))
        for rule in rules:
            lead = f"  {rule.id:<{width}}  {rule.status or '-':>3}  "
            lines += paragraphs(first_sentence(rule.explanation), lead)
    return "\n".join([*lines, "", "`fake-pypi rules ID` tells more about one."])


def _family(rule: Rule | ExchangeRejection) -> str:
    return rule.family


def _told(rule: Rule | ExchangeRejection) -> str:
    chapters = [
        ("Why", rule.explanation),
        ("What to do", rule.remedy),
        ("Only PyPI knows", rule.unknown_offline),
        ("Source", rule.source),
        ("Recorded", ", ".join(rule.recorded) or "not recorded"),
        ("Dates", _dates(rule)),
        ("Example", _example(rule)),
    ]
    lines = [f"{rule.id} ({rule.family.replace('_', ' ')})", "", "PyPI says", f"  {answer_line(rule)}"]
    for title, text in chapters:
        if text:
            lines += ["", title, *paragraphs(text, "  ")]
    return "\n".join(lines)


def _dates(rule: Rule | ExchangeRejection) -> str:
    """Return since and until when PyPI has the rule, with the source; "" where no dated source is known."""
    dates = [f"{name} {date}" for name, date in (("since", rule.since), ("until", rule.until)) if date]
    return f"{', '.join(dates)} ({rule.dated_by})" if dates else ""


def _example(rule: Rule | ExchangeRejection) -> str:
    from fake_pypi.explain.token_exchange import EXCHANGE

    if rule.id in EXCHANGE:
        return "`fake-pypi run --github-actions OWNER/REPO@WORKFLOW` lets a command ask for a token"
    return f"`fake-pypi reproduce {rule.id}` shows it, with a real client where one would send such a thing"


def _as_json(rule: Rule | ExchangeRejection) -> dict[str, Any]:
    return {
        "id": rule.id,
        "family": rule.family,
        "status": rule.status,
        "says": rule.shown_message,
        "why": rule.explanation,
        "do": rule.remedy,
        "asks": rule.unknown_offline,
        "source": rule.source,
        "recorded": list(rule.recorded),
        "since": rule.since,
        "until": rule.until,
    }
