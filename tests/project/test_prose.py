"""Pages are written in plain, literal English: no word of a private language, no endless sentence."""

from __future__ import annotations

import re

import pytest

from tests.project.code_blocks import PROJECT, pages

FOR_USERS = re.compile(r"(README|SECURITY)\.md|docs/([a-z-]+|how-to/.+|errors/.+|explanation/.+)\.md")
MEASURED = {"docs/reference/client-faults.md", "docs/reference/messages.md"}
MOST_WORDS = 44
CODE = re.compile(r"```.*?```|^\|.*$|^\s*(?:[-*#]|\d+\.)\s.*?(?=\n\s*\n|\n\s*[-*#\d]|\Z)", re.DOTALL | re.MULTILINE)
SENTENCE = re.compile(r"(?<=[.:;!?])\s")
AVOIDED = {
    r"whoever|whosoever": "users who",
    r"(?:is|are|was|were) told": "gets the option, or reads",
    r"(?:is|are|was|were) asked": "is requested",
    r"it is none of": "it is not a",
    r"what there is of": "(name the thing)",
    r"the world|world of": "the state, or the instance",
    r"(?:open|close|shut)s? the door": "(say what is allowed)",
    r"so many that|so much that": "more than N",
    r"simply|obviously|of course": "(leave it out)",
    r"utili[sz]e": "use",
    r"in order to": "to",
    r"please note that": "(leave it out)",
    r"tells? you": "prints, or shows",
}
"""Words and phrases as regular expressions, and what to write instead."""
ALL = [page.relative_to(PROJECT).as_posix() for page in pages()]


def long_sentences(text: str) -> list[str]:
    """Return the sentences of running text with more than `MOST_WORDS` words."""
    paragraphs = CODE.sub("\n\n", text).split("\n\n")
    sentences = [sentence for paragraph in paragraphs for sentence in SENTENCE.split(" ".join(paragraph.split()))]
    return [sentence for sentence in sentences if len(sentence.split()) > MOST_WORDS]


def avoided_phrases(text: str) -> dict[str, str]:
    """Return the phrases of a text that are avoided, with what to write instead."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", " ", text, flags=re.DOTALL)
    return {phrase: AVOIDED[phrase] for phrase in AVOIDED if re.search(rf"\b(?:{phrase})\b", prose, re.IGNORECASE)}


@pytest.mark.parametrize("page", [page for page in ALL if FOR_USERS.fullmatch(page)])
def test_no_sentence_of_a_page_for_users_is_endless(page: str) -> None:
    assert long_sentences((PROJECT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", [page for page in ALL if page not in MEASURED])
def test_the_page_is_in_plain_english(page: str) -> None:
    assert avoided_phrases((PROJECT / page).read_text(encoding="utf-8")) == {}


def test_an_endless_sentence_and_a_phrase_are_noticed() -> None:
    assert long_sentences("A short one. " + "word " * 50 + ".")
    assert avoided_phrases("The tool is told to stop, in order to help whoever runs it.")
    assert not avoided_phrases("`whoever`\n\n```text\nthe world\n```\n")
