"""Generated pages are up to date, and every rule has one."""

from __future__ import annotations

import re
from functools import cache

import pytest

from docs.generate import DOCS, generated_pages, unexpected_pages
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule

HEADINGS = ["Message", "Status", "Why", "Example", "What to do"]


@cache
def written() -> dict[str, str]:
    return generated_pages()


def test_every_page_is_what_the_generator_would_write() -> None:
    stale = [
        name
        for name, text in written().items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `python docs/generate.py`"


def test_there_is_no_page_of_a_rule_that_does_not_exist() -> None:
    assert unexpected_pages(written()) == [], "run `python docs/generate.py`"


def test_every_subject_has_a_generator() -> None:
    subjects = {"control-api", "faults", "pipelines", "report", "variables", "workflows", "rules/index"}
    assert {f"reference/{subject}.md" for subject in subjects} <= set(written())


@pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)
def test_all_pages_have_the_same_headings(rule: Rule) -> None:
    text = written()[f"reference/rules/{rule.id}.md"]
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {rule.id}\n")
    assert rule.explanation in text
    assert rule.remedy in text
