"""`tasks.py accompanied`: rules that change without tests or a changelog line are noticed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import tasks

RULE, NEAR_MISSES, CHANGELOG = "src/fake_pypi/rules/naming.py", "tests/unit/rules/test_naming.py", "CHANGELOG.md"
FRAGMENT = "changelog.d/7.rules.md"


def git(*words: str) -> None:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    subprocess.run(["git", *identity, *words], check=True, capture_output=True)


def commit(message: str, *names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        with Path(name).open("a", encoding="utf-8") as file:
            file.write("a line\n")
    git("add", "--all")
    git("commit", "--message", message)


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "--initial-branch", "main")
    commit("First commit", RULE, NEAR_MISSES, CHANGELOG)
    git("checkout", "-b", "topic")


@pytest.mark.parametrize("changelog", [FRAGMENT, CHANGELOG])
def test_a_rule_with_its_near_misses_and_a_changelog_line_is_fine(
    changelog: str, capsys: pytest.CaptureFixture[str]
) -> None:
    commit("Change a rule", RULE)
    commit("Test it", NEAR_MISSES, changelog)
    assert tasks.accompanied("main") == 0
    assert capsys.readouterr().out == "accompanied: fine\n"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ([RULE, CHANGELOG], "changed without a change in tests/unit/rules: add the near-miss tests\n"),
        ([RULE, NEAR_MISSES], "changed without a change in changelog.d: add a fragment of the kind `rules`\n"),
    ],
)
def test_what_is_missing_is_named(changed: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    commit("Change a rule", *changed)
    assert tasks.accompanied("main") == 1
    assert capsys.readouterr().out == f"src/fake_pypi/rules {sentence}"


def test_a_change_without_rules_needs_neither() -> None:
    commit("Change something else", "src/fake_pypi/web/pages.py")
    assert tasks.accompanied("main") == 0


def test_a_commit_that_keeps_the_behaviour_has_a_reason() -> None:
    commit("Move a rule\n\nRules-unchanged: only moved", RULE)
    assert tasks.accompanied("main") == 0


def test_changes_of_the_base_since_the_branch_began_do_not_count() -> None:
    commit("Change a page", "docs/index.md")
    git("checkout", "main")
    commit("Change a rule on main", RULE)
    git("checkout", "topic")
    assert tasks.accompanied("main") == 0


def test_an_unknown_base_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.accompanied("no-such-branch") == 2
    assert "fetch it, or name another commit" in capsys.readouterr().out
