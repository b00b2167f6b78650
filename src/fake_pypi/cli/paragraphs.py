"""Laying out what a command says: a reason, and what to do, below the words that they belong to."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pypi.explain.findings import Cause
    from fake_pypi.explain.token_exchange import ExchangeRejection
    from fake_pypi.rules.rule_set import Rule

WIDTH = 100  # characters


def paragraphs(text: str, first: str = "     ") -> list[str]:
    """Break each paragraph into lines; `first` stands before the first line, as many blanks before the others."""
    indent = " " * len(first)
    lines: list[str] = []
    for part in text.split("\n\n"):
        words = " ".join(part.split())
        lines += textwrap.wrap(
            words,
            WIDTH,
            initial_indent=first,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        ) or [""]
        first = indent
    return lines


def advice(cause: Cause) -> list[str]:
    """Say why, and what to do, as lines that are indented below the words."""
    return [*paragraphs(cause.explanation), *paragraphs(cause.remedy, "  -> ")]


def answer_line(rule: Rule | ExchangeRejection) -> str:
    """Return what the server answers for a rule: the status and its words with {facts}, or that it hangs up."""
    if rule.status == 0:
        return "the connection is closed without an answer"
    words = re.sub(r"\{(\w+)!r\}", r"'{\1}'", rule.shown_message)
    return f"{rule.status} {words}"


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop that ends a sentence.

    >>> first_sentence("See PEP 440 for 1.0rc1. It says more.")
    'See PEP 440 for 1.0rc1.'
    """
    words = " ".join(text.partition("\n\n")[0].split())
    head, stop, _ = words.partition(". ")
    return head + stop.strip()


def show(text: str) -> None:
    """Print, also where the terminal does not know every character of a file's name or of a tool's output."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
