"""The pages of the rules: one for each, and one that lists them."""

from __future__ import annotations

import re
import tempfile
from itertools import groupby
from pathlib import Path

from docs.generators.markdown import fenced, listed
from fake_pypi.explain.exchange_rejections import EXCHANGE, FAMILY
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Example, Rule, RuleSet

LONGEST_VALUE = 60  # most characters of a form field on a page  # most characters of a form field on a page
SENDERS = {
    "nobody": "a client without credentials",
    "password": "a client with a user name and a password",
    "unknown": "a client with a token that the index does not know",
    "expired-token": "the owner, with a token that has expired",
    "publisher": "a trusted publisher on GitHub",
    "activestate-publisher": "a trusted publisher on ActiveState",
}


def pages(rule_set: RuleSet = PYPI) -> dict[str, str]:
    """Return the text of every page of the rules."""
    texts = {"index": index_page(rule_set), **{rule.id: page(rule, rule_set) for rule in rule_set}}
    return {f"reference/rules/{name}.md": text for name, text in texts.items()}


def index_page(rule_set: RuleSet) -> str:
    """Return the page that lists the rules by family, in the order in which PyPI checks them."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    lines = [
        "# Rules",
        "",
        "Every reason for which PyPI rejects an upload. `fake-pypi rules ID` prints the same text, and",
        "`fake-pypi explain` finds the rule behind the output of a tool.",
    ]
    ordered = sorted(rule_set, key=lambda rule: families.index(rule.family))
    for family, rules in groupby(ordered, lambda rule: rule.family):
        lines += ["", f"## {title(family)}", "", "| rule | status | why |", "|---|---|---|"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {status(rule)} | {in_a_table(rule)} |" for rule in rules]
    lines += ["", f"## {title(FAMILY)}", "", "Rejections of a CI job that requests a token, before any upload:", ""]
    lines += ["| code | status | why | what to do |", "|---|---|---|---|"]
    lines += [
        f"| `{reason.id}` | {reason.status} | {reason.explanation} | {reason.remedy} |" for reason in EXCHANGE.values()
    ]
    listed = [rule.id for rule in ordered]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```", ""])


def page(rule: Rule, rule_set: RuleSet = PYPI) -> str:
    """Return the page of one rule; all have the same headings."""
    chapters = [
        ("Message", fenced(messages(rule))),
        ("Status", f"{status(rule)}. Family: {title(rule.family).lower()}."),
        ("Why", rule.explanation),
        ("Example", example(rule, rule_set)),
        ("What to do", rule.remedy),
    ]
    text = [f"# {rule.id}", *(f"## {heading}\n\n{content}" for heading, content in chapters)]
    unknown = [f"Only PyPI knows {rule.unknown_offline}."] if rule.unknown_offline else []
    return "\n\n".join([*text, *unknown, origin(rule)]) + "\n"


def origin(rule: Rule) -> str:
    """Return where the message is from, by which recorded cases it is confirmed, and since when PyPI has the rule."""
    recorded = ", ".join(f"`{case}`" for case in rule.recorded)
    not_recorded = "Not recorded: no recorded answer of the real server has this message."
    lines = [f"Source: {rule.source}.", f"Recorded: {recorded}." if recorded else not_recorded]
    if rule.since:
        lines.append(f"Since {rule.since} ({rule.dated_by}).")
    if rule.until:
        lines.append(f"Until {rule.until} ({rule.dated_by}).")
    return "\n".join(lines)


def example(rule: Rule, rule_set: RuleSet) -> str:
    """Return the description of a rule's example: what is sent, and the answer."""
    sample = rule.example()
    return "\n".join([*map(listed, facts(sample)), "", answer(sample, rule_set), "", command(rule)])


def facts(sample: Example) -> list[str]:
    """Return lines about an example: its file, its form, the state of the index, and the sender."""
    lines = [f"The file is `{shortened(sample.package.filename)}`."]
    lines += [f"The field `{name}` of the form {field_state(value)}." for name, value in sample.form.items()]
    lines += [f"The `{name}` of the file is given as `{shortened(value)}`." for name, value in sample.file.items()]
    if sample.prepare is not None:
        lines.append("The index is prepared for it.")
    if sample.sender in SENDERS:
        lines.append(f"The sender is {SENDERS[sample.sender]}.")
    return lines


def answer(sample: Example, rule_set: RuleSet) -> str:
    """Return the answer of the rule set to the example."""
    index = Index()
    try:
        with tempfile.TemporaryDirectory() as folder:
            rejection = rule_set.judge(upload_of(sample, index, Path(folder)), index).rejection
    finally:
        index.close()
    assert rejection is not None, "every rule rejects its own example"
    if rejection.status == 0:
        return "The server closes the connection without an answer."
    return f"The server answers:\n\n{fenced(f'{rejection.status} {rejection.message}')}"


def command(rule: Rule) -> str:
    """Return the sentence about the command that sends the example."""
    return f"`fake-pypi reproduce {rule.id}` sends it to a fake PyPI, with twine if twine would send such a file."


def field_state(value: str | list[str] | None) -> str:
    """Return the predicate of a sentence about a form field."""
    if value is None:
        return "is left out"
    if isinstance(value, list):
        return "is sent as " + ", ".join(f"`{shortened(text)}`" for text in value) if value else "is left out"
    return f"is `{shortened(value)}`" if value.strip() else "is empty"


def shortened(value: object) -> str:
    """Return a value on one line, cut after `LONGEST_VALUE` characters."""
    text = " ".join(str(value).encode("unicode_escape").decode().replace("`", "'").split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def messages(rule: Rule) -> str:
    """Return PyPI's messages, with the facts in braces."""
    return re.sub(r"\{(\w+)!r\}", r"'{\1}'", "\n".join(rule.messages)) or "(none: the connection is closed)"


def status(rule: Rule) -> str:
    """Return the status, or "No answer"."""
    return str(rule.status) if rule.status else "No answer"


def title(family: str) -> str:
    """Return the name of a family as a heading."""
    return family.replace("_", " ").capitalize()


def in_a_table(rule: Rule) -> str:
    """Return the first sentence of the explanation, safe inside a table."""
    first, period, _ = rule.explanation.partition("\n\n")[0].partition(". ")
    return f"{first}{period.strip()}".replace("|", "\\|")
