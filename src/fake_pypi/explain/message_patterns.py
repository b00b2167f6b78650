"""The messages of rules as patterns: they are found whatever the facts are, also where a client cut them short.

A message is identified by its own sentence, never by the "See https://…" at its end, which many messages share.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fake_pypi.explain.output_cleaning import CleanedOutput, folded
from fake_pypi.rules.former_messages import former_messages
from fake_pypi.rules.rule_set import Rule

LONGEST_FACT = 400
"""Characters that a fact (a file name, a URL, somebody else's sentence) may have between two known words."""
FEWEST_LETTERS = 10
"""Characters that a sentence must have beside its facts, to be recognized at all."""
FEWEST_LETTERS_ALONE = 13
"""Characters that it must have, to be recognized without the address that follows it."""
FEWEST_LETTERS_CUT = 16
"""Characters of a sentence that must be left when it was cut short."""
BEGINNING = 14
"""Characters by which the beginning of a sentence is looked for."""

NO_ANSWER = (
    "Remote end closed connection without response",
    "RemoteDisconnected",
    "Server disconnected without sending a response",
    "Connection reset by peer",
    "Connection broken: ",
    "connection closed before message completed",
    "EOF occurred in violation of protocol",
)
"""How tools report that the server hung up; those whose library says less are not told apart."""

STATUS_PHRASES = frozenset({"Internal Server Error"})
"""What a server says whatever the reason is: no rule is identified by it."""

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
    """Where a message was found: from `start` to `end` of the text, with that many letters of its own in common."""

    start: int
    end: int
    letters: int
    complete: bool = True


@dataclass(frozen=True)
class Template:
    """One message of a rule; facts stand in braces.

    `needs_reference`: it is too short without the "See …" behind it. `until`: the month until which PyPI gave it.
    """

    sentence: str
    needs_reference: bool = False
    until: str = ""


@cache
def templates(rule: Rule) -> tuple[Template, ...]:
    """Return the messages by which a rule is recognized, today's first."""
    if rule.status == 0:
        return tuple(map(Template, NO_ANSWER))
    if rule.status == 200 or rule.message_template in STATUS_PHRASES:
        return ()
    former = (_template(former.message, former.until) for former in former_messages(rule.id))
    return (*map(_template, rule.messages), *former)


def _template(message: str, until: str = "") -> Template:
    """Leave the reference out; a sentence of few letters is known only together with one."""
    sentence = REFERENCE.split(message)[0]
    short = sum(map(len, _pieces(sentence))) < FEWEST_LETTERS_ALONE
    return Template(sentence, needs_reference=short and sentence != message, until=until)


class MessagePattern:
    r"""One template, ready to be looked for.

    >>> wording = MessagePattern(Template("The name {name!r} isn't allowed."))
    >>> wording.found_in(CleanedOutput("400 The name 'demo'\n  isn't allowed."))[0].complete
    True
    """

    def __init__(self, template: Template) -> None:
        self.pieces = _pieces(template.sentence)
        self.letters = sum(map(len, self.pieces))
        self._begins_with_fact = template.sentence.startswith(("{", "'{"))
        self._ends_with_fact = template.sentence.rstrip("'.").endswith("}")
        gap = rf"(?:(?!seehttps?://).){{0,{LONGEST_FACT}}}?"  # no fact holds the end of another message
        sentence = gap.join(map(_pattern, self.pieces))
        self._pattern = re.compile(f"({sentence})" + (f"{gap}see:?https?://" if template.needs_reference else ""))

    def found_in(self, output: CleanedOutput) -> list[MessageMatch]:
        """Return every place where the message stands; where there is none, those where it was cut short."""
        if self.letters < FEWEST_LETTERS:
            return []
        found = [
            self._sighting(output, self._last_beginning(output, *match.span()), match.end(1), self.letters)
            for match in self._pattern.finditer(output.compared)
        ]
        return found or list(self._cut_short(output))

    def _sighting(
        self, output: CleanedOutput, start: int, end: int, letters: int, *, complete: bool = True
    ) -> MessageMatch:
        """Extend the words to the whole sentence: the facts at its ends, and the reference behind it."""
        begin, rejection = output.span(start, end)
        if self._begins_with_fact:
            begin = _sentence_start(output.text, begin)
        if complete and self._ends_with_fact:
            rejection = _sentence_end(output.text, rejection)
        if output.text[begin:rejection].count("'") % 2 and output.text.startswith("'", rejection):
            rejection += 1
        reference = REFERENCE_PRINTED.match(output.text, rejection) if complete else None
        return MessageMatch(begin, reference.end() if reference else rejection, letters, complete)

    def _last_beginning(self, output: CleanedOutput, start: int, end: int) -> int:
        """The words may have begun once before, in some other sentence: the last beginning counts."""
        later = output.compared.find(self.pieces[0], start + 1, end)
        while later >= 0:
            if self._pattern.fullmatch(output.compared, later, end):
                start = later
            later = output.compared.find(self.pieces[0], later + 1, end)
        return start

    def _cut_short(self, output: CleanedOutput) -> Iterator[MessageMatch]:
        beginning = self.pieces[0][:BEGINNING]
        place = output.compared.find(beginning)
        while place >= 0:
            end, letters = self._followed(output, place)
            if letters >= FEWEST_LETTERS_CUT and letters < self.letters and output.breaks_off_at(end):
                yield self._sighting(output, place, end, letters, complete=False)
            place = output.compared.find(beginning, place + 1)

    def _followed(self, output: CleanedOutput, place: int) -> tuple[int, int]:
        """Follow the template from its beginning; return where it breaks off and how many letters that were."""
        letters = 0
        for nth, piece in enumerate(self.pieces):
            if nth:
                found = output.compared.find(piece[:BEGINNING], place, place + LONGEST_FACT)
                if found < 0:
                    return _end_of_line(output, place), letters
                place = found
            common = _common(piece, output.compared[place : place + len(piece)])
            place, letters = place + common, letters + common
            if common < len(piece):
                break
        return place, letters


def _pieces(sentence: str) -> list[str]:
    try:
        literals = [literal for literal, *_ in string.Formatter().parse(sentence)]
    except ValueError:  # words with a brace of their own, and no facts
        literals = [sentence]
    return [piece for piece in map(folded, literals) if piece] or [""]


def _pattern(piece: str) -> str:
    return re.escape(piece).replace("https://pypi\\.org/", "https://(?:test\\.)?pypi\\.org/")


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _end_of_line(output: CleanedOutput, place: int) -> int:
    """Return where a fact ends that was cut short: at the end of the line, or of what was output."""
    last = min(place + LONGEST_FACT, len(output.compared))
    return next((each for each in range(place + 1, last) if output.breaks_off_at(each)), last)


def _sentence_start(text: str, place: int) -> int:
    """Return where the sentence begins whose words stand at a place: behind the status, or where the line begins."""
    earliest = max(0, place - LONGEST_FACT)
    starts = [match.end() for match in SENTENCE_START.finditer(text, earliest, place)]
    return starts[-1] if starts else max(earliest, text.rfind("\n", 0, place) + 1)


def _sentence_end(text: str, place: int) -> int:
    """Return where a sentence ends of which only the last fact is left; a reference that follows is left out."""
    found = SENTENCE_END.search(text, place, place + LONGEST_FACT)
    end = found.start() if found else place + LONGEST_FACT
    reference = REFERENCE.search(text, place, end)
    return reference.start() if reference else end
