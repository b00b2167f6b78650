"""The publishing tools in `run` steps, each with the variables in which it reads its token."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.publishers import programs_on_path
from tests.e2e.workflows.repositories import output, rehearse, repository

pytestmark = pytest.mark.slow

STEPS = {
    "poetry": """
      - run: pipx install poetry
      - run: poetry config pypi-token.pypi "${{ secrets.PYPI_TOKEN }}"
      - run: poetry publish --no-interaction
""",
    "hatch": """
      - run: hatch publish
        env: {HATCH_INDEX_USER: __token__, HATCH_INDEX_AUTH: "${{ secrets.PYPI_TOKEN }}"}
""",
    "pdm": """
      - run: pdm publish --no-build
        env: {PDM_PUBLISH_USERNAME: __token__, PDM_PUBLISH_PASSWORD: "${{ secrets.PYPI_TOKEN }}"}
""",
    "flit": """
      - run: flit publish
        env: {FLIT_USERNAME: __token__, FLIT_PASSWORD: "${{ secrets.PYPI_TOKEN }}"}
""",
    "uv": """
      - uses: astral-sh/setup-uv@v6
        with: {python-version: "3.8"}
      - run: uv publish
        env: {UV_PUBLISH_TOKEN: "${{ secrets.PYPI_TOKEN }}"}
""",
    "twine": """
      - run: pip install twine
      - run: twine upload dist/*
        env: {TWINE_USERNAME: __token__, TWINE_PASSWORD: "${{ secrets.PYPI_TOKEN }}"}
""",
}
PYPROJECT = """
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"

[project]
name = "demo"
version = "1.2.0"
description = "A package for the test"
"""


SAMPLE = ("hatch", "flit")
"""The tools of the suite; `nox -s workflow_tools` runs all of them."""


@pytest.mark.parametrize("tool", tuple(STEPS) if os.environ.get("FAKE_PYPI_EVERY_TOOL") else SAMPLE)
def test_a_tool_publishes_with_its_token_which_is_masked(tool: str, tmp_path: Path) -> None:
    build = "" if tool == "flit" else "      - run: python make_files.py\n"
    workflow = (
        'on: {push: {tags: ["v*"]}}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n'
        f"      - uses: actions/checkout@v4\n{build}{STEPS[tool].lstrip(chr(10))}"
    )
    file = repository(tmp_path / "demo", workflow, {"pyproject.toml": PYPROJECT, "demo.py": '"""Demo."""\n'})

    with programs_on_path(tool):
        report = rehearse(file)

    assert not report.failed, "\n".join([*report.mistakes, output(report, "publish")])
    assert "demo-1.2.0" in report.published[0]
    assert report.published[0].startswith("on PyPI: ")
    assert "the secret PYPI_TOKEN is taken for a token of PyPI, which it reached" in report.notes
    titles = " ".join(step.title for each in report.jobs for step in each.steps)
    assert "pypi-Ag" not in titles + output(report, "publish")
