"""The command `fake-pypi workflow`: what it prints, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fake_pypi.workflows.host_choice import WrittenOptions, open_host_rehearsal
from tests.e2e.workflows.repositories import repository

WORKFLOW = """
name: Release
on:
  push: {tags: ["v*"]}
  workflow_dispatch:
    inputs:
      index: {type: choice, options: [testpypi, pypi]}
jobs:
  publish:
    if: github.ref_type == 'tag' || inputs.index == 'pypi'
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps:
      - uses: actions/checkout@v5
      - run: python make_files.py
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true, verify-metadata: false}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("command") / "demo", WORKFLOW)


def workflow(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fake_pypi", "workflow", str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=300)


def test_a_plan_is_listed_without_running_anything(file: Path) -> None:
    result = workflow(file, "--tag", "v1.2.0", "--list")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == (
        "push of the tag v1.2.0 starts .github/workflows/release.yml: the tag 'v1.2.0' matches 'v*' of `tags`"
    )
    assert "  publish: runs: its `if`" in result.stdout
    assert "==" not in result.stdout.partition("publish")[2].partition("true")[2]


def test_an_event_that_does_not_start_the_workflow_fails_with_the_reason(file: Path) -> None:
    result = workflow(file, "--tag", "1.2.0")

    assert result.returncode == 1
    assert result.stdout == (
        "push of the tag 1.2.0 does not start .github/workflows/release.yml:3: the tag '1.2.0' matches no pattern of "
        "`tags` (v*)\n"
    )


def test_an_input_decides_about_a_job(file: Path) -> None:
    result = workflow(file, "--event", "workflow_dispatch", "--input", "index=testpypi", "--list")

    assert result.returncode == 0
    assert "publish: is skipped" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--job", "other"], "there is no job 'other': the jobs are publish"),
        (["--publisher", "octo"], "'octo' is no publisher: write [pypi|testpypi] OWNER/NAME WORKFLOW [ENVIRONMENT]"),
        (["--repository", "demo"], "'demo' is no repository: write OWNER/NAME"),
        (["--branch", "main"], "an event is about a tag or a branch: give --tag or --branch"),
        (["--var", "x"], "the variable 'x' has no value: write NAME=VALUE"),
        (["--as-of", "2020-01-01"], "the rules of 2020-01-01 are not known: choose a date from 2023-01-01 on"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], message: str, file: Path) -> None:
    result = workflow(file, "--tag", "v1.2.0", *arguments)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"fake-pypi: {message}\n"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    result = workflow(tmp_path / "release.yml")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"fake-pypi: there is no workflow {str(tmp_path / 'release.yml')!r}: name a file in .github/workflows"
    ]


def test_the_indexes_of_a_run_have_the_rules_of_the_given_day(file: Path) -> None:
    with open_host_rehearsal(file, WrittenOptions(), tag="v1.2.0", as_of="2024-06-01") as rehearsal:
        assert [index.as_of for index in rehearsal.open_indexes().all] == ["2024-06-01"] * 2


@pytest.mark.slow
def test_a_run_ends_with_what_was_published_and_what_is_left_to_do(file: Path) -> None:
    result = workflow(file, "--tag", "v1.2.0")

    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    end = result.stdout.partition("Published:\n")[2]
    assert end.startswith("  - on PyPI: demo-1.2.0-py3-none-any.whl, demo-1.2.0.tar.gz\n")
    assert "Left to do on the real sites:\n  - register this publisher on PyPI" in end
    assert result.stdout.endswith("The workflow succeeded.\n")


def test_the_run_is_written_as_a_report(file: Path, tmp_path: Path) -> None:
    reports = [tmp_path / "run.html", tmp_path / "run.json", tmp_path / "run.md"]
    result = workflow(file, "--tag", "v1.2.0", *(f"--report={report}" for report in reports))
    assert result.returncode == 0, result.stdout
    [run] = json.loads(reports[1].read_text())["runs"]
    assert (run["kind"], run["name"], run["outcome"]) == ("workflow", file.name, "passed")
    assert run["steps"][0]["name"] == "publish: Run actions/checkout@v5"
    assert run["remaining"][0]["title"].startswith("Register the GitHub publisher of ")
    assert {entry["label"] for entry in run["remaining"][0]["entries"]} >= {"Owner", "Workflow name"}
    assert [index["site"] for index in run["indexes"] if index["projects"]] == ["pypi"]
    for report in (reports[0], reports[2]):
        assert f"Workflow {file.name}" in report.read_text().replace("\\", "")


def test_a_report_that_cannot_be_written_is_named_before_the_run(file: Path, tmp_path: Path) -> None:
    result = workflow(file, "--tag", "v1.2.0", "--report", str(tmp_path / "run.txt"))
    assert result.returncode == 2
    assert "has no known ending" in result.stderr
