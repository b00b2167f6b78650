"""The blocks of code on the written pages, and what a test does with each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>[^\s{]+)[^\n]*\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL
)
GENERATED = ("docs/reference/rules/", "docs/decisions/")
"""The code on the pages of rules is run by tests/project/test_rule_pages.py; decisions have none."""


@dataclass(frozen=True)
class CodeBlock:
    """A block of code on a page, with the language that it names."""

    page: str
    number: int
    language: str
    text: str

    @property
    def is_test(self) -> bool:
        """Whether it defines tests."""
        return self.language == "python" and "def test_" in self.text

    @property
    def is_script(self) -> bool:
        """Whether it is a program by itself."""
        return self.language == "python" and "def " not in self.text and "from fake_pypi import" in self.text

    def __str__(self) -> str:
        return f"{self.page}:{self.number}"


def pages() -> list[Path]:
    """Return the written pages: the files of the root, the documentation, the examples."""
    found = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("examples/*.md")]
    names = {path: path.relative_to(PROJECT).as_posix() for path in found}
    return sorted(path for path, name in names.items() if not name.startswith(GENERATED))


def code_blocks() -> Iterator[CodeBlock]:
    """Yield all blocks of the written pages."""
    for path in pages():
        name = path.relative_to(PROJECT).as_posix()
        for number, match in enumerate(BLOCK.finditer(path.read_text(encoding="utf-8"))):
            lines = match["text"].splitlines()
            text = "\n".join(line.removeprefix(match["indent"]) for line in lines) + "\n"
            yield CodeBlock(name, number, match["language"], text)


def texts_on(page: str, language: str) -> list[str]:
    """Return the blocks of one language on one page, as `texts_on("docs/how-to/ci.md", "ini")`."""
    return [block.text for block in code_blocks() if (block.page, block.language) == (page, language)]
