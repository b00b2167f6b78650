"""Changelog fragments are well formed, and `tasks.py release` makes the section of a version from them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

import tasks

PROJECT = Path(__file__).resolve().parents[2]
FRAGMENTS = sorted(path for path in (PROJECT / "changelog.d").glob("*") if path.name != "README.md")
NAME = re.compile(r"(?:\d+|\+[a-z0-9-]+)\.(?:rules|added|changed|deprecated|removed|fixed)\.md")
LINE_LENGTH = 300
RELEASED_FILES = [*tasks.VERSIONS, "CHANGELOG.md", "changelog.d/README.md"]
BY_HAND = "# Changelog\n\n<!-- towncrier release notes start -->\n\n## [0.1.0] - unreleased\n\nThe first version.\n"


def test_the_names_of_fragments_have_an_issue_and_a_kind() -> None:
    assert [path.name for path in FRAGMENTS if not NAME.fullmatch(path.name)] == []


def test_each_fragment_is_one_short_line() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in FRAGMENTS}
    sentence = re.compile(rf"[A-Z`][^\n]{{10,{LINE_LENGTH}}}\.\n")
    assert {name: text for name, text in texts.items() if not sentence.fullmatch(text)} == {}


def test_towncrier_reads_the_fragments() -> None:
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "99.0.0"]
    draft = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, encoding="utf-8")
    assert draft.returncode == 0, draft.stderr
    assert all(path.read_text(encoding="utf-8").strip() in draft.stdout for path in FRAGMENTS)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the files that a release changes, and without fragments."""
    for name in RELEASED_FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, tmp_path / name)
    monkeypatch.setattr(tasks, "ROOT", tmp_path)
    monkeypatch.setattr(tasks, "PYTHON", Path(sys.executable))
    commit(tmp_path)
    return tmp_path


def commit(project: Path) -> None:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], [*identity, "commit", "--quiet", "--message", "Add files"]):
        subprocess.run(["git", *words], cwd=project, check=True, capture_output=True)


def test_a_release_collects_the_fragments_and_writes_the_version(project: Path) -> None:
    (project / "changelog.d/7.fixed.md").write_text("Yanked releases keep their reason.\n", encoding="utf-8")
    (project / "changelog.d/+words.rules.md").write_text("A message of PyPI has other words.\n", encoding="utf-8")
    commit(project)

    assert tasks.release("99.1.0") == 0

    today = datetime.now(timezone.utc).date().isoformat()
    section = (project / "CHANGELOG.md").read_text(encoding="utf-8").split("\n## ")[1]
    assert section.startswith(f"[99.1.0] - {today}\n")
    assert section.index("### Rules\n") < section.index("- A message of PyPI has other words.")
    assert "- Yanked releases keep their reason. ([#7](https://github.com/" in section
    assert [path.name for path in (project / "changelog.d").iterdir()] == ["README.md"]
    for name in tasks.VERSIONS:
        assert "99.1.0" in (project / name).read_text(encoding="utf-8")
    assert f"date-released: {today}\n" in (project / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize("with_fragment", [True, False])
def test_the_section_that_was_written_by_hand_becomes_that_of_the_first_version(
    project: Path, *, with_fragment: bool
) -> None:
    (project / "CHANGELOG.md").write_text(BY_HAND, encoding="utf-8")
    if with_fragment:
        (project / "changelog.d/7.added.md").write_text("There is a new command.\n", encoding="utf-8")
    commit(project)

    assert tasks.release("0.1.0") == 0

    text = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.count("## [0.1.0] - 20") == 1
    assert "unreleased" not in text
    assert text.endswith("\nThe first version.\n")
    assert ("- There is a new command." in text) is with_fragment


def test_a_version_without_fragments_is_not_released(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.release("99.1.0") == 1
    assert "there are no changelog fragments" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["v1.0.0"], ["1.0"], ["1.0.0.dev1"]])
def test_a_release_needs_a_version_with_three_parts(arguments: list[str]) -> None:
    assert tasks.release(*arguments) == 2
