"""The page docs/reference/rule-coverage.md: by what each rule is confirmed. docs/generate.py writes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from fake_pypi.explain.exchange_rejections import EXCHANGE, ExchangeRejection
from fake_pypi.reference_data import FOLDER, data_file
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from maintenance.message_places import LIBRARIES, WAREHOUSE_REPOSITORY, known_names, place_of
from tests.fidelity import cases, rejections

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/rule-coverage.md"
RECORDED, FROM_SOURCE, REPORTED = "recorded", "from source", "from public reports"
INTRODUCTION = """\
# By what rules are confirmed

PyPI's server is [pypi/warehouse](https://github.com/pypi/warehouse). The rules are those of its commit `{commit}` of
{date}. Each rule is confirmed in one of three ways, the strongest first:

- **{recorded}**: at least one answer that the unmodified server gave over HTTP has the message of this rule. The tests
  replay all {cases} recorded cases, and compare status, message, headers and body, and the rule.
- **{from_source}**: no recorded answer has the message. Rule and message follow from the code of the server, or of a
  library that it uses.
- **{reported}**: neither; the rule is known from public threads or from PyPI's announcements.

{counts}

Every recorded rejection of an upload is the answer of one of these rules; a test checks that none is without. Other
rejections are those of an address or a method (404, 405, 406, 410), and of requests over plain HTTP.
"""
DATA = """\
## Lists and limits

Data files in `src/fake_pypi/reference_data`; `python tasks.py update-data` reads them again from their origins.

| data | values | of | from |
|---|---|---|---|
{rows}

If a newer trove-classifiers is installed than the one of the file, its classifiers count.
"""
SITE = """\
## API and web site

| what was recorded | requests or steps |
|---|---|
{rows}

The forms of the web site were recorded as {walks} walks. They show {messages} different messages at {addresses}
addresses; `tests/fidelity/site` repeats them.
"""


def evidence(rule: Rule | ExchangeRejection) -> str:
    """Return by what a rule is confirmed."""
    if rule.recorded:
        return RECORDED
    of_source = any(f"github.com/{repository}/" in rule.source for repository in (WAREHOUSE_REPOSITORY, *LIBRARIES))
    return FROM_SOURCE if of_source else REPORTED


def coverage_page() -> str:
    """Return the text of the page."""
    known = known_names()
    introduction = INTRODUCTION.format(
        commit=known.commit,
        date=known.date,
        cases=f"{sum(1 for _ in cases.load()):,}",
        recorded=RECORDED,
        from_source=FROM_SOURCE,
        reported=REPORTED,
        counts=counts_table(),
    )
    families = list(dict.fromkeys(rule.family for rule in PYPI))
    ordered = sorted(PYPI, key=lambda rule: families.index(rule.family))
    tables = [
        f"## {family.replace('_', ' ').capitalize()}\n\n{rules_table(rules)}"
        for family, rules in groupby(ordered, lambda rule: rule.family)
    ]
    return "\n".join([introduction, "\n\n".join([*tables, exchange_table()]), "", data_section(), site_section()])


def counts_table() -> str:
    """Return the numbers of rules and of rejections of the token exchange, by evidence."""
    rules, exchange = (Counter(map(evidence, some)) for some in (PYPI, EXCHANGE.values()))
    lines = ["| confirmed | rules for uploads | rejections of the token exchange |", "|---|---|---|"]
    lines += [f"| {kind} | {rules[kind]} | {exchange[kind]} |" for kind in (RECORDED, FROM_SOURCE, REPORTED)]
    return "\n".join([*lines, f"| all | {rules.total()} | {exchange.total()} |"])


def rules_table(rules: Iterable[Rule]) -> str:
    """Return the rules of a family with their evidence and their place in the code."""
    of_rules = rejections.cases_of_rules()
    lines = ["| rule | confirmed | recorded cases | place in the code | since |", "|---|---|---|---|---|"]
    for rule in rules:
        place = place_of(rule.source)
        link = rule.source.partition(" (")[0]
        name = place.path.removeprefix("warehouse/").removeprefix("src/")
        since = f"[{rule.since}]({rule.dated_by})" if rule.since and rule.dated_by.startswith("https://") else ""
        lines.append(
            f"| [{rule.id}](rules/{rule.id}.md) | {evidence(rule)} | {some_cases(of_rules.get(rule.id, []), rule)} "
            f"| [{name}]({link}): `{place.name}` | {since} |"
        )
    return "\n".join(lines)


def some_cases(names: list[str], rule: Rule | ExchangeRejection) -> str:
    """Return the number of cases, and those that the rule names."""
    return f"{len(names)}: {', '.join(f'`{name}`' for name in rule.recorded)}" if names else "not recorded"


def exchange_table() -> str:
    """Return the rejections of the token exchange with their evidence."""
    of_rules = rejections.cases_of_rules()
    lines = ["## Token exchange", "", "| code | confirmed | recorded cases |", "|---|---|---|"]
    lines += [
        f"| `{reason.id}` | {evidence(reason)} | {some_cases(of_rules.get(reason.id, []), reason)} |"
        for reason in EXCHANGE.values()
    ]
    return "\n".join(lines)


def data_section() -> str:
    """Return the data files with their dates and origins."""
    rows = []
    for file in sorted(FOLDER.glob("*.json")):
        data = data_file(file.stem)
        rows.append(f"| {file.stem.replace('_', ' ')} | {number(data.values):,} | {data.date} | <{data.origin}> |")
    return DATA.format(rows="\n".join(rows))


def number(values: Any) -> int:
    """Return the number of values in lists and objects."""
    if isinstance(values, dict):
        return sum(number(value) for value in values.values())
    return len(values) if isinstance(values, list) else 1


def site_section() -> str:
    """Return how much of the API and of the web site was recorded."""
    extra = cases.RECORDED / "extra"
    walks = json.loads((extra / "site.json").read_text("utf-8"))
    steps = [step for walk in walks for step in walk["steps"]]
    messages = {
        (step["path"].partition("?")[0], *map(str, message))
        for step in steps
        for message in (*step.get("errors", ()), *step.get("flash", ()))
    }
    requests = sum(len(case["answers"]) for case in cases.load())
    routes = json.loads((extra / "routes.json").read_text("utf-8"))
    rows = {
        "uploads, token exchange, simple pages and JSON of a project": requests,
        "addresses that are read": len(routes["cases"]),
        "calls of XML-RPC": len(json.loads((extra / "xmlrpc.json").read_text("utf-8"))),
        "steps through forms of the web site": len(steps),
    }
    return SITE.format(
        rows="\n".join(f"| {name} | {number:,} |" for name, number in rows.items()),
        walks=len(walks),
        messages=len({message[1:] for message in messages}),
        addresses=len({path for path, *_ in messages}),
    )
