"""The words of pages and docstrings are in the English dictionary or in the project's own list, docs/words.txt."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from spellchecker import SpellChecker

import fake_pypi
from tests.project.code_blocks import PROJECT, pages

WORDS = PROJECT / "docs" / "words.txt"
SOURCE = Path(fake_pypi.__file__).parent
MEASURED = {"docs/reference/client-faults.md", "docs/reference/messages.md"}
"""Pages of what programs print, and of PyPI's messages."""
NOT_PROSE = re.compile(
    r"""```.*?```|``.*?``|`[^`]*?`|<!--.*?-->     # code and comments
      | \]\([^)]*\)|https?://\S+|<[^>\s][^>]*>    # links
      | "[^"\n]*"|'[^'\n]{2,}'                    # quoted values
      | ^\s*>>>.*$|^\s{4,}\S.*$|\S*[_/\\=@.]\w\S*   # examples, names, paths
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z][A-Za-z']*[A-Za-z]")
INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}")
"""Names of classes and abbreviations."""


@cache
def dictionary() -> SpellChecker:
    return SpellChecker(language="en")


@cache
def project_words() -> frozenset[str]:
    return frozenset(WORDS.read_text(encoding="utf-8").split())


@cache
def is_known(word: str) -> bool:
    stem = re.sub(r"'s?$", "", word)
    if INNER_CAPITAL.search(stem) or {stem, stem.lower()} & project_words():
        return True
    return bool(dictionary().known([stem]))


def unknown_words(text: str) -> set[str]:
    return {word for word in WORD.findall(NOT_PROSE.sub(" ", text)) if not is_known(word.strip("'"))}


def docstrings() -> Iterator[str]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("page", [page.relative_to(PROJECT).as_posix() for page in pages()])
def test_the_words_of_the_page_are_known(page: str) -> None:
    if page not in MEASURED:
        unknown = unknown_words((PROJECT / page).read_text(encoding="utf-8"))
        assert unknown == set(), "correct them, or add them to docs/words.txt"


def test_the_words_of_docstrings_are_known() -> None:
    unknown = {word for text in docstrings() for word in unknown_words(text)}
    assert unknown == set(), "correct them, or add them to docs/words.txt"


def test_the_list_of_words_is_sorted_and_has_no_word_of_the_dictionary() -> None:
    words = WORDS.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    assert [word for word in words if dictionary().known([word])] == []


@pytest.mark.parametrize("word", ["recieve", "uplaod", "colour", "whitch"])
def test_a_misspelled_word_is_noticed(word: str) -> None:
    assert unknown_words(f"You {word} a file.") == {word}
