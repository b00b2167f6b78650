"""What a tool output, freed of what terminals, web pages and CI logs put around the words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cached_property

LONGEST_TEXT = 200_000
"""Characters that are read whole; of a longer log only its end, and what surrounds the clues before that."""
END_OF_LOG = 100_000
"""Characters of a longer log that are read at its end, where the failure usually is."""
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
"""What a failed upload has in its output, with nearly every tool."""
MOST_CLUES = 3
"""Places of each clue that are read, from the end of the log."""
SURROUNDINGS = 2_000
"""Characters that are read before and behind a clue."""

CONTROL_SEQUENCE = re.compile(
    r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]|"
    r"\[(?:\d{1,3}(?:;\d{1,3})*m|2K|\?25[lh])"  # what is left of one where the log lost the escape character
)
FRAME = re.compile("[\u2500-\u259f\u200b\u2060\ufeff]")
HTML_ELEMENTS = (
    ""
    "a|abbr|article|b|blockquote|body|br|button|center|code|dd|details|div|dl|dt|em|footer|font|form|h[1-6]|head|header|hr|html|i|img|input|label|li|link|main|meta|nav|ol|option|p|pre|script|section|small|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|title|tr|u|ul"
)
HTML_TAG = re.compile(rf"</?(?:{HTML_ELEMENTS})(?:\s[^<>\n]{{0,300}})?/?>", re.IGNORECASE)
"""Only elements of HTML: `<Version('1.0+abc')>` is a part of PyPI's message."""
MARKDOWN_LINK = re.compile(r"\[([^][\n]{1,80})\]\(https?://[^\s()]{1,400}\)")
"""What GitHub makes of numbers in a log that is pasted into an issue."""
WRAPPED = re.compile(r"\n {6,}")
"""Where a tool breaks a long line and goes on in a column of its own, as twine does."""
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
"""White space, quotation marks, and what quoted mails and tables put between words."""
TOKEN = re.compile(r"\bpypi-[A-Za-z0-9_-]{8,}")


def folded(text: str) -> str:
    r"""Return the text as it is compared: in lower case, without white space and quotation marks.

    Wrapping, indentation, and the kind of quotation marks then make no difference.

    >>> folded("File already\n     exists ('demo')")
    'filealreadyexists(demo)'
    """
    return IGNORED.sub("", text).replace("\u0130", "i").lower()


def relevant_part(text: str) -> str:
    """Return what is read of a text: all of a short one; of a long one its end, and the surroundings of clues."""
    if len(text) <= LONGEST_TEXT:
        return text
    end = len(text) - END_OF_LOG
    places = {place for clue in CLUES for place in _last_places(text, clue, end)}
    parts: list[str] = []
    rejection = 0
    for place in sorted(places):
        start = max(rejection, place - SURROUNDINGS)
        rejection = min(place + SURROUNDINGS, end)
        parts.append(text[start:rejection])
    return "\n\n".join([*parts, text[end:]])


def _last_places(text: str, clue: str, end: int) -> Iterator[int]:
    for _ in range(MOST_CLUES):
        end = text.rfind(clue, 0, end)
        if end < 0:
            return
        yield end


class CleanedOutput:
    r"""A piece of output, cleaned once, to be compared with many templates.

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
        """The text as it was printed and, where lines seem to be wrapped, with those joined."""
        joined = WRAPPED.sub(" ", self.text)
        return (self.text,) if joined == self.text else (self.text, joined)

    @cached_property
    def _counting(self) -> list[int]:
        """Return where in the text each compared character stands."""
        ignored = IGNORED_CHARACTERS
        return [place for place, each in enumerate(self.text) if each not in ignored and not each.isspace()]

    @cached_property
    def compared(self) -> str:
        """The text as it is compared with folded templates; one character for each that counts."""
        return folded(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the text the characters between two places of `compared` stand."""
        if start >= end:
            return 0, 0
        return self._counting[start], self._counting[end - 1] + 1

    def words(self, start: int, end: int) -> str:
        """Return what stands between two places of `compared`, as it was output, on one line."""
        begin, rejection = self.span(start, end)
        return " ".join(self.text[begin:rejection].split())

    def breaks_off_at(self, place: int) -> bool:
        """Whether the line ends at this place of `compared`, or the words are cut there."""
        if place >= len(self.compared) or self.compared.startswith(("...", "\u2026"), place):
            return True
        return "\n" in self.text[self._counting[place - 1] : self._counting[place]]
