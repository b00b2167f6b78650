"""Workflows with the features that projects use to publish are read, planned and judged as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.workflows.github.plan import Plan, make_plan
from fake_pypi.workflows.github.problems.find_problems import find_problems, publishing_event
from fake_pypi.workflows.github.triggers import events_of
from fake_pypi.workflows.github.workflow_reader import workflow_from_text

WHEELS = """
name: Wheels
on:
  push:
    branches: [main, '[0-9].[0-9]+']
    tags: ['v*']
  pull_request:
  merge_group:
  schedule:
    - cron: '0 6 * * *'  # every day
concurrency:
  group: ${{ github.workflow }}-${{ github.event.pull_request.number || github.sha }}
  cancel-in-progress: true
env:
  COLOR: yes
  COLUMNS: 150
jobs:
  test:
    name: test ${{ matrix.pyver }} on ${{ matrix.os }}
    strategy:
      fail-fast: false
      matrix:
        pyver: [3.9, '3.10']
        os: [ubuntu, windows]
        experimental: [false]
        exclude:
          - {os: windows, pyver: 3.10}
        include:
          - {pyver: pypy-3.11, os: ubuntu, experimental: true}
    runs-on: ${{ matrix.os }}-latest
    continue-on-error: ${{ matrix.experimental }}
    steps:
      - uses: actions/checkout@v4
      - run: >-  # a folded script
          pytest --numprocesses=0
          && echo done
        env:
          FLAGS: >-
            OS-${{
              runner.os
            }},Py-${{ matrix.pyver }}
      - if: failure()
        run: pytest --lf && exit 1
  check:
    if: always()
    needs: test
    runs-on: ubuntu-latest
    steps:
      - uses: re-actors/alls-green@release/v1
        with:
          jobs: ${{ toJSON(needs) }}
  sdist:
    needs: check
    if: github.event_name == 'push' && contains(github.ref, 'refs/tags/')
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python -m build --sdist
      - uses: actions/upload-artifact@v4
        with: {name: dist-sdist, path: dist}
  wheels:
    needs: check
    if: startsWith(github.ref, 'refs/tags/v') || contains(github.event.pull_request.labels.*.name, 'full build')
    strategy:
      matrix:
        platform:
          - {os: linux, runs-on: ubuntu-latest}
          - {os: linux_aarch64, runs-on: ubuntu-24.04-arm}
          - {os: macos}
        musl: ['', musllinux]
        exclude:
          - platform: {os: macos}
            musl: musllinux
    runs-on: ${{ matrix.platform.runs-on || format('{0}-latest', matrix.platform.os == 'x' && 'ubuntu' || 'macos') }}
    steps:
      - uses: pypa/cibuildwheel@v3.1.3
        env:
          CIBW_SKIP: pp* ${{ matrix.musl == 'musllinux' && '*manylinux*' || '*musllinux*' }}
      - uses: actions/upload-artifact@v4
        with:
          name: >-
            dist-${{ matrix.platform.os }}-${{
              matrix.musl
              || 'glibc'
            }}
          path: ./wheelhouse/*.whl
  deploy:
    needs: [sdist, wheels]
    runs-on: ubuntu-latest
    permissions: {contents: write, id-token: write}
    environment: {name: pypi, url: https://pypi.org/p/demo}
    steps:
      - run: echo "${{ secrets.GITHUB_TOKEN }}" | gh auth login --with-token
      - uses: actions/download-artifact@v4
        with: {path: dist, pattern: dist-*, merge-multiple: true}
      - name: >-
          Publish to PyPI
        uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true}
"""

RELEASES = """
on:
  push: {branches: [main], tags: ["*"]}
  release: {types: [published]}
  workflow_dispatch:
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{uses: hynek/build-and-inspect-python-package@v2}]
  test-pypi:
    environment: release-test-pypi
    if: github.repository_owner == 'octo' && github.event_name == 'push' && github.ref == 'refs/heads/main'
    permissions: {id-token: write}
    needs: build
    runs-on: ubuntu-latest
    steps:
      - &download
        uses: actions/download-artifact@v4
        with: {name: Packages, path: dist}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {repository-url: https://test.pypi.org/legacy/, verbose: true}
  pypi:
    environment: release-pypi
    if: github.repository_owner == 'octo' && github.event.action == 'published'
    permissions: {id-token: write}
    needs: build
    runs-on: ubuntu-latest
    steps:
      - *download
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true}
"""

PROVENANCE = """
on: {push: {tags: ['*']}}
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: {hash: "${{ steps.hash.outputs.hash }}"}
    steps:
      - uses: actions/checkout@v4
      - run: python -m build
      - {id: hash, run: cd dist && echo "hash=$(sha256sum * | base64 -w0)" >> $GITHUB_OUTPUT}
      - uses: actions/upload-artifact@v4
        with: {path: ./dist}
  provenance:
    needs: [build]
    permissions: {actions: read, id-token: write, contents: write}
    uses: slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2
    with: {base64-subjects: "${{ needs.build.outputs.hash }}"}
  publish:
    needs: [provenance]
    environment: publish
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps:
      - uses: actions/download-artifact@v4
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {packages-dir: artifact/, verbose: true}
"""

BY_HAND = """
on:
  workflow_dispatch:
    inputs:
      sha: {description: Commit, type: string}
      dry-run: {type: boolean, default: false}
      environment: {type: choice, options: [testpypi, pypi], required: true}
jobs:
  release:
    if: ${{ !inputs.dry-run }}
    runs-on: ubuntu-22.04
    environment: ${{ inputs.environment }}
    permissions: {id-token: "write"}
    steps:
      - uses: actions/checkout@v5
        with: {ref: "${{ inputs.sha }}"}
      - uses: astral-sh/setup-uv@v6
      - run: |
          import os
          print(os.environ["GITHUB_EVENT_NAME"])
        shell: python
      - run: uv build
      - if: github.event.inputs.environment == 'testpypi'
        run: uv publish --publish-url https://test.pypi.org/legacy/
      - if: github.event.inputs.environment == 'pypi'
        run: uv publish
"""


def planned(text: str, tag: str | None = "v1.0", **inputs: str) -> Plan:
    workflow = workflow_from_text(text)
    event = publishing_event(workflow, events_of(workflow, tag=tag, inputs=inputs), Path())[0]
    return make_plan(workflow, event, Path())


def problems(plan: Plan) -> list[str]:
    return [problem.id for problem in find_problems(plan, Path(), version="1.0")]


@pytest.fixture(autouse=True)
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")


def test_wheels_of_many_platforms_are_planned() -> None:
    plan = planned(WHEELS)
    assert [job.will for job in plan.jobs] == ["run"] * 5
    entries = plan.job("test").entries
    assert entries is not None
    assert [entry.title for entry in entries] == [
        "test 3.9 on ubuntu",
        "test 3.9 on windows",
        "test 3.10 on ubuntu",
        "test pypy-3.11 on ubuntu",
    ]
    wheels = plan.job("wheels").entries
    assert wheels is not None
    assert [(entry.title, entry.runner.is_here) for entry in wheels] == [
        ("wheels (linux, ubuntu-latest)", True),
        ("wheels (linux, ubuntu-latest, musllinux)", True),
        ("wheels (linux_aarch64, ubuntu-24.04-arm)", False),
        ("wheels (linux_aarch64, ubuntu-24.04-arm, musllinux)", False),
        ("wheels (macos)", False),
    ]
    assert problems(plan) == []


def test_a_branch_builds_and_does_not_publish() -> None:
    plan = planned(WHEELS, tag=None)
    assert [job.job.id for job in plan.jobs if job.will == "be skipped"] == ["sdist", "wheels", "deploy"]


def test_the_release_on_github_publishes_and_the_push_of_its_tag_does_not() -> None:
    plan = planned(RELEASES)
    assert str(plan.event) == "release (published) of the tag v1.0"
    assert [(job.job.id, job.will) for job in plan.jobs] == [
        ("build", "run"),
        ("test-pypi", "be skipped"),
        ("pypi", "run"),
    ]
    assert problems(plan) == []


def test_a_workflow_that_makes_provenance_is_left_out() -> None:
    plan = planned(PROVENANCE)
    assert "makes no provenance" in plan.job("provenance").left_out
    assert plan.job("publish").will == "run"
    assert problems(plan) == []


@pytest.mark.parametrize(
    ("inputs", "will", "environment"),
    [
        ({"environment": "pypi"}, "run", "pypi"),
        ({"environment": "testpypi"}, "run", "testpypi"),
        ({"environment": "pypi", "dry-run": "true"}, "be skipped", "pypi"),
    ],
)
def test_inputs_choose_the_index(inputs: dict[str, str], will: str, environment: str) -> None:
    job = planned(BY_HAND, tag=None, **inputs).job("release")
    assert (job.will, job.environment) == (will, environment)


def test_a_workflow_that_is_started_by_hand_may_be_started_for_a_tag() -> None:
    plan = planned(BY_HAND, environment="pypi")
    assert str(plan.event) == "workflow_dispatch of the tag v1.0"
    assert problems(plan) == ["build-with-id-token"]


def test_a_workflow_that_is_only_called_starts_with_its_caller() -> None:
    on = "{workflow_call: {inputs: {plan: {required: true, type: string}}}}"
    text = f"{{on: {on}, jobs: {{a: {{runs-on: ubuntu-latest, steps: [{{run: x}}]}}}}}}"
    assert "rehearse the one that calls it" in planned(text).decision.reason
