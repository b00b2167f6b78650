"""One workflow with what jobs and steps can do: each assertion is about one part of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.workflows.running.run_report import WorkflowReport
from tests.e2e.workflows.repositories import job, output, rehearse, repository

ACTION = """
name: build
inputs:
  version: {default: "1.0"}
outputs:
  file:
    value: ${{ steps.made.outputs.file }}
runs:
  using: composite
  steps:
    - id: made
      shell: bash
      run: |
        python make_files.py "$VERSION"
        echo "file=demo-$VERSION" >> "$GITHUB_OUTPUT"
        test -f "$GITHUB_ACTION_PATH/action.yml"
      env: {VERSION: "${{ inputs.version }}"}
"""
CALLED = """
on:
  workflow_call:
    inputs:
      version: {type: string, required: true}
    outputs:
      name: {value: "${{ jobs.make.outputs.name }}"}
    secrets:
      token: {required: true}
jobs:
  make:
    runs-on: ubuntu-latest
    outputs:
      name: ${{ steps.b.outputs.file }}
    steps:
      - uses: actions/checkout@v4
      - id: b
        uses: ./.github/actions/build
        with: {version: "${{ inputs.version }}"}
      - run: test -n "${{ secrets.token }}" && test -z "${{ secrets.other }}"
      - uses: actions/upload-artifact@v4
        with:
          name: dist-${{ inputs.version }}
          path: |
            dist/*
            !dist/*.tar.gz
"""
WORKFLOW = """
name: Release
on: {push: {tags: ["v*"]}}
env: {A: workflow, B: workflow}
jobs:
  prepare:
    runs-on: ${{ matrix.os }}
    strategy:
      matrix: {os: [ubuntu-latest, windows-latest], n: [1]}
    env: {B: job}
    steps:
      - name: variables
        run: |
          echo "$A $B $C $RUNNER_OS $GITHUB_REF_NAME ${{ runner.os }} $GITHUB_REPOSITORY $GITHUB_JOB"
          printf 'D=later\\nE<<X\\ntwo\\nlines\\nX\\n' >> "$GITHUB_ENV"
          mkdir bin
          printf '#!/bin/sh\\necho own program\\n' > bin/own
          chmod +x bin/own
          echo "$PWD/bin" >> "$GITHUB_PATH"
          echo "::set-output name=x::1"
          echo "::error file=a.py,line=3::bad"
          echo "${{ github.event.ref }}" | tee a.txt
        env: {C: step}
      - name: after
        run: |
          echo "$D $E"
          own
      - name: without pipefail
        run: "false | true"
        shell: bash -e {0}
      - name: with pipefail
        run: "false | true"
        shell: bash
        continue-on-error: true
      - name: python
        run: import os; print("in", os.environ["GITHUB_JOB"])
        shell: python
      - name: on failure
        if: failure()
        run: echo never
      - name: in a folder
        run: ls
        working-directory: bin
        shell: sh
      - name: hashed
        run: echo "${{ hashFiles('*.txt') != '' }} ${{ hashFiles('*.md') == '' }}"
      - uses: some/unknown-action@v3
  call:
    needs: prepare
    uses: ./.github/workflows/called.yml
    with: {version: "1.2.0"}
    secrets: {token: "${{ secrets.PYPI_TOKEN }}"}
  after:
    needs: call
    runs-on: ubuntu-latest
    steps:
      - run: echo "got ${{ needs.call.outputs.name }}"
      - uses: actions/download-artifact@v5
        with: {pattern: "dist-*", merge-multiple: true, path: dist}
      - run: ls dist
      - name: too long
        run: sleep 60
        timeout-minutes: 0.01
      - if: always()
        run: echo cleaned up
  skipped:
    needs: after
    runs-on: ubuntu-latest
    steps: [{run: echo}]
  cleanup:
    needs: [after, skipped]
    if: ${{ always() && needs.skipped.result == 'skipped' }}
    runs-on: ubuntu-latest
    steps: [{run: "echo ${{ needs.after.result }}"}]
  unknown:
    runs-on: ubuntu-latest
    steps:
      - id: tool
        uses: some/unknown-action@v3
      - run: echo ${{ steps.tool.outputs.path }}
"""
FILES = {".github/actions/build/action.yml": ACTION, ".github/workflows/called.yml": CALLED}
PREPARE = "prepare (ubuntu-latest, 1)"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> WorkflowReport:
    return rehearse(repository(tmp_path_factory.mktemp("steps") / "demo", WORKFLOW, FILES))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (PREPARE, "workflow job step Linux v1.2.0 Linux octo/demo prepare"),
        (PREPARE, "later two\nlines\nown program"),
        (PREPARE, "error: a.py:3: bad"),
        (PREPARE, "in prepare"),
        (PREPARE, "$ ls\nown"),
        (PREPARE, "true true"),
        (PREPARE, "refs/tags/v1.2.0"),
        (PREPARE, "the action some/unknown-action is not known here and was skipped"),
        ("after", "got demo-1.2.0"),
        ("after", "$ ls dist\ndemo-1.2.0-py3-none-any.whl\n$ sleep"),
        ("after", "ended after 0.6 seconds"),
        ("after", "cleaned up"),
        ("cleanup", "failure"),
        (
            "unknown",
            "the step 'Run echo ${{ steps.tool.outputs.path }}' needs its outputs: this job cannot be rehearsed",
        ),
    ],
)
def test_the_log_has_what_github_would_show(title: str, text: str, report: WorkflowReport) -> None:
    assert text in output(report, title)


@pytest.mark.parametrize(
    ("title", "result"),
    [
        (PREPARE, "success"),
        ("prepare (windows-latest, 1)", "not run here"),
        ("call / make", "success"),
        ("after", "failure"),
        ("skipped", "skipped"),
        ("cleanup", "success"),
        ("unknown", "failure"),
    ],
)
def test_each_job_has_its_result(title: str, result: str, report: WorkflowReport) -> None:
    assert job(report, title).result == result, output(report, title)


@pytest.mark.parametrize(
    ("step", "outcome", "conclusion"),
    [
        ("without pipefail", "success", "success"),
        ("with pipefail", "failure", "success"),
        ("on failure", "skipped", "skipped"),
    ],
)
def test_each_step_has_its_outcome_and_conclusion(
    step: str, outcome: str, conclusion: str, report: WorkflowReport
) -> None:
    found = next(each for each in job(report, PREPARE).steps if each.title == step)

    assert (found.outcome, found.conclusion) == (outcome, conclusion)


def test_deprecated_commands_and_hidden_failures_are_warnings(report: WorkflowReport) -> None:
    assert f"{PREPARE} / with pipefail: the step failed, and `continue-on-error` hides that" in report.warnings
    assert any(
        warning.startswith(f"{PREPARE} / variables: `::set-output::` is deprecated") for warning in report.warnings
    )


def test_nothing_was_published(report: WorkflowReport) -> None:
    assert report.published == []


def test_the_inputs_of_workflow_dispatch_reach_the_steps(tmp_path: Path) -> None:
    file = repository(
        tmp_path / "demo",
        """
        on:
          workflow_dispatch:
            inputs:
              index: {default: testpypi}
              dry: {type: boolean}
        jobs:
          show:
            runs-on: ubuntu-latest
            steps:
              - run: echo "${{ inputs.index }} ${{ inputs.dry == false }} ${{ github.event.inputs.index }} $GITHUB_REF"
        """,
    )

    report = rehearse(file, tag=None, event="workflow_dispatch", inputs={"index": "pypi"})

    assert "pypi true pypi refs/heads/main" in output(report, "show")


def test_packages_can_be_installed_where_a_job_names_another_python(tmp_path: Path) -> None:
    other = "3.13" if sys.version_info[1] != 13 else "3.12"
    workflow = f"""
on: {{push: {{tags: ["v*"]}}}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-python@v6
        with: {{python-version: "{other}"}}
      - run: python -m pip install pycparser cffi
      - run: python -c "import cffi; print(cffi.__name__)"
"""
    report = rehearse(repository(tmp_path, workflow))

    assert job(report, "build").result == "success", output(report, "build")
    assert any(f"is used instead of {other}" in note for note in report.notes)
