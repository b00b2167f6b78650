"""A workflow file becomes data with lines, and what GitHub rejects is an error that names file and line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from fake_pypi.workflows.github.workflow import Defaults, Environment
from fake_pypi.workflows.github.workflow_reader import read_workflow, workflow_from_text
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

FULL = """\
name: Release
run-name: Release ${{ github.ref_name }}
on:
  push:
    tags: ["v*"]
  schedule:
    - cron: "0 4 * * 1"
  workflow_dispatch:
    inputs:
      target:
        type: choice
        options: [pypi, testpypi]
        required: true
      dry-run: {type: boolean, default: false}
  workflow_call:
    inputs:
      version: {type: string, required: true}
    secrets:
      TOKEN: {required: true}
    outputs:
      url: {value: "${{ jobs.publish.outputs.url }}"}
permissions: read-all
env:
  PYTHON: 3.10
defaults:
  run:
    shell: bash
concurrency:
  group: release
jobs:
  build:
    name: Build on ${{ matrix.os }}
    runs-on: ${{ matrix.os }}
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest]
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - id: version
        if: always()
        name: Version
        run: |
          echo "version=1.0" >> "$GITHUB_OUTPUT"
        working-directory: src
        env: {A: "${{ secrets.A }}"}
        continue-on-error: true
        timeout-minutes: 5
  publish:
    needs: build
    if: ${{ github.repository == 'octo/demo' }}
    runs-on: [self-hosted, linux]
    environment:
      name: pypi
      url: https://pypi.org/p/demo
    permissions:
      id-token: write
      contents: read
    defaults: {run: {working-directory: dist}}
    outputs:
      url: ${{ steps.upload.outputs.url }}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
  call:
    needs: [build, publish]
    uses: ./.github/workflows/other.yml
    with: {version: 1}
    secrets: inherit
"""


def test_every_part_of_a_workflow_is_read() -> None:
    workflow = workflow_from_text(FULL)
    assert (workflow.title, workflow.defaults) == ("Release", Defaults("bash", None, 27))
    assert list(workflow.triggers) == ["push", "schedule", "workflow_dispatch", "workflow_call"]
    assert workflow.triggers["schedule"].filters == {"cron": ["0 4 * * 1"]}
    assert workflow.env == {"PYTHON": 3.1}
    assert workflow.permissions is not None
    assert workflow.permissions.level("contents") == "read"
    assert workflow.permissions.level("id-token") == "none"
    assert workflow.dispatch_inputs["target"].choices == ("pypi", "testpypi")
    assert workflow.dispatch_inputs["dry-run"].default is False
    assert workflow.call is not None
    assert workflow.call.inputs["version"].required
    assert workflow.call.secrets["TOKEN"].required
    assert workflow.call.outputs == {"url": "${{ jobs.publish.outputs.url }}"}


def test_jobs_and_steps_have_their_values_and_lines() -> None:
    jobs = workflow_from_text(FULL).jobs
    step = jobs["build"].steps[1]
    assert (step.position, step.line, step.lines["run"]) == (2, 41, 44)
    assert (step.id, step.condition, step.working_directory, step.continue_on_error) == (
        "version",
        "always()",
        "src",
        True,
    )
    assert jobs["build"].steps[0].inputs == {"fetch-depth": 0}
    assert jobs["build"].steps[0].title == "Run actions/checkout@v4"
    publish = jobs["publish"]
    assert (publish.needs, publish.runs_on) == (("build",), ["self-hosted", "linux"])
    assert publish.environment == Environment("pypi", "https://pypi.org/p/demo", 55)
    assert publish.permissions is not None
    assert (publish.permissions.level("id-token"), publish.permissions.level("packages")) == ("write", "none")
    call = jobs["call"]
    assert (call.uses, call.inputs, call.secrets) == ("./.github/workflows/other.yml", {"version": 1}, "inherit")


def test_keys_without_effect_are_noted_with_the_reason() -> None:
    workflow = workflow_from_text(FULL)
    assert str(workflow.notes[0]).startswith("line 28: concurrency of a workflow: there is one run at a time")
    assert [note.key.name for note in workflow.jobs["build"].notes] == ["fail-fast"]


def test_keys_that_are_not_supported_are_refusals_of_the_job() -> None:
    workflow = workflow_from_text(
        """
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            container: python:3.13
            steps: [{run: a, background: true}, {wait-all: }]
        """
    )
    assert {note.key.name for note in workflow.jobs["a"].refusals} == {"container", "background", "wait-all"}


STEPS = "runs-on: ubuntu-latest, steps: [{run: x}]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "workflow.yml:1: Unexpected value '': write a mapping"),
        ("[1]", "workflow.yml:1: A sequence was not expected"),
        ("{jobs: {a: {STEPS}}}", "workflow.yml:1: Required property is missing: on"),
        ("on: push", "workflow.yml:1: Required property is missing: jobs"),
        ("{on: push, jobs: {}}", "workflow.yml:1: Required property is missing: jobs"),
        (
            "{on: push, job: 1}",
            "workflow.yml:1: Unexpected value 'job', which is not a key of this place (workflow): did",
        ),
        (
            "{on: pusch, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'pusch', which is not an event: did you mean",
        ),
        ("{on: {push: {tag: v}}, jobs: {a: {STEPS}}}", "workflow.yml:1: Unexpected value 'tag', which is not a key"),
        (
            "{on: {push: {tags: [v], tags-ignore: [x]}}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: you may only define one of `tags` and `tags-ignore` for a single event",
        ),
        (
            "{on: {release: {types: [publish]}}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'publish': release has published",
        ),
        ("{on: {schedule: x}, jobs: {a: {STEPS}}}", "workflow.yml:1: Unexpected value 'x': write `- cron"),
        (
            "{on: push, jobs: {a: {steps: [{run: x}]}}}",
            "workflow.yml:1: Required property is missing: runs-on (job 'a')",
        ),
        ("{on: push, jobs: {a: {runs-on: x}}}", "workflow.yml:1: Required property is missing: steps (job 'a')"),
        ("{on: push, jobs: {a b: {STEPS}}}", "workflow.yml:1: the id of the job 'a b' is invalid: begin with a letter"),
        ("{on: push, jobs: {a: {STEPS, run-on: x}}}", "workflow.yml:1: Unexpected value 'run-on', which is not a key"),
        (
            "{on: push, jobs: {a: {uses: ./x, steps: []}}}",
            "workflow.yml:1: Unexpected value 'steps': a job with `uses`",
        ),
        ("{on: push, jobs: {a: {STEPS, with: {}}}}", "workflow.yml:1: Unexpected value 'with': only a job that calls"),
        ("{on: push, jobs: {a: {runs-on: x, steps: [{}]}}}", "workflow.yml:1: There's not enough info"),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{run: a, uses: b}]}}}",
            "workflow.yml:1: a step has either run or uses, not both",
        ),
        ("{on: push, jobs: {a: {runs-on: x, steps: [{run: a, with: {}}]}}}", "workflow.yml:1: Unexpected value 'with'"),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{uses: a, shell: b}]}}}",
            "workflow.yml:1: Unexpected value 'shell'",
        ),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{run: a, id: i}, {run: b, id: I}]}}}",
            "workflow.yml:1: The identifier 'I' may not be used more than once within the same scope",
        ),
        ("{on: push, env: , jobs: {a: {STEPS}}}", "workflow.yml:1: Unexpected value ''"),
        ("{on: push, env: {A: [1]}, jobs: {a: {STEPS}}}", "workflow.yml:1: A sequence was not expected"),
        (
            "{on: push, permissions: write, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'write': write read-all",
        ),
        (
            "{on: push, permissions: {id-token: read}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'read': write write or none for id-token",
        ),
        (
            "{on: push, permissions: {idtoken: write}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'idtoken', which is not a key of this place (permissions): did you mean",
        ),
        ("{on: push, jobs: {a: {STEPS, needs: b}}}", "workflow.yml:1: Job 'a' depends on unknown job 'b'."),
        (
            "{on: push, jobs: {a: {STEPS, needs: b}, b: {STEPS, needs: [c, a]}, c: {STEPS}}}",
            "workflow.yml:1: Job 'a' depends on job 'b' which creates a cycle in the dependency graph.",
        ),
        (
            "{on: push, jobs: {a: {STEPS, strategy: {matrix: {x: y}}}}}",
            "workflow.yml:1: 'x' is not a list",
        ),
        (
            "{on: {workflow_dispatch: {inputs: {a: {type: text}}}}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Unexpected value 'text': an input has the type string",
        ),
        (
            "{on: {workflow_call: {inputs: {a: {required: true}}}}, jobs: {a: {STEPS}}}",
            "workflow.yml:1: Required property is missing: type",
        ),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{run: a, if: secrets.TOKEN}]}}}",
            (
                "workflow.yml:1: Unrecognized named-value: 'secrets'. Located at position 1 within expression: "
                "secrets.TOKEN: jobs.<job_id>.steps.if has no context 'secrets'; put the secret into a variable of env"
            ),
        ),
        (
            "{on: push, jobs: {a: {STEPS, if: env.X}}}",
            (
                "workflow.yml:1: Unrecognized named-value: 'env'. Located at position 1 within expression: env.X: "
                "jobs.<job_id>.if has no context 'env'; available here: github, inputs, vars, needs"
            ),
        ),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{uses: 'a@${{ github.sha }}'}]}}}",
            "workflow.yml:1: A template expression is not allowed in this context: write a fixed text for",
        ),
        (
            "{on: push, jobs: {a: {runs-on: '${{ success() }}', steps: [{run: x}]}}}",
            (
                "workflow.yml:1: Unrecognized function: 'success'. Located at position 1 within expression: success(): "
                "the function is not available in jobs.<job_id>.runs-on"
            ),
        ),
        (
            "{on: push, jobs: {a: {runs-on: x, steps: [{run: '${{ github.ref'}]}}}",
            "workflow.yml:1: The expression is not",
        ),
    ],
)
def test_what_github_rejects_is_an_error_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidWorkflow) as error:
        workflow_from_text(text.replace("STEPS", STEPS), "workflow.yml")
    assert str(error.value).startswith(message)


def test_the_line_of_an_error_is_that_of_the_key() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: x\n        iff: y\n"
    with pytest.raises(InvalidWorkflow, match=r"w\.yml:7: Unexpected value 'iff'"):
        workflow_from_text(text, "w.yml")


def test_the_name_of_a_file_is_relative_to_its_repository(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "release.yml"
    path.parent.mkdir(parents=True)
    path.write_text(FULL, encoding="utf-8")
    assert read_workflow(path).file == ".github/workflows/release.yml"
    lone = tmp_path / "lone.yml"
    lone.write_text(textwrap.dedent(FULL), encoding="utf-8")
    assert read_workflow(lone).file == "lone.yml"
