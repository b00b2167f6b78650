"""The recipes of the documentation: one of them and the action run here, all in the session `recipes` of nox."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.e2e.recipes import NOT_RUN, ON_HOSTS, PAGE, PROJECT, RESULTS, recipes, run_recipe, with_results
from tests.e2e.workflows.repositories import git, repository
from tests.unit.cli.schemas import valid_document

WORKFLOW = """
name: Release
on:
  push: {tags: ["v*"]}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: python make_files.py
      - run: chmod +x bin/fake-pypi && echo "$PWD/bin" >> "$GITHUB_PATH"
      - uses: ./
        with: {command: check, install: false}
"""
PIPELINE = """
include:
  - local: /templates/fake-pypi.gitlab-ci.yml

fake-pypi:
  variables:
    FAKE_PYPI_COMMAND: check
"""


def workflow(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fake_pypi", "workflow", str(file), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=120)


def test_a_recipe_runs(tmp_path: Path) -> None:
    output = run_recipe(recipes()["just"], tmp_path / "project", None, " -- -k check")
    assert "pyproject.toml::release::check PASSED" in output


def test_every_recipe_passed_when_it_was_last_run_and_the_page_says_when() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert results.keys() == {*recipes(), *ON_HOSTS} - NOT_RUN.keys()
    assert {result["result"] for result in results.values()} == {"passed"}
    text = PAGE.read_text(encoding="utf-8")
    assert with_results(text) == text


def test_the_action_checks_built_files(tmp_path: Path) -> None:
    action = (PROJECT / "action.yml").read_text(encoding="utf-8")
    program = f'#!/bin/sh\nexec {sys.executable} -m fake_pypi "$@"\n'  # stands for one that an earlier step installs
    file = repository(tmp_path / "demo", WORKFLOW, {"action.yml": action, "bin/fake-pypi": program})
    result = workflow(file, "--tag", "v1.2.0", "--json")
    assert result.returncode == 0, result.stdout
    (job,) = valid_document(result.stdout, "workflow")["jobs"]
    assert (job["job"], job["result"]) == ("check", "success")
    assert "dist/demo-1.2.0-py3-none-any.whl: PyPI would accept it" in job["steps"][-1]["output"]


def test_the_page_lists_the_inputs_of_the_action() -> None:
    inputs = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    section = PAGE.read_text(encoding="utf-8").partition("## GitHub Actions")[2].partition("## ")[0]
    assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == [*inputs]


def test_the_template_for_gitlab_adds_a_job(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "templates").mkdir(parents=True)
    shutil.copy(PROJECT / "templates" / "fake-pypi.gitlab-ci.yml", folder / "templates")
    (folder / ".gitlab-ci.yml").write_text(PIPELINE, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.2.0"\n', encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    result = workflow(folder / ".gitlab-ci.yml", "--branch", "main", "--list", "--json")
    assert result.returncode == 0, result.stdout + result.stderr
    document = valid_document(result.stdout, "workflow")
    assert (document["starts"], document["failed"], document["jobs"]) == (True, False, [])
    assert "  fake-pypi (test): runs" in "\n".join(document["plan"])
