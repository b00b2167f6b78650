"""The plan says before a run which jobs run, with which entries, permissions and environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.triggers import events_of, starting_event
from fake_pypi.workflows.github.workflow_reader import read_workflow, workflow_from_text
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

HYPHENS = """
on: {push: {tags: ["v*"]}}
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: {version: "${{ steps.version.outputs.version }}"}
    steps: [{id: version, run: x}]
  testpypi:
    needs: build
    if: contains(github.ref_name, '-')
    runs-on: ubuntu-latest
    environment: testpypi
    permissions: {id-token: write}
    steps: [{run: x}]
  pypi:
    needs: build
    if: "!contains(github.ref_name, '-')"
    runs-on: ubuntu-latest
    environment: {name: "${{ startsWith(github.ref, 'refs/tags/') && 'pypi' || 'none' }}"}
    permissions: {id-token: write}
    steps: [{run: x}]
  after:
    needs: pypi
    runs-on: ubuntu-latest
    steps: [{run: x}]
  report:
    needs: [testpypi, pypi]
    if: always() && needs.pypi.result == 'success'
    runs-on: ubuntu-latest
    steps: [{run: x}]
  conditional:
    needs: build
    if: needs.build.outputs.version != ''
    runs-on: ubuntu-latest
    steps: [{run: x}]
  last:
    needs: conditional
    runs-on: ubuntu-latest
    steps: [{run: x}]
"""


def planned(text: str, root: Path = Path(), tag: str = "v1.0") -> Plan:
    workflow = workflow_from_text(text)
    return make_plan(workflow, starting_event(workflow, events_of(workflow, tag=tag))[0], root)


@pytest.mark.parametrize(
    ("tag", "running", "skipped"),
    [
        ("v1.0", ["build", "pypi", "after", "report"], ["testpypi"]),
        ("v1.0-rc1", ["build", "testpypi"], ["pypi", "after", "report"]),
    ],
)
def test_tags_with_a_hyphen_run_other_jobs(tag: str, running: list[str], skipped: list[str]) -> None:
    plan = planned(HYPHENS, tag=tag)
    assert [job.job.id for job in plan.jobs if job.will == "run"] == running
    assert [job.job.id for job in plan.jobs if job.will == "be skipped"] == skipped


def test_each_job_has_a_reason() -> None:
    plan = planned(HYPHENS, tag="v1.0-rc1")
    assert plan.job("build").reason == "it has no `if`"
    assert plan.job("testpypi").reason == "its `if` (contains(github.ref_name, '-'), line 10) is true"
    assert plan.job("pypi").reason == "its `if` (!contains(github.ref_name, '-'), line 17) is false"
    assert plan.job("after").reason == "it needs pypi, which is skipped"


def test_what_depends_on_outputs_is_known_only_when_the_workflow_runs() -> None:
    plan = planned(HYPHENS)
    assert (plan.job("conditional").will, plan.job("last").will) == ("depend", "depend")
    assert "is known only when the workflow runs" in plan.job("conditional").reason
    assert plan.job("last").reason == "it needs conditional, which may be skipped"


def test_environments_and_permissions_are_resolved() -> None:
    plan = planned(HYPHENS)
    assert [job.environment for job in plan.jobs[:3]] == [None, "testpypi", "pypi"]
    permissions = plan.job("pypi").permissions
    assert permissions is not None
    assert (permissions.level("id-token"), permissions.level("contents")) == ("write", "none")
    assert plan.job("build").permissions is None


MATRIX = """
on: push
jobs:
  list:
    runs-on: ubuntu-latest
    outputs: {all: x}
    steps: [{run: x}]
  static:
    name: wheels for ${{ matrix.os }}
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-latest, windows-latest]
        include: [{os: macos-15, python: 3.13}]
    steps: [{run: x}]
  computed:
    runs-on: ubuntu-latest
    strategy: {matrix: {python: "${{ fromJSON('[1, 2]') }}"}}
    steps: [{run: x}]
  late:
    needs: list
    runs-on: ubuntu-latest
    strategy: {matrix: {python: "${{ fromJSON(needs.list.outputs.all) }}"}}
    steps: [{run: x}]
"""


def test_matrix_entries_have_titles_and_runners(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    entries = planned(MATRIX).job("static").entries
    assert entries is not None
    assert [(entry.title, entry.runner.is_here) for entry in entries] == [
        ("wheels for ubuntu-latest", True),
        ("wheels for windows-latest", False),
        ("wheels for macos-15", False),
    ]


def test_a_matrix_from_an_expression_is_expanded_when_it_is_known() -> None:
    plan = planned(MATRIX)
    entries = plan.job("computed").entries
    assert entries is not None
    assert [entry.title for entry in entries] == ["computed (1)", "computed (2)"]
    assert plan.job("late").entries is None


def repository(folder: Path, **files: str) -> Path:
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for name, text in files.items():
        (workflows / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


CALLER = """
on: push
jobs:
  call:
    uses: ./.github/workflows/called.yml
    permissions: {id-token: write, contents: read}
    with: {target: "${{ github.ref_name }}"}
    secrets: {TOKEN: "${{ secrets.X }}"}
"""
CALLED = """
on:
  workflow_call:
    inputs: {target: {type: string, required: true}, dry: {type: boolean}}
    secrets: {TOKEN: {required: true}}
jobs:
  inner:
    if: inputs.target == 'v1.0' && !inputs.dry
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps: [{run: x}]
"""


def of_files(folder: Path, **files: str) -> Plan:
    root = repository(folder, **files)
    workflow = read_workflow(root / ".github/workflows/caller.yml")
    return make_plan(workflow, events_of(workflow, tag="v1.0")[0], root)


def test_a_local_reusable_workflow_is_planned_with_its_inputs(tmp_path: Path) -> None:
    called = of_files(tmp_path, caller=CALLER, called=CALLED).job("call").called
    assert called is not None
    assert called.workflow.file == ".github/workflows/called.yml"
    assert called.contexts["inputs"] == {"target": "v1.0", "dry": False}
    assert called.job("inner").will == "run"
    assert called.decision.reason == "it is called by the job 'call'"


def test_a_workflow_of_another_repository_is_not_available(tmp_path: Path) -> None:
    text = "{on: push, jobs: {call: {uses: octo/shared/.github/workflows/publish.yml@v1}}}"
    plan = of_files(tmp_path, caller=text)
    assert plan.job("call").called is None
    assert plan.job("call").left_out == (
        "octo/shared/.github/workflows/publish.yml@v1 is a workflow of another repository, which is not available here"
    )


def test_a_workflow_of_another_repository_whose_outputs_are_used_cannot_be_left_out(tmp_path: Path) -> None:
    text = """
on: push
jobs:
  call: {uses: octo/shared/.github/workflows/build.yml@v1}
  publish:
    needs: call
    runs-on: ubuntu-latest
    steps: [{run: "echo ${{ needs.call.outputs.name }}"}]
"""
    job = of_files(tmp_path, caller=text).job("call")
    assert job.left_out == ""
    assert job.unavailable.endswith("and the job publish needs its outputs")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("called.yml", "none.yml", "caller.yml:5: the workflow './.github/workflows/none.yml' was not found"),
        ("./.github/workflows/called.yml", "called.yml", "caller.yml:5: invalid value workflow reference: no version"),
        ("called.yml", "called.yml@v1", "caller.yml:5: invalid value workflow reference"),
        ("{target:", "{targets:", "caller.yml:7: Invalid input, targets is not defined in the referenced workflow"),
        ('with: {target: "${{ github.ref_name }}"}', "", "caller.yml:5: Input target is required, but not provided"),
        ('secrets: {TOKEN: "${{ secrets.X }}"}', "", "caller.yml:5: Secret TOKEN is required, but not provided"),
        ("{TOKEN:", "{OTHER:", "caller.yml:8: Invalid secret, OTHER is not defined in the referenced workflow"),
        ("target:", "dry: maybe, target:", "caller.yml:7: the input 'dry' is a boolean, not 'maybe'"),
        (
            "{id-token: write, contents: read}",
            "{contents: read}",
            "caller.yml:6: Error calling workflow './.github/workflows/called.yml'. The nested job",
        ),
    ],
)
def test_a_call_that_github_rejects_is_an_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidWorkflow) as error:
        of_files(tmp_path, caller=CALLER.replace(old, new), called=CALLED)
    assert str(error.value).removeprefix(".github/workflows/").startswith(message)


def test_without_permissions_of_the_caller_those_of_the_repository_decide(tmp_path: Path) -> None:
    caller = CALLER.replace("    permissions: {id-token: write, contents: read}\n", "")
    assert of_files(tmp_path, caller=caller, called=CALLED).job("call").called is not None


def test_a_workflow_without_workflow_call_cannot_be_called(tmp_path: Path) -> None:
    called = "{on: push, jobs: {a: {runs-on: ubuntu-latest, steps: [{run: x}]}}}"
    with pytest.raises(InvalidWorkflow, match="workflow is not reusable as it is missing a `on"):
        of_files(tmp_path, caller=CALLER, called=called)


def test_workflows_that_call_each_other_are_an_error(tmp_path: Path) -> None:
    text = "{on: [push, workflow_call], jobs: {a: {uses: ./.github/workflows/caller.yml}}}"
    with pytest.raises(InvalidWorkflow, match="workflows call each other on more than 10 levels"):
        of_files(tmp_path, caller=text)


ACTION = """
name: Build
inputs: {python: {default: 3.13}}
outputs: {dist: {value: "${{ steps.build.outputs.dist }}"}}
runs:
  using: composite
  steps:
    - {id: build, run: python -m build, shell: bash}
    - uses: ./.github/actions/other
"""


def with_action(folder: Path, text: str = ACTION) -> Plan:
    for name, content in {"build": text, "other": "{runs: {using: node20, main: index.js}}"}.items():
        action = folder / ".github" / "actions" / name
        action.mkdir(parents=True)
        (action / "action.yml").write_text(content, encoding="utf-8")
    uses = "{on: push, jobs: {a: {runs-on: ubuntu-latest, steps: [{uses: ./.github/actions/build}]}}}"
    return of_files(folder, caller=uses)


def test_actions_of_the_repository_are_read_through_other_actions(tmp_path: Path) -> None:
    actions = with_action(tmp_path).job("a").actions
    assert list(actions) == ["./.github/actions/build", "./.github/actions/other"]
    build = actions["./.github/actions/build"]
    assert (build.using, build.inputs["python"].default) == ("composite", "3.13")
    assert build.outputs == {"dist": "${{ steps.build.outputs.dist }}"}
    assert [note.key.name for note in actions["./.github/actions/other"].notes] == ["main"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (", shell: bash", "", "build/action.yml:8: Required property is missing: shell: add `shell: bash`"),
        ("actions/other", "actions/none", "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under"),
        ("./.github/actions/other", "./../../..", "is outside of the repository"),
        ("python -m build", '"${{ secrets.X }}"', "Unrecognized named-value: 'secrets'"),
        ("runs:", "run:", "Required property is missing: runs"),
    ],
)
def test_an_action_that_github_rejects_is_an_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidWorkflow) as error:
        with_action(tmp_path, ACTION.replace(old, new))
    assert message in str(error.value)


def test_a_job_with_a_container_cannot_be_run_here() -> None:
    text = "{on: push, jobs: {a: {runs-on: ubuntu-latest, container: 'python:3', steps: [{run: x}]}}}"
    assert planned(text).job("a").unavailable == "a job in a container is not run, because no containers are started"
