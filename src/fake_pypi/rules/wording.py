"""A rule's words as a pattern: what PyPI says, whatever the facts are, also where a client cut it short."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from fake_pypi.rules.book import Rule
from fake_pypi.rules.printed import Printed, folded
from fake_pypi.rules.zip_archive import RULE_OF_DISAGREEMENT

LONGEST_FACT = 400
"""Characters that a fact (a file name, a URL, somebody else's sentence) may have between two known words."""
FEWEST_LETTERS = 10
"""Characters that a template must have beside its facts, to be recognized at all."""
FEWEST_LETTERS_ALONE = 13
"""Characters that its sentence must have, to be recognized without the address that follows it."""
FEWEST_LETTERS_CUT = 16
"""Characters of a template that must be left when it was cut short."""
BEGINNING = 14
"""Characters by which the beginning of a template is looked for."""

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
OTHER_WORDINGS = {
    "dynamic": ("{what} is not a valid dynamic field.", "{what} is not allowed as a dynamic field."),
    "invalid-wheel-filename": ("Invalid wheel filename ({problem}): {filename}", "Invalid build number: {number}"),
}


@dataclass(frozen=True)
class Sighting:
    """Where a template was seen: from `start` to `end` of the compared text, with so many letters in common."""

    start: int
    end: int
    letters: int
    complete: bool = True


def templates(rule: Rule) -> tuple[str, ...]:
    """Return the sentences by which a rule is recognized; facts stand in braces."""
    if rule.status == 200:
        return ()
    if rule.status == 0:
        return NO_ANSWER
    sentences = [sentence for sentence, each in RULE_OF_DISAGREEMENT.items() if each == rule.id]
    exact = (rule.says.replace("{error}", sentence) for sentence in sentences)
    said = (*exact, *OTHER_WORDINGS.get(rule.id, ()), *(() if sentences else (rule.says,)))
    return (*said, *(_alone(template) for template in said if " See http" in template))


def _alone(template: str) -> str:
    """The sentence that says what is wrong, without "See …": where a client cut that off, it must be longer."""
    sentence = template.partition(" See http")[0]
    return sentence if sum(map(len, _pieces(sentence))) >= FEWEST_LETTERS_ALONE else template


class Wording:
    r"""One template, ready to be looked for.

    >>> wording = Wording("The name {name!r} isn't allowed.")
    >>> wording.seen_in(Printed("400 The name 'demo'\n  isn't allowed."))[0].complete
    True
    """

    def __init__(self, template: str) -> None:
        self.pieces = _pieces(template)
        self.letters = sum(map(len, self.pieces))
        gap = f".{{0,{LONGEST_FACT}}}?"
        self._pattern = re.compile(gap.join(map(_pattern, self.pieces)))

    def seen_in(self, printed: Printed) -> list[Sighting]:
        """Return every place where the words stand; where there is none, those where they were cut short."""
        if self.letters < FEWEST_LETTERS:
            return []
        found = [
            Sighting(self._last_beginning(printed, *match.span()), match.end(), self.letters)
            for match in self._pattern.finditer(printed.compared)
        ]
        return found or list(self._cut_short(printed))

    def _last_beginning(self, printed: Printed, start: int, end: int) -> int:
        """The words may have begun once before, in some other sentence: the last beginning counts."""
        later = printed.compared.find(self.pieces[0], start + 1, end)
        while later >= 0:
            if self._pattern.fullmatch(printed.compared, later, end):
                start = later
            later = printed.compared.find(self.pieces[0], later + 1, end)
        return start

    def _cut_short(self, printed: Printed) -> Iterator[Sighting]:
        beginning = self.pieces[0][:BEGINNING]
        place = printed.compared.find(beginning)
        while place >= 0:
            end, letters = self._followed(printed, place)
            if letters >= FEWEST_LETTERS_CUT and letters < self.letters and printed.breaks_off_at(end):
                yield Sighting(place, end, letters, complete=False)
            place = printed.compared.find(beginning, place + 1)

    def _followed(self, printed: Printed, place: int) -> tuple[int, int]:
        """Follow the template from its beginning; return where it breaks off and how many letters that were."""
        letters = 0
        for nth, piece in enumerate(self.pieces):
            if nth:
                found = printed.compared.find(piece[:BEGINNING], place, place + LONGEST_FACT)
                if found < 0:
                    return _end_of_line(printed, place), letters
                place = found
            common = _common(piece, printed.compared[place : place + len(piece)])
            place, letters = place + common, letters + common
            if common < len(piece):
                break
        return place, letters


def _pieces(template: str) -> list[str]:
    try:
        literals = [literal for literal, *_ in string.Formatter().parse(template)]
    except ValueError:  # words with a brace of their own, and no facts
        literals = [template]
    return [piece for piece in map(folded, literals) if piece] or [""]


def _pattern(piece: str) -> str:
    return re.escape(piece).replace("https://pypi\\.org/", "https://(?:test\\.)?pypi\\.org/")


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _end_of_line(printed: Printed, place: int) -> int:
    """A template that breaks off inside a fact does so at the end of the line, or of what was printed."""
    last = min(place + LONGEST_FACT, len(printed.compared))
    return next((each for each in range(place + 1, last) if printed.breaks_off_at(each)), last)
