"""Generated pages are up to date, and every rule has one."""

from __future__ import annotations

import re
from functools import cache

import pytest

from docs.generate import DOCS, generated_pages, unexpected_pages
from fake_pypi.explain.exchange_rejections import EXCHANGE
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule

HEADINGS = ["Message", "Status", "Why", "What to do", "Example", "Cause it", "What clients print", "Origin"]
HEADINGS_OF_EXCHANGE = ["Message", "Status", "Why", "What to do", "Origin"]
PYTHON = re.compile(r"```python\n(.*?)```", re.DOTALL)


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


def test_every_rule_is_in_the_page_about_coverage_once() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(rules/", written()["reference/rule-coverage.md"], re.MULTILINE)
    assert sorted(listed) == sorted(rule.id for rule in PYPI)


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


@pytest.mark.parametrize("reason", EXCHANGE)
def test_all_pages_about_the_exchange_of_tokens_have_the_same_headings(reason: str) -> None:
    text = written()[f"reference/rules/{reason}.md"]
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS_OF_EXCHANGE
    assert EXCHANGE[reason].remedy in text


@pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)
def test_the_python_code_of_a_page_causes_the_rejection(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    [code] = PYTHON.findall(written()[f"reference/rules/{rule.id}.md"])
    exec(compile(code, f"{rule.id}.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_every_message_of_a_rule_is_in_the_list_of_messages() -> None:
    text = written()["reference/messages.md"]
    rejecting = [rule.id for rule in PYPI if rule.status >= 400 and rule.messages[0]]
    assert [name for name in [*rejecting, *EXCHANGE] if f"](rules/{name}.md)" not in text] == []


def test_pages_show_what_clients_print() -> None:
    text = written()["reference/rules/duplicate-file.md"]
    assert re.search(r"^twine \d+\.\d+\.\d+, exit code 1:$", text, flags=re.MULTILINE)
    assert re.search(r"^uv \d+\.\d+\.\d+, exit code 2:$", text, flags=re.MULTILINE)
