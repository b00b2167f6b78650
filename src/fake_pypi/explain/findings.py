"""Why did my upload fail? From the output of a tool to the rules of PyPI, and to known errors of clients.

    findings = explain(output_of_twine)
    findings[0].causes[0].id        # "duplicate-file"

Nothing here guesses: text in which nothing known stands has no findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from fake_pypi.explain.details import details_of
from fake_pypi.explain.fallback_hints import FALLBACK_HINTS, FallbackHint
from fake_pypi.explain.known_client_errors import KNOWN_CLIENT_ERRORS, KnownClientError
from fake_pypi.explain.message_patterns import MessageMatch, MessagePattern, Template, templates
from fake_pypi.explain.network_errors import NETWORK_ERRORS
from fake_pypi.explain.output_cleaning import CleanedOutput, folded
from fake_pypi.explain.server_answers import HOST, PYPI_HOSTS, ServerAnswer, server_answers
from fake_pypi.explain.token_exchange import EXCHANGE, ExchangeRejection
from fake_pypi.explain.tool_errors import TOOL_ERRORS
from fake_pypi.explain.trusted_publishing_errors import TRUSTED_PUBLISHING_ERRORS
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule, RuleSet

KNOWN_ERRORS = (*EXCHANGE.values(), *TRUSTED_PUBLISHING_ERRORS, *NETWORK_ERRORS, *KNOWN_CLIENT_ERRORS, *TOOL_ERRORS)
COMPARED = 24
"""Letters by which a sentence and the words of a known error are compared."""
UNKNOWN_MESSAGE = KnownClientError(
    "unknown-message",
    (),
    "This is the reason that was given, and it is none that this version of fake-pypi knows.",
    "Take the sentence as it stands, and run `fake-pypi check` on the files. If PyPI said it, please report it at "
    "https://github.com/pytest-fake-pypi/pytest-fake-pypi/issues.",
)
OTHER_INDEX = KnownClientError(
    "other-index",
    (),
    "It was not PyPI that answered: this index has rules of its own, which fake-pypi does not know.",
    "Upload with --verbose to see all that it says, and ask those who run it. If PyPI was meant, look at the address.",
)


class Cause(Protocol):
    """What a rule and a known error have in common: an id, an explanation, and what to do."""

    @property
    def id(self) -> str:
        """The name of the cause."""

    @property
    def explanation(self) -> str:
        """Why the upload failed."""

    @property
    def remedy(self) -> str:
        """What to do now."""


@dataclass(frozen=True)
class Finding:
    """Something that was found in the output: the words, and what they mean.

    Several causes stand side by side where the same words have several reasons. `exactness` counts the letters of
    the message that were found; `complete` is False where a client cut it short. `until` is the month until which
    PyPI gave this message, "" if it still does. `details` says what follows from the facts in the output.
    """

    words: str
    causes: tuple[Cause, ...]
    exactness: int = 0
    complete: bool = True
    until: str = ""
    details: str = ""

    @property
    def is_message(self) -> bool:
        """Whether the words are a message of PyPI: all of the causes are rules, or reject a token."""
        return all(isinstance(cause, (Rule, ExchangeRejection)) for cause in self.causes)


def explain(text: str, rule_set: RuleSet = PYPI) -> list[Finding]:
    """Return what the output tells, the cause before its consequence; nothing if it is unknown.

    >>> [cause.id for cause in explain("400 Only one sdist may be uploaded per release.")[0].causes]
    ['duplicate-sdist']
    """
    output = CleanedOutput(text)
    rejections = sorted(_rejections(output, rule_set), key=lambda each: -each.exactness)
    errors = list(_known_errors(output, KNOWN_ERRORS))
    rejected_by = {cause.id for finding in rejections for cause in finding.causes}
    first = [each for each in errors if rejected_by & set(_leads_to(each))]
    findings = [*first, *rejections, *(each for each in errors if each not in first)]
    if not rejections:
        findings += _unknown_answers(output, findings)
    return findings or list(_hints(output, rule_set))


def _leads_to(finding: Finding) -> tuple[str, ...]:
    return tuple(rule for cause in finding.causes for rule in getattr(cause, "leads_to", ()))


def _rejections(output: CleanedOutput, rule_set: RuleSet) -> Iterator[Finding]:
    """Yield PyPI's messages: of those that overlap only the best; each group of rules once."""
    told = set()
    sentences = [answer.sentence for answer in server_answers(output)]
    for match, rules, until in _best(_matches(output, rule_set)):
        if rules not in told:
            told.add(rules)
            words = _whole_sentence(" ".join(output.text[match.start : match.end].split()), sentences)
            details = " ".join(filter(None, (details_of(rule.id, words, output.text) for rule in rules)))
            yield Finding(words, rules, match.letters, match.complete, until, details)


def _whole_sentence(words: str, sentences: list[str]) -> str:
    """Return the sentence of an answer that begins with the words, or else the words."""
    compared = folded(words)
    return next((each for each in sentences if folded(each).startswith(compared)), words)


def _known_errors(output: CleanedOutput, errors: Iterable[KnownClientError]) -> Iterator[Finding]:
    for error in errors:
        if words := error.found_in(output):
            yield Finding(words, (error,), details=details_of(error.id, words, output.text))


def _unknown_answers(output: CleanedOutput, findings: list[Finding]) -> list[Finding]:
    """Return the sentences behind a status that nothing else explains, whole."""
    known = [folded(finding.words) for finding in findings]
    return [
        Finding(answer.sentence or f"{answer.status} from {answer.host}", (_cause_of(answer),))
        for answer in server_answers(output)
        if (answer.sentence or answer.is_from_elsewhere) and not _is_known(answer, known)
    ]


def _cause_of(answer: ServerAnswer) -> KnownClientError:
    return OTHER_INDEX if answer.is_from_elsewhere else UNKNOWN_MESSAGE


def _is_known(answer: ServerAnswer, known: list[str]) -> bool:
    """Whether an answer begins with what was found, or what was found begins with it."""
    sentence = folded(answer.sentence)
    return any(sentence[:COMPARED] in words or words[:COMPARED] in sentence for words in known)


def _hints(output: CleanedOutput, rule_set: RuleSet) -> Iterator[Finding]:
    for hint in FALLBACK_HINTS:
        words = hint.found_in(output)
        if words and not _names_other_host(words, output.text):
            rules = tuple(_rules_behind(hint, rule_set))
            yield Finding(words, (*rules, hint) if hint.rules_first else (hint, *rules))


def _names_other_host(words: str, text: str) -> bool:
    """Whether the line with the words names hosts, and PyPI's is not among them."""
    line = next((line for line in text.splitlines() if words in " ".join(line.split())), "")
    hosts = [host.lower() for host in HOST.findall(line)]
    return bool(hosts) and not any(PYPI_HOSTS.search(host) for host in hosts)


def _rules_behind(hint: FallbackHint, rule_set: RuleSet) -> Iterator[Rule]:
    return (rule for rule in rule_set if rule.id in hint.rules or (hint.status and rule.status == hint.status))


def _matches(output: CleanedOutput, rule_set: RuleSet) -> list[tuple[MessageMatch, Rule, str]]:
    return [
        (match, rule, template.until)
        for rule in rule_set
        for template in templates(rule)
        for match in _pattern(template).found_in(output)
    ]


def _best(matches: list[tuple[MessageMatch, Rule, str]]) -> list[tuple[MessageMatch, tuple[Rule, ...], str]]:
    """Drop each match that overlaps with a better one; rules with the same message share theirs, today's first."""
    kept: list[tuple[MessageMatch, tuple[Rule, ...], str]] = []
    for match, rule, until in sorted(matches, key=lambda found: (_worth(found[0]), not found[2]), reverse=True):
        over = next((place for place, (other, _, _) in enumerate(kept) if _overlap(match, other)), None)
        if over is None:
            kept.append((match, (rule,), until))
            continue
        best, rules, best_until = kept[over]
        if _worth(match) == _worth(best) and rule not in rules:
            kept[over] = (best, (*rules, rule), best_until)
    return kept


def _worth(match: MessageMatch) -> tuple[int, bool]:
    """Return how good a match is: how many letters it has of its own, and whether it is complete."""
    return match.letters, match.complete


def _overlap(one: MessageMatch, other: MessageMatch) -> bool:
    return one.start < other.end and other.start < one.end


@cache
def _pattern(template: Template) -> MessagePattern:
    return MessagePattern(template)
