"""The pages of the rules: one for each, and one that lists them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from docs.generators.client_output import output_of_clients, rejected_clients
from docs.generators.markdown import fenced, listed
from fake_pypi.cli.reproduce import PUBLISHING_TOOLS
from fake_pypi.explain.exchange_rejections import EXCHANGE, FAMILY, ExchangeRejection
from fake_pypi.index import Index
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.former_messages import former_messages
from fake_pypi.rules.order import EVERY_RULE, PYPI
from fake_pypi.rules.rule_set import Example, Rule, RuleSet
from fake_pypi.rules.rules_by_date import example_on, rules_on

LONGEST_VALUE = 60  # most characters of a form field on a page
PYTHON = """\
In Python:

```python
from fake_pypi import FakePyPI, reproduce

with FakePyPI({as_of}) as pypi:
    response = reproduce(pypi, "{id}")
    assert (response.status, response.rule) == ({status}, "{id}")
    print(response.message)
```
"""
SENDERS = {
    "nobody": "a client without credentials",
    "password": "a client with a user name and a password",
    "wrong-password": "a client with a user name and a wrong password",
    "password-of-owner": "the owner, with a user name and the password",
    "unknown": "a client with a token that the index does not know",
    "expired-token": "the owner, with a token that has expired",
    "publisher": "a trusted publisher on GitHub",
    "activestate-publisher": "a trusted publisher on ActiveState",
}


def pages() -> dict[str, str]:
    """Return the text of every page of the rules, also of those that PyPI does not have any more."""
    texts = {"index": index_page(EVERY_RULE), **{rule.id: page(rule) for rule in EVERY_RULE}}
    texts |= {reason.id: exchange_page(reason) for reason in EXCHANGE.values()}
    return {f"reference/rules/{name}.md": text for name, text in texts.items()}


def index_page(rule_set: RuleSet) -> str:
    """Return the page that lists the rules by family, in the order in which PyPI checks them."""
    families = list(dict.fromkeys(rule.family for rule in rule_set))
    lines = [
        "# Rules",
        "",
        "Every reason for which PyPI rejects an upload. `fake-pypi rules ID` explains a rule, `fake-pypi explain` the",
        "output of a tool, and [the list of messages](../messages.md) has all messages. Each rule has",
        "a page of its own, whose address ends in its id and does not change.",
    ]
    ordered = sorted(rule_set, key=lambda rule: families.index(rule.family))
    for family, rules in groupby(ordered, lambda rule: rule.family):
        lines += ["", f"## {title(family)}", "", "| rule | status | why |", "|---|---|---|"]
        lines += [f"| [{rule.id}]({rule.id}.md) | {status(rule)} | {ended(rule)}{in_a_table(rule)} |" for rule in rules]
    lines += ["", f"## {title(FAMILY)}", "", "Rejections of a CI job that requests a token, before any upload:", ""]
    lines += ["| code | status | why |", "|---|---|---|"]
    lines += [
        f"| [{reason.id}]({reason.id}.md) | {reason.status} | {reason.explanation} |" for reason in EXCHANGE.values()
    ]
    listed = [*(rule.id for rule in ordered), *EXCHANGE]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```", ""])


def page(rule: Rule) -> str:
    """Return the page of one rule; all have the same headings."""
    rule_set = rules_on(rule.last_day) if rule.until else PYPI
    unknown = [f"Only PyPI knows {rule.unknown_offline}."] if rule.unknown_offline else []
    return page_of(
        rule.id,
        {
            "Message": fenced(messages(rule)),
            "Status": f"{answer_code(rule.status)}. Family: {title(rule.family).lower()}.",
            "Why": rule.explanation,
            "What to do": "\n\n".join([rule.remedy, *unknown]),
            "Example": example(rule, rule_set),
            "Cause it": causes(rule),
            "What clients print": output_of_clients(rule),
            "Origin": "\n\n".join([*former(rule), origin(rule)]),
        },
    )


def former(rule: Rule) -> list[str]:
    """Return the messages that PyPI gave in earlier years, on days that are known exactly."""
    return [
        f"Until {message.until} ([source]({message.source})) the message was:\n\n{fenced(message.message)}"
        for message in former_messages(rule)
        if message.is_reproduced
    ]


def exchange_page(reason: ExchangeRejection) -> str:
    """Return the page of a reason for which PyPI does not exchange an identity token."""
    return page_of(
        reason.id,
        {
            "Message": fenced(f"{reason.id}: {reason.message_template}"),
            "Status": f"{answer_code(reason.status)}. Family: {FAMILY}: a rejection of a CI job that publishes without "
            "a token, before any upload.",
            "Why": reason.explanation,
            "What to do": reason.remedy,
            "Origin": origin(reason),
        },
    )


def page_of(name: str, chapters: Mapping[str, str]) -> str:
    """Return a page with a heading for each chapter."""
    return "\n\n".join([f"# {name}", *(f"## {heading}\n\n{text}" for heading, text in chapters.items())]) + "\n"


def causes(rule: Rule) -> str:
    """Return how to cause the rejection: in Python, on the command line, and with a publishing tool."""
    tools = [client for client in rejected_clients(rule) if client in PUBLISHING_TOOLS]
    command = f"$ fake-pypi reproduce {rule.id}" + (f" --as-of {rule.last_day}" if rule.until else "")
    commands = [f"{command} --with {tool}" for tool in tools] or [command]
    explained = (
        "With a real tool, whose output is what your users see:"
        if tools
        else "On the command line, with the request itself, because neither twine nor uv sends such a file:"
    )
    as_of = f'as_of="{rule.last_day}"' if rule.until else ""
    python = PYTHON.format(id=rule.id, status=rule.status, as_of=as_of)
    return "\n".join([python, explained, "", "```console", *commands, "```"])


def origin(rule: Rule | ExchangeRejection) -> str:
    """Return where the message is from, by which recorded cases it is confirmed, and since when PyPI has the rule."""
    recorded = ", ".join(f"`{case}`" for case in rule.recorded)
    not_recorded = "Not recorded: no recorded answer of the real server has this message."
    lines = [f"Source: {linked(rule.source)}.", f"Recorded: {recorded}." if recorded else not_recorded]
    if rule.since:
        lines.append(f"Since {rule.since} ({rule.dated_by}).")
    if rule.until:
        lines.append(f"Until {rule.until} ({rule.ended_by or rule.dated_by}); PyPI does not reject uploads for it now.")
    return "\n".join(lines)


def linked(source: str) -> str:
    """Return a source with its link: the path in the repository, and the function."""
    match = re.fullmatch(r"(https://\S+?/blob/[^/]+/(\S+?))(?: \((.+)\))?", source)
    if match is None:
        return source
    return f"[`{match[2]}`]({match[1]})" + (f", `{match[3]}`" if match[3] else "")


def example(rule: Rule, rule_set: RuleSet) -> str:
    """Return the description of a rule's example: what is sent, and the answer."""
    sample = example_on(rule.on(rule.last_day)) if rule.until else rule.example()
    return "\n".join([*map(listed, facts(sample)), "", answer(sample, rule_set)])


def facts(sample: Example) -> list[str]:
    """Return lines about an example: its file, its form, the state of the index, and the sender."""
    lines = [f"The file is `{shortened(sample.package.filename)}`."]
    lines += [f"The field `{name}` of the form {field_state(value)}." for name, value in sample.form.items()]
    again = sample.file.get("also_sent_as")
    lines += [f"It is sent a second time, as the field `{again}`."] if again else []
    given = {name: value for name, value in sample.file.items() if name != "also_sent_as"}
    lines += [f"The `{name}` of the file is given as `{shortened(value)}`." for name, value in given.items()]
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


def answer_code(status_code: int) -> str:
    """Return the status at the start of a sentence; a number alone would begin a numbered list."""
    return f"HTTP {status_code}" if status_code else "No answer"


def title(family: str) -> str:
    """Return the name of a family as a heading."""
    return family.replace("_", " ").capitalize()


def ended(rule: Rule) -> str:
    """Return what precedes the description of a rule that PyPI does not have any more."""
    return f"(until {rule.until}) " if rule.until else ""


def in_a_table(rule: Rule) -> str:
    """Return the first sentence of the explanation, safe inside a table."""
    first, period, _ = rule.explanation.partition("\n\n")[0].partition(". ")
    return f"{first}{period.strip()}".replace("|", "\\|")
