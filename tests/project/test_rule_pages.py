"""Every rule has a page in the reference, written by docs/generate.py and up to date."""

from __future__ import annotations

import re
from functools import cache

import pytest

from docs.generate import (
    CONTROL_API,
    FAULTS,
    FOLDER,
    PIPELINES,
    REPORT,
    VARIABLES,
    WORKFLOWS,
    control_page,
    faults_page,
    pages,
    pipelines_page,
    report_page,
    variables_page,
    workflows_page,
)
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from maintenance.coverage_page import PAGE, coverage_page

HEADINGS = ["Message", "Status", "Why", "Example", "What to do"]


@cache
def written() -> dict[str, str]:
    return pages()


def test_every_page_is_what_the_generator_would_write() -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    wanted = written()
    stale = {name for name in {*there, *wanted} if there.get(name) != wanted.get(name)}
    assert sorted(stale) == [], "run `python docs/generate.py`"


def test_the_page_about_the_coverage_of_rules_is_what_the_generator_would_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_page(), "run `python docs/generate.py`"


def test_every_rule_is_in_the_page_about_coverage_once() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(rules/", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(rule.id for rule in PYPI)


def test_the_page_of_variables_is_what_the_generator_would_write() -> None:
    assert VARIABLES.read_text(encoding="utf-8") == variables_page(), "run `python docs/generate.py`"


def test_the_page_about_faults_is_up_to_date() -> None:
    assert FAULTS.read_text(encoding="utf-8") == faults_page(), "run `python docs/generate.py`"


def test_the_page_of_the_control_api_is_what_the_generator_would_write() -> None:
    assert CONTROL_API.read_text(encoding="utf-8") == control_page(), "run `python docs/generate.py`"


def test_the_page_about_workflows_is_what_the_generator_would_write() -> None:
    assert PIPELINES.read_text(encoding="utf-8") == pipelines_page(), "run `python docs/generate.py`"
    assert WORKFLOWS.read_text(encoding="utf-8") == workflows_page(), "run `python docs/generate.py`"


def test_the_page_about_reports_is_what_the_generator_would_write() -> None:
    assert REPORT.read_text(encoding="utf-8") == report_page(), "run `python docs/generate.py`"


@pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)
def test_all_pages_have_the_same_headings(rule: Rule) -> None:
    text = written()[f"{rule.id}.md"]
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {rule.id}\n")
    assert rule.explanation in text
    assert rule.remedy in text
