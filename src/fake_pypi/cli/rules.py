"""List the rules by which PyPI rejects uploads, or explain one of them.

    fake-pypi rules
    fake-pypi rules duplicate-file
    fake-pypi rules --json
    fake-pypi rules --as-of 2024-06-01

Every rejection that the fake indexes report has the id of its rule.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from fake_pypi.cli.formatting import answer_line, first_sentence, paragraphs, print_text
from fake_pypi.cli.index_options import add_as_of
from fake_pypi.cli.json_documents import RuleDescription, RulesDocument
from fake_pypi.cli.json_output import add_json, print_json

if TYPE_CHECKING:
    from fake_pypi.explain.exchange_rejections import ExchangeRejection
    from fake_pypi.rules.rule_set import Rule, RuleSet


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `fake-pypi rules`."""
    parser.add_argument("id", nargs="?", metavar="ID", help="the rule to explain")
    add_json(parser)
    add_as_of(parser)


def run(options: argparse.Namespace) -> int:
    """List all rules, or explain one."""
    from fake_pypi.explain.exchange_rejections import EXCHANGE
    from fake_pypi.rules.order import EVERY_RULE
    from fake_pypi.rules.rules_by_date import checked_rules

    rule_set = checked_rules(options.as_of)
    rules: tuple[Rule | ExchangeRejection, ...] = (*rule_set, *EXCHANGE.values())
    if options.id is not None:
        rules = (EXCHANGE.get(options.id) or rule_of(options.id, rule_set, EVERY_RULE, options.as_of),)
    if options.json:
        print_json(RulesDocument(tuple(map(_description, rules))))
    else:
        print_text(_list(rules) if options.id is None else _describe(rules[0]))
    return 0


def rule_of(rule_id: str, rule_set: RuleSet, every_rule: RuleSet, as_of: str | None) -> Rule:
    """Return a rule of a day, or of any day where none is given. Raises `UsageError` if PyPI did not have it then."""
    from fake_pypi.errors import UsageError

    rule = find_rule(rule_id, every_rule)
    if as_of is None:
        return rule
    if rule_id not in rule_set:
        raise UsageError(f"PyPI did not have the rule {rule_id} on {as_of}", f"{_dates(rule) or 'see its page'}")
    return rule_set[rule_id]


def find_rule(rule_id: str, rule_set: RuleSet) -> Rule:
    """Return the rule of that id. Raises `UsageError`, which names similar ids, if there is none."""
    from fake_pypi.errors import UsageError
    from fake_pypi.explain.exchange_rejections import EXCHANGE
    from fake_pypi.rules.rule_set import UnknownRule

    if rule_id in EXCHANGE:
        next_step = "`fake-pypi run --github-actions OWNER/REPO@WORKFLOW` runs a command that requests a token"
        raise UsageError(f"{rule_id} rejects a job that requests a token, not an upload", next_step)
    try:
        return rule_set[rule_id]
    except UnknownRule as unknown:
        raise UsageError(str(unknown)) from None


def _list(rule_set: Sequence[Rule | ExchangeRejection]) -> str:
    """Return the rules by family, in the order in which PyPI checks them."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    width = max(len(rule.id) for rule in rule_set)
    lines = []
    for family, rules in groupby(sorted(rule_set, key=lambda rule: families.index(rule.family)), _family):
        lines.append(family.replace("_", " "))
        for rule in rules:
            lead = f"  {rule.id:<{width}}  {rule.status or '-':>3}  "
            lines += paragraphs(first_sentence(rule.explanation), lead)
    return "\n".join([*lines, "", "`fake-pypi rules ID` explains one rule."])


def _family(rule: Rule | ExchangeRejection) -> str:
    return rule.family


def _describe(rule: Rule | ExchangeRejection) -> str:
    sections = [
        ("Why", rule.explanation),
        ("What to do", rule.remedy),
        ("Only PyPI knows", rule.unknown_offline),
        ("Source", rule.source),
        ("Recorded", ", ".join(rule.recorded) or "not recorded"),
        ("Dates", _dates(rule)),
        ("Example", _example(rule)),
    ]
    lines = [f"{rule.id} ({rule.family.replace('_', ' ')})", "", "PyPI's answer", f"  {answer_line(rule)}"]
    for title, text in sections:
        if text:
            lines += ["", title, *paragraphs(text, "  ")]
    return "\n".join(lines)


def _dates(rule: Rule | ExchangeRejection) -> str:
    """Return since and until when PyPI has the rule, with the source; "" where no dated source is known."""
    ended_by = getattr(rule, "ended_by", "") or rule.dated_by
    dates = (("since", rule.since, rule.dated_by), ("until", rule.until, ended_by))
    return ", ".join(f"{name} {date} ({source})" for name, date, source in dates if date)


def _example(rule: Rule | ExchangeRejection) -> str:
    from fake_pypi.explain.exchange_rejections import EXCHANGE

    if rule.id in EXCHANGE:
        return "`fake-pypi run --github-actions OWNER/REPO@WORKFLOW` runs a command that requests a token"
    return f"`fake-pypi reproduce {rule.id}` shows it, with a real client if one sends such a request"


def _description(rule: Rule | ExchangeRejection) -> RuleDescription:
    return RuleDescription(
        rule=rule.id,
        family=rule.family,
        status=rule.status,
        message=rule.shown_message,
        explanation=rule.explanation,
        remedy=rule.remedy,
        unknown_offline=rule.unknown_offline or None,
        source=rule.source,
        recorded=tuple(rule.recorded),
        since=rule.since or None,
        until=rule.until or None,
    )
