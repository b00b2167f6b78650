"""Reports of a session: rehearsals and failed tests, with pytest-xdist, after -x, and as the summary of a job."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.report import RunReport
from fake_pypi.report.json_document import from_json
from tests.plugin.test_rehearsal import a_project
from tests.plugin.test_rehearsal_xdist import a_project_that_fails_at_once

TESTS = """
import pytest
from fake_pypi import wheel

@pytest.mark.parametrize("number", range(4))
def test_passing(fake_pypi, number):
    fake_pypi.upload(wheel("other", "1.0"))

def test_failing(fake_pypi, fake_pypi_indexes):
    fake_pypi.upload(wheel("hello", "1.0"))
    assert fake_pypi.token.secret == "expected"

def test_without_indexes():
    assert False
"""
TOKEN = re.compile(r"pypi-Ag[\w-]{14}|AgE[\w-]{40}")
REHEARSE = [sys.executable, "-m", "fake_pypi", "rehearse"]


def runs_in(file: Path) -> list[RunReport]:
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return [from_json(RunReport, json.dumps(run)) for run in document["runs"]]


@pytest.mark.parametrize("options", [(), ("-n2",)])
def test_a_report_has_the_rehearsals_and_the_failed_tests_of_all_workers(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    a_project_that_fails_at_once(pytester.path)
    a_project_that_fails_at_once(pytester.path / "other", "another")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(
        "--fake-pypi", "--fake-pypi-project=other", "--fake-pypi-report=out/report.json", *options
    )
    result.assert_outcomes(passed=4, failed=4, skipped=14)
    result.stdout.fnmatch_lines(["fake-pypi: wrote the report *report.json"])
    runs = runs_in(pytester.path / "out" / "report.json")
    assert sorted((run.kind, run.outcome) for run in runs) == [
        ("rehearsal", "failed"),
        ("rehearsal", "failed"),
        ("test", "failed"),
    ]
    rehearsal = next(run for run in runs if run.kind == "rehearsal")
    assert [step.outcome for step in rehearsal.steps] == ["failed", *["skipped"] * 7]
    assert rehearsal.steps[0].summary == "the project cannot be built"
    assert [command.command for command in rehearsal.steps[0].commands] == ["python -m build"]
    assert "not today" in rehearsal.steps[0].commands[0].output
    assert rehearsal.steps[0].seconds >= rehearsal.steps[0].commands[0].seconds > 0
    assert {step.summary for step in rehearsal.steps[1:]} == {"build failed"}
    [test] = [run for run in runs if run.kind == "test"]
    assert test.name.endswith("::test_failing")
    assert [project.name for index in test.indexes for project in index.projects] == ["hello"]
    assert "expected" in test.message
    assert not TOKEN.search((pytester.path / "out" / "report.json").read_text("utf-8"))


@pytest.mark.parametrize("options", [("-x",), ("-x", "-n2")])
def test_a_rehearsal_that_ends_at_its_first_failure_is_reported(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    a_project_that_fails_at_once(pytester.path)
    result = pytester.run(*REHEARSE, "--report", "report.json", "--", *options)
    assert result.ret == 1
    [run] = runs_in(pytester.path / "report.json")
    assert (run.name, run.steps[0].outcome) == ("never-built", "failed")


def test_files_of_the_configuration_are_relative_to_it(pytester: pytest.Pytester) -> None:
    a_project_that_fails_at_once(pytester.path)
    (pytester.path / "pytest.ini").write_text("[pytest]\nfake_pypi_report =\n    one.html\n    reports/two.md\n")
    assert pytester.run(*REHEARSE).ret == 1
    assert "never-built" in (pytester.path / "one.html").read_text("utf-8")
    assert "never-built" in (pytester.path / "reports" / "two.md").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_wrong_usage_before_anything_runs(pytester: pytest.Pytester) -> None:
    a_project_that_fails_at_once(pytester.path)
    pytester.mkdir("folder.html")
    result = pytester.runpytest_subprocess("--fake-pypi", "--fake-pypi-report=folder.html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: the report *folder.html' cannot be written: *"])


def test_a_session_without_a_failure_and_a_rehearsal_has_an_empty_report(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fake_pypi): pass")
    pytester.runpytest_subprocess("--fake-pypi-report=report.html").assert_outcomes(passed=1)
    assert "No release was rehearsed" in (pytester.path / "report.html").read_text("utf-8")


def test_a_job_on_github_gets_a_summary_of_its_rehearsals(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = pytester.path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    a_project_that_fails_at_once(pytester.path)
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("--fake-pypi")
    assert not summary.exists()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    pytester.runpytest_subprocess("--fake-pypi")
    text = summary.read_text("utf-8")
    assert text.startswith("## Rehearsal of never-built: ❌ failed\n")
    assert "test_failing" not in text


@pytest.mark.slow
def test_the_report_of_selected_steps_has_files_pages_and_what_is_left_to_do(pytester: pytest.Pytester) -> None:
    project = a_project(pytester.path, table='[project.urls]\nSource = "https://github.com/octo/hello"\n')
    workflow = project / ".github" / "workflows" / "release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(
        "on: push\njobs:\n  publish:\n    environment: pypi\n    permissions: {id-token: write}\n    steps:\n"
        "      - uses: pypa/gh-action-pypi-publish@release/v1\n"
    )
    files = [f"--report=report.{ending}" for ending in ("html", "json")]
    result = pytester.run(*REHEARSE, "--build=wheel", *files, "--", "-k", "build or (upload and again)", "-q")
    assert result.ret == 0
    result.assert_outcomes(passed=2, deselected=6)
    [run] = runs_in(pytester.path / "report.json")
    assert (run.name, run.version, run.outcome) == ("hello-steps", "1.0", "passed")
    assert [step.name for step in run.steps] == ["build", "check", "upload to PyPI", "upload again"]
    assert [file.filename for file in run.built] == ["hello_steps-1.0-py3-none-any.whl"]
    assert run.built[0].metadata["summary"] == ["A test"]
    pypi, testpypi = run.indexes
    assert testpypi.projects == ()
    assert [rejection.is_expected for rejection in pypi.rejections] == [True]
    assert "<h1" in pypi.projects[0].releases[0].page
    assert {"POST"} <= {request.method for request in pypi.requests}
    assert [task.title for task in run.remaining] == [
        "Check that the name hello-steps is free on PyPI, or yours",
        "Register the GitHub publisher of hello-steps on PyPI",
        "Create the environment pypi",
    ]
    assert [entry.value for entry in run.remaining[1].entries] == [
        "hello-steps",
        "octo",
        "hello",
        "release.yml",
        "pypi",
    ]
    html = (pytester.path / "report.html").read_text("utf-8")
    assert "Rehearsal of hello-steps 1.0" in html
    assert not TOKEN.search(html)
