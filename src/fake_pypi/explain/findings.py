"""Explain a failed upload: find messages of PyPI and known errors of clients in the output of a tool.

    findings = explain(output_of_twine)
    findings[0].causes[0].id        # "duplicate-file"

Text without a known message or error has no findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from fake_pypi.explain.details import details_of
from fake_pypi.explain.exchange_rejections import EXCHANGE, ExchangeRejection
from fake_pypi.explain.fallback_hints import FALLBACK_HINTS, FallbackHint
from fake_pypi.explain.known_client_errors import KNOWN_CLIENT_ERRORS, KnownClientError
from fake_pypi.explain.message_patterns import MessageMatch, MessagePattern, Template, templates
from fake_pypi.explain.network_errors import NETWORK_ERRORS
from fake_pypi.explain.output_cleaning import CleanedOutput, folded
from fake_pypi.explain.server_answers import HOST, PYPI_HOSTS, ServerAnswer, server_answers
from fake_pypi.explain.tool_errors import TOOL_ERRORS
from fake_pypi.explain.trusted_publishing_errors import TRUSTED_PUBLISHING_ERRORS
from fake_pypi.rules.order import EVERY_RULE
from fake_pypi.rules.rule_set import Rule, RuleSet

KNOWN_ERRORS = (*EXCHANGE.values(), *TRUSTED_PUBLISHING_ERRORS, *NETWORK_ERRORS, *KNOWN_CLIENT_ERRORS, *TOOL_ERRORS)
COMPARED_LENGTH = 24
"""Characters by which a sentence and the text of a known error are compared."""
UNKNOWN_MESSAGE = KnownClientError(
    "unknown-message",
    (),
    "This is the reason in the output, and this version of fake-pypi does not know it.",
    "Run `fake-pypi check` on the files. If it is a message of PyPI, please report it at "
    "https://github.com/pytest-fake-pypi/pytest-fake-pypi/issues.",
)
OTHER_INDEX = KnownClientError(
    "other-index",
    (),
    "The answer is from another index than PyPI, with its own rules, which fake-pypi does not know.",
    "Upload with --verbose to see the whole answer, and ask the administrators of that index. For PyPI, correct the "
    "address.",
)


class Cause(Protocol):
    """A rule or a known error: an id, an explanation, and a remedy."""

    @property
    def id(self) -> str:
        """The id of the rule or error."""

    @property
    def explanation(self) -> str:
        """Why the upload failed."""

    @property
    def remedy(self) -> str:
        """What to do about it."""


@dataclass(frozen=True)
class Finding:
    """A message or an error in the output, and its possible causes.

    `text` is the part of the output, on one line. `exactness` is the number of characters of the message that were
    found; `complete` is False if a client cut the message short. `until` is the date from which PyPI does not use this
    message any more, "" if it still does, and `now` what it says instead ("" if it does not reject this any more).
    `is_of_day` is False for a message that PyPI did not use on the given day. `details` is advice that uses the values
    in the output.
    """

    text: str
    causes: tuple[Cause, ...]
    exactness: int = 0
    complete: bool = True
    until: str = ""
    details: str = ""
    is_of_day: bool = True

    @property
    def now(self) -> str:
        """PyPI's message for the first cause today; "" for one that is no rule of today."""
        cause = self.causes[0]
        return cause.shown_message if isinstance(cause, Rule) and not cause.until else ""

    @property
    def is_message(self) -> bool:
        """Whether the text is a message of PyPI: all causes are rules or rejections of the token exchange."""
        return all(isinstance(cause, (Rule, ExchangeRejection)) for cause in self.causes)


def explain(text: str, rule_set: RuleSet = EVERY_RULE, as_of: str = "") -> list[Finding]:
    """Return the messages and errors in a text, causes before consequences; none if nothing is known.

    `as_of` is the day on which it was printed, as "2024-06-01": of two rules with the message that of the day counts.

    >>> [cause.id for cause in explain("400 Only one sdist may be uploaded per release.")[0].causes]
    ['duplicate-sdist']
    """
    output = CleanedOutput(text)
    rejections = sorted(_rejections(output, rule_set, as_of), key=lambda finding: -finding.exactness)
    errors = list(_known_errors(output, KNOWN_ERRORS))
    rejected_by = {cause.id for finding in rejections for cause in finding.causes}
    causes = [error for error in errors if rejected_by & set(_leads_to(error))]
    findings = [*causes, *rejections, *(error for error in errors if error not in causes)]
    if not rejections:
        findings += _unknown_answers(output, findings)
    return findings or list(_hints(output, rule_set))


def _leads_to(finding: Finding) -> tuple[str, ...]:
    return tuple(rule for cause in finding.causes for rule in getattr(cause, "leads_to", ()))


def _rejections(output: CleanedOutput, rule_set: RuleSet, as_of: str) -> Iterator[Finding]:
    """Yield PyPI's messages: of overlapping ones only the best; each group of rules once."""
    yielded = set()
    sentences = [answer.sentence for answer in server_answers(output)]
    for match, rules, template in _best(_matches(output, rule_set, as_of)):
        if rules not in yielded:
            yielded.add(rules)
            message = _whole_sentence(" ".join(output.text[match.start : match.end].split()), sentences)
            details = " ".join(filter(None, (details_of(rule.id, message, output.text) for rule in rules)))
            yield Finding(message, rules, match.length, match.complete, template.until, details, template.is_of_day)


def _whole_sentence(message: str, sentences: list[str]) -> str:
    """Return the sentence of an answer that begins with the message, or else the message."""
    compared = folded(message)
    return next((sentence for sentence in sentences if folded(sentence).startswith(compared)), message)


def _known_errors(output: CleanedOutput, errors: Iterable[KnownClientError]) -> Iterator[Finding]:
    for error in errors:
        if text := error.found_in(output):
            yield Finding(text, (error,), details=details_of(error.id, text, output.text))


def _unknown_answers(output: CleanedOutput, findings: list[Finding]) -> list[Finding]:
    """Return the sentences of answers that no other finding explains."""
    known = [folded(finding.text) for finding in findings]
    return [
        Finding(answer.sentence or f"{answer.status} from {answer.host}", (_cause_of(answer),))
        for answer in server_answers(output)
        if (answer.sentence or answer.is_from_elsewhere) and not _is_known(answer, known)
    ]


def _cause_of(answer: ServerAnswer) -> KnownClientError:
    return OTHER_INDEX if answer.is_from_elsewhere else UNKNOWN_MESSAGE


def _is_known(answer: ServerAnswer, known: list[str]) -> bool:
    """Return whether an answer and a known text have the same beginning."""
    sentence = folded(answer.sentence)
    return any(sentence[:COMPARED_LENGTH] in text or text[:COMPARED_LENGTH] in sentence for text in known)


def _hints(output: CleanedOutput, rule_set: RuleSet) -> Iterator[Finding]:
    for hint in FALLBACK_HINTS:
        text = hint.found_in(output)
        if text and not _names_other_host(text, output.text):
            rules = tuple(_possible_rules(hint, rule_set))
            yield Finding(text, (*rules, hint) if hint.rules_first else (hint, *rules))


def _names_other_host(text: str, output: str) -> bool:
    """Return whether the line with the text names hosts, none of which is PyPI's."""
    line = next((line for line in output.splitlines() if text in " ".join(line.split())), "")
    hosts = [host.lower() for host in HOST.findall(line)]
    return bool(hosts) and not any(PYPI_HOSTS.search(host) for host in hosts)


def _possible_rules(hint: FallbackHint, rule_set: RuleSet) -> Iterator[Rule]:
    return (rule for rule in rule_set if rule.id in hint.rules or (hint.status and rule.status == hint.status))


def _matches(output: CleanedOutput, rule_set: RuleSet, as_of: str) -> list[tuple[MessageMatch, Rule, Template]]:
    return [
        (match, rule, template)
        for rule in rule_set
        for template in templates(rule, as_of)
        for match in _pattern(template).found_in(output)
    ]


def _best(
    matches: list[tuple[MessageMatch, Rule, Template]],
) -> list[tuple[MessageMatch, tuple[Rule, ...], Template]]:
    """Remove matches that overlap with a better one; rules with the same message share a match, current ones first."""
    best_matches: list[tuple[MessageMatch, tuple[Rule, ...], Template]] = []
    for match, rule, template in sorted(matches, key=_preference, reverse=True):
        position = next((i for i, (other, _, _) in enumerate(best_matches) if _overlap(match, other)), None)
        if position is None:
            best_matches.append((match, (rule,), template))
            continue
        best, rules, best_template = best_matches[position]
        is_equal = _quality(match) == _quality(best) and template.is_of_day == best_template.is_of_day
        if is_equal and rule not in rules:
            best_matches[position] = (best, (*rules, rule), best_template)
    return best_matches


def _preference(found: tuple[MessageMatch, Rule, Template]) -> tuple[tuple[int, bool], bool, bool]:
    """Return a sort key: better matches last, then messages of the day, then those of today."""
    match, _, template = found
    return _quality(match), template.is_of_day, not template.until


def _quality(match: MessageMatch) -> tuple[int, bool]:
    """Return a sort key: the number of matched characters, and whether the match is complete."""
    return match.length, match.complete


def _overlap(first: MessageMatch, second: MessageMatch) -> bool:
    return first.start < second.end and second.start < first.end


@cache
def _pattern(template: Template) -> MessagePattern:
    return MessagePattern(template)
