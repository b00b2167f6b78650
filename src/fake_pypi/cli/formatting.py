"""Format the output of commands: paragraphs, explanations, answers."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.explain.exchange_rejections import ExchangeRejection
    from fake_pypi.explain.findings import Cause
    from fake_pypi.rules.rule_set import Rule

WIDTH = 100  # characters


def paragraphs(text: str, first: str = "     ") -> list[str]:
    """Wrap each paragraph; `first` precedes the first line, and the other lines are indented by its length."""
    indent = " " * len(first)
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += textwrap.wrap(
            " ".join(paragraph.split()),
            WIDTH,
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        ) or [""]
        first = indent
    return lines


def explanation_and_remedy(cause: Cause) -> list[str]:
    """Return explanation and remedy as indented lines."""
    return [*paragraphs(cause.explanation), *paragraphs(cause.remedy, "  -> ")]


def answer_line(rule: Rule | ExchangeRejection) -> str:
    """Return the answer of the server for a rule: status and message, with names in braces for values."""
    wordings = getattr(rule, "wordings", ())
    status = wordings[0].status if wordings else rule.status
    if status == 0:
        return "the connection is closed without an answer"
    message = re.sub(r"\{(\w+)!r\}", r"'{\1}'", rule.shown_message)
    return f"{status} {message}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text.

    >>> first_sentence("See PEP 440 for 1.0rc1. More text.")
    'See PEP 440 for 1.0rc1.'
    """
    paragraph = " ".join(text.partition("\n\n")[0].split())
    sentence, period, _ = paragraph.partition(". ")
    return sentence + period.strip()


def print_text(text: str) -> None:
    """Print a text; characters that the terminal does not support become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
