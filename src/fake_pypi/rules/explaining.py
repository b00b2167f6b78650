"""Why did my upload fail? From what a tool printed to the rules of PyPI, and to mistakes that guides teach.

    findings = explain(output_of_twine)
    findings[0].causes[0].id        # "duplicate-file"

Nothing here guesses: text in which no known words stand has no findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from fake_pypi.rules.book import Rule, RuleBook
from fake_pypi.rules.headings import HEADINGS
from fake_pypi.rules.mistakes import MISTAKES, Mistake
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.printed import Printed
from fake_pypi.rules.token_exchange import EXCHANGE
from fake_pypi.rules.wording import Sighting, Wording, templates


class Cause(Protocol):
    """What a rule and a mistake have in common: an id, an explanation, and what to do."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def why(self) -> str:
        """Why the upload failed."""

    @property
    def do(self) -> str:
        """What to do now."""


@dataclass(frozen=True)
class Finding:
    """Something that was found in the output: the words, and what they mean.

    Several causes stand side by side where PyPI has the same words for several reasons.
    `exactness` counts the letters of the rule's words that were found; `complete` is False where a client
    cut them short.
    """

    words: str
    causes: tuple[Rule, ...] | tuple[Mistake, ...]
    exactness: int = 0
    complete: bool = True

    @property
    def is_refusal(self) -> bool:
        """Whether these are PyPI's words, and not a mistake before PyPI was asked."""
        return all(isinstance(cause, Rule) for cause in self.causes)


def explain(text: str, book: RuleBook = PYPI) -> list[Finding]:
    """Return what the output tells, the most specific first; nothing if it is unknown.

    >>> [cause.id for cause in explain("400 Only one sdist may be uploaded per release.")[0].causes]
    ['duplicate-sdist']
    """
    printed = Printed(text)
    refusals = sorted(_refusals(printed, book), key=lambda each: -each.exactness)
    return [*refusals, *_made(printed, (*EXCHANGE.values(), *MISTAKES))] or _made(printed, HEADINGS)


def _refusals(printed: Printed, book: RuleBook) -> Iterator[Finding]:
    """What PyPI said: of words that overlap only the best; each group of rules once."""
    told = set()
    for sighting, rules in _best(_sightings(printed, book)):
        if rules not in told:
            told.add(rules)
            words = printed.words(sighting.start, sighting.end)
            yield Finding(words, rules, sighting.letters, sighting.complete)


def _made(printed: Printed, mistakes: Iterable[Mistake]) -> list[Finding]:
    seen = ((mistake, mistake.seen_in(printed.text)) for mistake in mistakes)
    return [Finding(words, (mistake,)) for mistake, words in seen if words]


def _sightings(printed: Printed, book: RuleBook) -> list[tuple[Sighting, Rule]]:
    return [
        (sighting, rule)
        for rule in book
        for template in templates(rule)
        for sighting in _wording(template).seen_in(printed)
    ]


def _best(seen: list[tuple[Sighting, Rule]]) -> list[tuple[Sighting, tuple[Rule, ...]]]:
    """Drop each sighting that overlaps with a better one; rules whose words are the same share theirs."""
    kept: list[tuple[Sighting, tuple[Rule, ...]]] = []
    for sighting, rule in sorted(seen, key=_worth, reverse=True):
        over = [place for place, (other, _) in enumerate(kept) if _overlap(sighting, other)]
        if not over:
            kept.append((sighting, (rule,)))
        elif _worth((sighting, rule)) == _worth((kept[over[0]][0], rule)) and rule not in kept[over[0]][1]:
            kept[over[0]] = (kept[over[0]][0], (*kept[over[0]][1], rule))
    return kept


def _worth(seen: tuple[Sighting, Rule]) -> tuple[int, bool]:
    return seen[0].letters, seen[0].complete


def _overlap(one: Sighting, other: Sighting) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _wording(template: str) -> Wording:
    return Wording(template)
