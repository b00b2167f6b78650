"""Clean the output of a tool: remove what terminals, web pages and CI logs add to it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cached_property

LONGEST_TEXT = 200_000
"""Longest text that is read completely; of a longer log, its end and the surroundings of clues are read."""
END_OF_LOG = 100_000
"""Characters at the end of a longer log that are read; the failure is usually there."""
CLUES = (
    "pypi.org/legacy",
    "HTTPError",
    "HTTP Error",
    "status code ",
    "Server says",
    "UploadError",
    "PublishError",
    "InvalidDistribution",
    "CERTIFICATE_VERIFY_FAILED",
    "invalid-publisher",
    "long_description",
    "maturin failed",
)
"""Texts in the output of failed uploads; nearly every tool prints one of them."""
MAX_PLACES_PER_CLUE = 3
"""Most places of each clue that are read, the last ones of the log."""
CONTEXT_LENGTH = 2_000
"""Characters before and behind a clue that are read."""

CONTROL_SEQUENCE = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|"
    r"\[(?:\d{1,3}(?:;\d{1,3})*m|2K|\?25[lh])"  # the rest of a sequence in a log without escape characters
)
FRAME = re.compile("[\u2500-\u259f\u200b\u2060\ufeff]")
HTML_ELEMENTS = (
    ""
    "a|abbr|article|b|blockquote|body|br|button|center|code|dd|details|div|dl|dt|em|footer|font|form|h[1-6]|head|header|hr|html|i|img|input|label|li|link|main|meta|nav|ol|option|p|pre|script|section|small|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|title|tr|u|ul"
)
HTML_TAG = re.compile(rf"</?(?:{HTML_ELEMENTS})(?:\s[^<>\n]{{0,300}})?/?>", re.IGNORECASE)
"""Tags of HTML elements only: `<Version('1.0+abc')>` is part of a message of PyPI."""
MARKDOWN_LINK = re.compile(r"\[([^][\n]{1,80})\]\(https?://[^\s()]{1,400}\)")
"""A link that GitHub makes of a number in a pasted log."""
WRAPPED = re.compile(r"\n {6,}")
"""A line break with an indented continuation, as twine wraps long lines."""
LONG_BLANK = re.compile(r"[^\S\n]{100,}")
ESCAPED = re.compile(r"(?<!\\)\\+([nrt])")
DATE_AND_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d|[ ]UTC[ ]*[|])?"
LINE_START = re.compile(
    rf"""^[^\S\n]{{0,100}}(?:
        (?:[^\t\n]{{0,100}}\t[^\t\n]{{0,100}}\t)?{DATE_AND_TIME}[^\S\n]?
        (?:\d\d[OE][ +]?)?                    # times: GitHub Actions, `gh run view --log`, GitLab, Earthly
      | \#\d+[ ]\d+\.\d+[ ]                   # docker build
      | (?:[>|][^\S\n]?)+                     # quoted in a mail or an issue
      | \#\#\[(?:error|warning|group)\]       # GitHub Actions
    )+""",
    re.MULTILINE | re.VERBOSE,
)
IGNORED_CHARACTERS = frozenset("'\"`\u2018\u2019\u201c\u201d\\>|")
IGNORED = re.compile(r"[\s'\"`\u2018\u2019\u201c\u201d\\>|]+")
"""White space, quotation marks, and the characters that quoted e-mails and tables add."""
TOKEN = re.compile(r"\bpypi-[A-Za-z0-9_-]{8,}")


def folded(text: str) -> str:
    r"""Return the text in lower case, without white space and quotation marks.

    Texts that differ only in line breaks, indentation or quotation marks become equal.

    >>> folded("File already\n     exists ('demo')")
    'filealreadyexists(demo)'
    """
    return IGNORED.sub("", text).replace("\u0130", "i").lower()


def relevant_part(text: str) -> str:
    """Return the part of a text that is read: all of a short text, or the end and the surroundings of clues."""
    if len(text) <= LONGEST_TEXT:
        return text
    end = len(text) - END_OF_LOG
    places = {place for clue in CLUES for place in _last_places(text, clue, end)}
    parts: list[str] = []
    previous_end = 0
    for place in sorted(places):
        start = max(previous_end, place - CONTEXT_LENGTH)
        previous_end = min(place + CONTEXT_LENGTH, end)
        parts.append(text[start:previous_end])
    return "\n\n".join([*parts, text[end:]])


def _last_places(text: str, clue: str, end: int) -> Iterator[int]:
    for _ in range(MAX_PLACES_PER_CLUE):
        end = text.rfind(clue, 0, end)
        if end < 0:
            return
        yield end


class CleanedOutput:
    r"""The output of a tool, cleaned once and then compared with many templates.

    >>> CleanedOutput("\x1b[31mERROR\x1b[0m File already\n      exists").compared
    'errorfilealreadyexists'
    """

    def __init__(self, text: str) -> None:
        text = relevant_part(text).replace("\r\n", "\n").replace("\r", "\n").replace("%0A", "\n")
        text = LONG_BLANK.sub(" ", "\n".join(line.rstrip() for line in text.split("\n")))
        text = FRAME.sub(" ", LINE_START.sub("", CONTROL_SEQUENCE.sub("", text)))
        text = MARKDOWN_LINK.sub(r"\1", HTML_TAG.sub(" ", text))
        text = ESCAPED.sub("\n", html.unescape(text))
        self.text = TOKEN.sub("pypi-...", text)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The text as printed and, if lines seem to be wrapped, the text with joined lines."""
        joined = WRAPPED.sub(" ", self.text)
        return (self.text,) if joined == self.text else (self.text, joined)

    @cached_property
    def _positions(self) -> list[int]:
        """The position in the text of each character of `compared`."""
        ignored = IGNORED_CHARACTERS
        return [i for i, character in enumerate(self.text) if character not in ignored and not character.isspace()]

    @cached_property
    def compared(self) -> str:
        """The folded text, which is compared with folded templates."""
        return folded(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the text of the characters between two positions of `compared`."""
        if start >= end:
            return 0, 0
        return self._positions[start], self._positions[end - 1] + 1

    def breaks_off_at(self, place: int) -> bool:
        """Return whether a line ends, or a text is cut short, at this position of `compared`."""
        if place >= len(self.compared) or self.compared.startswith(("...", "\u2026"), place):
            return True
        return "\n" in self.text[self._positions[place - 1] : self._positions[place]]
