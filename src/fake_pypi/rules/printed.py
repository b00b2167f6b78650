"""What a tool printed, freed of what terminals, web pages and CI logs put around the words."""

from __future__ import annotations

import html
import re
from functools import cached_property

MOST_TEXT = 2_000_000
"""Characters that are looked at; of a longer log its end, where the failure is."""

CONTROL_SEQUENCE = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|"
    r"\[(?:\d{1,3}(?:;\d{1,3})*m|2K|\?25[lh])"  # what is left of one where the log lost the escape character
)
FRAME = re.compile("[\u2500-\u259f\u200b\u2060\ufeff]")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>")
ESCAPED = re.compile(r"\\+([nrt])")
LINE_START = re.compile(
    r"""^[^\S\n]*(?:
        (?:[^\t\n]*\t[^\t\n]*\t)?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?[^\S\n]?
        (?:\d\d[OE][ +]?)?                    # times: GitHub Actions, `gh run view --log`, GitLab
      | \#\d+[ ]\d+\.\d+[ ]                   # docker build
      | (?:[>|][^\S\n]?)+                     # quoted in a mail or an issue
      | \#\#\[(?:error|warning|group)\]       # GitHub Actions
    )+""",
    re.MULTILINE | re.VERBOSE,
)
NEVER_COUNTS = re.compile(r"[\s'\"`\u2018\u2019\u201c\u201d\\]")
TOKEN = re.compile(r"\bpypi-[A-Za-z0-9_-]{8,}")


def folded(text: str) -> str:
    r"""Return the text as it is compared: in lower case, without white space, quotes and backslashes.

    Wrapping, indentation and the kind of quotes then make no difference.

    >>> folded("File already\n     exists ('demo')")
    'filealreadyexists(demo)'
    """
    return NEVER_COUNTS.sub("", text).lower()


class Printed:
    r"""A piece of output, cleaned once, to be compared with many templates.

    >>> Printed("\x1b[31mERROR\x1b[0m File already\n      exists").compared
    'errorfilealreadyexists'
    """

    def __init__(self, text: str) -> None:
        text = CONTROL_SEQUENCE.sub("", text[-MOST_TEXT:].replace("\r\n", "\n").replace("\r", "\n"))
        text = FRAME.sub(" ", LINE_START.sub("", text))
        text = ESCAPED.sub("\n", html.unescape(TAG.sub(" ", text)))
        self.text = TOKEN.sub("pypi-...", text)

    @cached_property
    def _counting(self) -> list[int]:
        """Where in the text each compared character stands."""
        return [place for place, each in enumerate(self.text) if not NEVER_COUNTS.match(each)]

    @cached_property
    def compared(self) -> str:
        """The text as it is compared with folded templates; one character for each that counts."""
        return "".join(_lower(self.text[place]) for place in self._counting)

    def words(self, start: int, end: int) -> str:
        """Return what stands between two places of `compared`, as it was printed, on one line."""
        if start >= end:
            return ""
        return " ".join(self.text[self._counting[start] : self._counting[end - 1] + 1].split())

    def breaks_off_at(self, place: int) -> bool:
        """Whether the line ends at this place of `compared`, or the words are cut there."""
        if place >= len(self.compared) or self.compared.startswith(("...", "\u2026"), place):
            return True
        return "\n" in self.text[self._counting[place - 1] : self._counting[place]]


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
