"""Words and names that were replaced everywhere do not come back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fake_pypi

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = Path(fake_pypi.__file__).parent
REPLACED = {
    "UsageMistake": "UsageError",
    r"class \w*Mistake": "…Error",
    "RuleBook": "RuleSet",
    "Switchboard": "HostRouter",
    "NobodyThere": "NoServerRunning",
    "house": "project, or convention",
    "floors?": "layer",
    "aloud": "(say what the limit is)",
    "so many": "that number of, at most N",
    "since years": "since 2018",
    "regrets?": "warning",
    "is of no help": "failed",
    "beyond reproach": "with every permission",
    "fake[-_]pypi[-_]wire": "fake-pypi-process-environment",
    "as ever": "as before, or nothing",
}
"""The words as regular expressions, and what to write instead. Add a word when it is gone from src and docs."""


def texts() -> dict[str, str]:
    pages = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *SOURCE.rglob("*.py")]
    return {str(path): path.read_text(encoding="utf-8") for path in pages}


@pytest.mark.parametrize("word", REPLACED)
def test_a_replaced_word_does_not_come_back(word: str) -> None:
    used_in = {name for name, text in texts().items() if re.search(rf"\b{word}\b", text)}
    assert used_in == set(), f"write instead: {REPLACED[word]}"
