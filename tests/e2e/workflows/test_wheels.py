"""A C extension that cibuildwheel builds, with the other actions of such workflows."""

from __future__ import annotations

import sys

import pytest

from fake_pypi.workflows.running.run_report import WorkflowReport
from tests.e2e.workflows.repositories import job, output, rehearse, repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("wheels-of-a-workflow"),
    pytest.mark.skipif(sys.platform != "linux", reason="only wheels for Linux have to be repaired for PyPI"),
]

EXTENSION = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "fast_demo", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_fast_demo(void) { return PyModule_Create(&module); }
"""
FILES = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
    "setup.py": "from setuptools import Extension, setup\n"
    'setup(name="fast-demo", version="1.2.0", ext_modules=[Extension("fast_demo", ["fast_demo.c"])])\n',
    "fast_demo.c": EXTENSION,
}
WORKFLOW = """
on: {push: {tags: ["v*"]}}
jobs:
  wheels:
    strategy:
      matrix:
        include:
          - {os: ubuntu-latest, archs: auto}
          - {os: ubuntu-latest, archs: s390x}
          - {os: macos-latest, archs: arm64}
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/checkout@v4
      - uses: pypa/cibuildwheel@v2.21
        env: {CIBW_ARCHS_LINUX: "${{ matrix.archs }}", CIBW_TEST_COMMAND: "python -c 'import fast_demo'"}
      - uses: actions/upload-artifact@v4
        with: {name: "files-${{ matrix.os }}-${{ matrix.archs }}", path: ./wheelhouse/*.whl, if-no-files-found: error}
  check:
    if: always()
    needs: wheels
    runs-on: ubuntu-latest
    steps:
      - uses: re-actors/alls-green@release/v1
        with: {jobs: "${{ toJSON(needs) }}"}
  provenance:
    needs: wheels
    permissions: {id-token: write, contents: write, actions: read}
    uses: slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2.1.0
    with: {base64-subjects: ""}
  publish:
    needs: [check, provenance]
    runs-on: ubuntu-latest
    environment: {name: pypi, url: "https://pypi.org/p/fast-demo"}
    permissions: {id-token: write}
    steps:
      - uses: actions/download-artifact@v4
        with: {pattern: files-*, path: dist, merge-multiple: true}
      - run: sudo apt-get install --yes pandoc
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {verbose: true, package-dir: dist}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> WorkflowReport:
    return rehearse(repository(tmp_path_factory.mktemp("wheels") / "demo", WORKFLOW, FILES))


def test_the_wheel_of_this_platform_is_built_repaired_and_published(report: WorkflowReport) -> None:
    assert not report.failed, "\n".join([*report.mistakes, *(output(report, each.title) for each in report.jobs)])
    (published,) = report.published
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    assert published.startswith(f"on PyPI: fast_demo-1.2.0-{tag}-{tag}-manylinux")
    assert "auditwheel repair fast_demo" in output(report, "wheels (ubuntu-latest, auto)")


def test_wheels_of_other_platforms_are_left_out_with_notes(report: WorkflowReport) -> None:
    assert any("s390x is not built on this machine" in note for note in report.notes)
    assert job(report, "wheels (macos-latest, arm64)").result == "not run here"
    assert "pypa/cibuildwheel: `test-command` is not run" in report.notes


def test_a_workflow_for_provenance_is_left_out(report: WorkflowReport) -> None:
    assert "makes no provenance" in job(report, "provenance").reason
    assert "wheels: success" in output(report, "check")


def test_programs_that_would_change_the_machine_are_not_run(report: WorkflowReport) -> None:
    assert "`sudo apt-get install --yes pandoc` was not run" in report.notes


def test_an_input_that_the_action_does_not_have_is_found(report: WorkflowReport) -> None:
    assert any("'package-dir'" in warning and "did you mean 'packages-dir'?" in warning for warning in report.warnings)
