"""The list of all messages with which PyPI rejects an upload, of today and of earlier years, by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.rules.former_messages import former_messages
from fake_pypi.rules.order import PYPI

INTRODUCTION = """\
# Find a message

<!-- Written by docs/generate.py from the rules in the code. -->

Every message with which PyPI rejects an upload or a token exchange, and those that it gave in earlier years, sorted by
their words. Braces stand for a value of your upload: `{name}`. Find yours with the search of your browser, by a few
words without file names and versions, or let the program do it: `twine upload dist/* 2>&1 | fake-pypi explain`.
"""
PLACEHOLDER = re.compile(r"['\"]?\{\w+(?:![rs])?\}['\"]?")
ADDRESS_OF_HELP = re.compile(r"\s*See:? https?://\S+(?: for (?:more|additional) \w+)?\.?$")


@dataclass(frozen=True)
class ListedMessage:
    """A message with the page of its rule."""

    text: str
    status: int
    rule: str
    until: str = ""

    @property
    def words(self) -> str:
        """What the message is sorted by: its words without values and quotation marks."""
        return " ".join(re.findall(r"[a-z0-9-]+", PLACEHOLDER.sub(" ", self.text).lower()))


def listed_messages() -> Iterator[ListedMessage]:
    """Yield the messages of all rules, and of the exchange of tokens."""
    for rule in PYPI:
        current = [message for message in rule.messages if message and rule.status >= 400]
        yield from (ListedMessage(message, rule.status, rule.id) for message in current)
        for former in former_messages(rule):
            yield ListedMessage(former.message, rule.status, rule.id, former.until or "earlier")
    for reason in EXCHANGE.values():
        yield ListedMessage(reason.message_template, reason.status, reason.id)
        yield ListedMessage(reason.id, reason.status, reason.id)


def pages() -> dict[str, str]:
    """Return the list, with a heading for each initial letter."""
    ordered = sorted(set(listed_messages()), key=lambda message: (message.words, message.until, message.rule))
    parts = [INTRODUCTION]
    for initial, messages in groupby(ordered, lambda message: message.words[:1].upper()):
        same = groupby(messages, lambda message: (message.text, message.status, message.until))
        rows = [row(*facts, [message.rule for message in group]) for facts, group in same]
        parts.append("\n".join([f"## {initial}", "", "| message | status | rule |", "|---|---|---|", *rows, ""]))
    return {"reference/messages.md": "\n".join(parts)}


def row(message: str, status: int, until: str, rules: Iterable[str]) -> str:
    """Return the row of a message; "See …" is left out, because many messages share it."""
    text = ADDRESS_OF_HELP.sub("", message)
    text = re.sub(r"\{(\w+)!r\}", r"'{\1}'", " ".join(text.split())).replace("|", "\\|").replace("`", "'")
    period = {"": "", "earlier": " (earlier)"}.get(until, f" (until {until})")
    links = " · ".join(f"[{rule}](rules/{rule}.md)" for rule in rules)
    return f"| `{text}`{period} | {status or 'none'} | {links} |"
