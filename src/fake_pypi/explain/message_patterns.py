"""Find the messages of rules in the output of tools, with any values in them and also if they were cut short.

A message is identified by its first sentence, not by the "See https://…" behind it, which many messages share.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from fake_pypi.explain.output_cleaning import CleanedOutput, folded
from fake_pypi.rules.former_messages import FormerMessage, former_messages
from fake_pypi.rules.rule_set import Rule

LONGEST_VALUE = 400
"""Most characters of a value (a file name, a URL, a message of a library) between two parts of a message."""
SHORTEST_SENTENCE = 10
"""Fewest characters that a sentence must have, without its values, to be recognized."""
SHORTEST_WITHOUT_REFERENCE = 13
"""Fewest characters that it must have to be recognized without the address behind it."""
SHORTEST_BEGINNING = 16
"""Fewest characters that must be left of a sentence that was cut short."""
SEARCH_LENGTH = 14
"""Characters of the beginning of a sentence that are searched for."""

NO_ANSWER = (
    "Remote end closed connection without response",
    "RemoteDisconnected",
    "Server disconnected without sending a response",
    "Connection reset by peer",
    "Connection broken: ",
    "connection closed before message completed",
    "EOF occurred in violation of protocol",
)
"""How tools report that the server closed the connection; some libraries report it like any other error."""

STATUS_PHRASES = frozenset({"Internal Server Error"})
"""Messages that a server gives for any reason, by which no rule is identified."""

REFERENCE = re.compile(r"\s[Ss]ee:? https?://")
REFERENCE_PRINTED = re.compile(
    r"[\s'\"`]*[Ss]ee:?\s+https?://\S+(?:\s+and\s+https?://\S+)?(?:\s+for\s+(?:more|additional)\s+(?:information|help|details))?\.?"
)
SENTENCE_START = re.compile(
    r"""(?:
        \b[45]\d\d[ ](?:(?:Client|Server)[ ]Error:[ ]+)?(?:(?:Bad[ ]Request|Forbidden)\s+from\s+\S+\s+)?
      | \bError:?[ ][45]\d\d:[ ]+ | \([45]\d\d\):[ ]+ | \bSays:[ ]+ | /legacy/\s+ | \bError:[ ]+ | Caused[ ]by:[ ]+
    )""",
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE_END = re.compile(r"'?[ ]for[ ]url\b|[ ]+\|?[ ]b['\"]|\n(?=\S)|\n\s*\n|</|\"\s*[,}\]]|\Z")


@dataclass(frozen=True)
class MessageMatch:
    """A message in a text, from `start` to `end`; `length` is the number of its characters without values."""

    start: int
    end: int
    length: int
    complete: bool = True


@dataclass(frozen=True)
class Template:
    """One message of a rule, with braces for values.

    `needs_reference`: it is too short to be recognized without the "See …" behind it. `until`: the date from which PyPI
    does not use it any more, "" if it still does. `is_of_day`: whether PyPI used it on the day that was asked for.
    """

    sentence: str
    needs_reference: bool = False
    until: str = ""
    is_of_day: bool = True


@cache
def templates(rule: Rule, day: str = "") -> tuple[Template, ...]:
    """Return the messages by which a rule is recognized, current ones first; `day` is when the output was printed."""
    if rule.status == 0:
        return tuple(map(Template, NO_ANSWER))
    if rule.status == 200 or rule.message_template in STATUS_PHRASES:
        return ()
    former = [*former_messages(rule)]
    is_current = not day or (rule.existed_on(day) and not any(_replaces(each, day) for each in former))
    current = (_template(message, rule.until, is_of_day=is_current) for message in rule.messages)
    earlier = (_template(each.message, each.until, is_of_day=not day or each.was_given_on(day)) for each in former)
    return (*current, *earlier)


def _replaces(former: FormerMessage, day: str) -> bool:
    """Return whether a former message stood in the place of the current one on a day."""
    return former.is_reproduced and former.was_given_on(day)


def _template(message: str, until: str = "", *, is_of_day: bool = True) -> Template:
    """Return the template of a message, without its reference; a short sentence needs the reference."""
    sentence = REFERENCE.split(message)[0]
    short = sum(map(len, _pieces(sentence))) < SHORTEST_WITHOUT_REFERENCE
    return Template(sentence, short and sentence != message, until, is_of_day)


class MessagePattern:
    r"""A template as a pattern that is searched for in output.

    >>> pattern = MessagePattern(Template("The name {name!r} isn't allowed."))
    >>> pattern.found_in(CleanedOutput("400 The name 'demo'\n  isn't allowed."))[0].complete
    True
    """

    def __init__(self, template: Template) -> None:
        self.pieces = _pieces(template.sentence)
        self.length = sum(map(len, self.pieces))
        self._begins_with_value = template.sentence.startswith(("{", "'{"))
        self._ends_with_value = template.sentence.rstrip("'.").endswith("}")
        gap = rf"(?:(?!seehttps?://).){{0,{LONGEST_VALUE}}}?"  # no value contains the end of another message
        sentence = gap.join(map(_pattern, self.pieces))
        self._pattern = re.compile(f"({sentence})" + (f"{gap}see:?https?://" if template.needs_reference else ""))

    def found_in(self, output: CleanedOutput) -> list[MessageMatch]:
        """Return all matches of the message; if there are none, those of its beginning where it was cut short."""
        if self.length < SHORTEST_SENTENCE:
            return []
        matches = [
            self._match(output, self._last_beginning(output, *match.span()), match.end(1), self.length)
            for match in self._pattern.finditer(output.compared)
        ]
        return matches or list(self._cut_short(output))

    def _match(
        self, output: CleanedOutput, start: int, end: int, length: int, *, complete: bool = True
    ) -> MessageMatch:
        """Return a match of the whole sentence: with the values at its ends, and the reference behind it."""
        begin, end_in_text = output.span(start, end)
        if self._begins_with_value:
            begin = _sentence_start(output.text, begin)
        if complete and self._ends_with_value:
            end_in_text = _sentence_end(output.text, end_in_text)
        if output.text[begin:end_in_text].count("'") % 2 and output.text.startswith("'", end_in_text):
            end_in_text += 1
        reference = REFERENCE_PRINTED.match(output.text, end_in_text) if complete else None
        return MessageMatch(begin, reference.end() if reference else end_in_text, length, complete)

    def _last_beginning(self, output: CleanedOutput, start: int, end: int) -> int:
        """Return the last start of the match; an earlier one may be the beginning of another sentence."""
        later = output.compared.find(self.pieces[0], start + 1, end)
        while later >= 0:
            if self._pattern.fullmatch(output.compared, later, end):
                start = later
            later = output.compared.find(self.pieces[0], later + 1, end)
        return start

    def _cut_short(self, output: CleanedOutput) -> Iterator[MessageMatch]:
        beginning = self.pieces[0][:SEARCH_LENGTH]
        start = output.compared.find(beginning)
        while start >= 0:
            end, length = self._follow(output, start)
            if SHORTEST_BEGINNING <= length < self.length and output.breaks_off_at(end):
                yield self._match(output, start, end, length, complete=False)
            start = output.compared.find(beginning, start + 1)

    def _follow(self, output: CleanedOutput, place: int) -> tuple[int, int]:
        """Compare the template with the text at a place; return the end and the number of equal characters."""
        length = 0
        for nth, piece in enumerate(self.pieces):
            if nth:
                next_place = output.compared.find(piece[:SEARCH_LENGTH], place, place + LONGEST_VALUE)
                if next_place < 0:
                    return _end_of_line(output, place), length
                place = next_place
            pairs = zip(piece, output.compared[place : place + len(piece)], strict=False)
            common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            place, length = place + common, length + common
            if common < len(piece):
                break
        return place, length


def _pieces(sentence: str) -> list[str]:
    try:
        literals = [literal for literal, *_ in string.Formatter().parse(sentence)]
    except ValueError:  # a message without values that contains a brace
        literals = [sentence]
    return [piece for piece in map(folded, literals) if piece] or [""]


def _pattern(piece: str) -> str:
    return re.escape(piece).replace("https://pypi\\.org/", "https://(?:test\\.)?pypi\\.org/")


def _end_of_line(output: CleanedOutput, place: int) -> int:
    """Return the end of a value that was cut short: the end of its line or of the output."""
    last = min(place + LONGEST_VALUE, len(output.compared))
    return next((end for end in range(place + 1, last) if output.breaks_off_at(end)), last)


def _sentence_start(text: str, place: int) -> int:
    """Return the start of the sentence around a place: behind the status, or the start of the line."""
    earliest = max(0, place - LONGEST_VALUE)
    starts = [match.end() for match in SENTENCE_START.finditer(text, earliest, place)]
    return starts[-1] if starts else max(earliest, text.rfind("\n", 0, place) + 1)


def _sentence_end(text: str, place: int) -> int:
    """Return the end of a sentence behind a place, without the reference that follows it."""
    match = SENTENCE_END.search(text, place, place + LONGEST_VALUE)
    end = match.start() if match else place + LONGEST_VALUE
    reference = REFERENCE.search(text, place, end)
    return reference.start() if reference else end
