"""Rehearse a project with each publishing tool, and write what its commands did into the docs.

python -m tests.e2e.publishers             rehearse with every tool, store the results, write the table
python -m tests.e2e.publishers --render    write the table again from the stored results
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.explain.findings import explain  # noqa: E402
from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject  # noqa: E402
from fake_pypi.rehearsal.project_tools.upload_tools import UPLOAD_TOOLS  # noqa: E402
from fake_pypi.settings import Settings  # noqa: E402
from tests.e2e.provision import PINS, programs_of  # noqa: E402

RESULTS = Path(__file__).with_name("publishers.json")
PAGE = PROJECT / "docs" / "reference" / "publishers.md"
BEGIN, END = "<!-- table: written by tests/e2e/publishers.py -->", "<!-- /table -->"
BACKENDS = {
    "twine": ("setuptools", "setuptools.build_meta"),
    "uv": ("hatchling", "hatchling.build"),
    "poetry": ("poetry-core", "poetry.core.masonry.api"),
    "hatch": ("hatchling", "hatchling.build"),
    "flit": ("flit_core", "flit_core.buildapi"),
    "pdm": ("pdm-backend", "pdm.backend"),
    "maturin": ("maturin", "maturin"),
}
PYPROJECT = """\
[build-system]
requires = ["{requirement}"]
build-backend = "{backend}"

[project]
name = "hello-tools"
version = "1.0"
description = "A package for the test"
readme = "README.md"
requires-python = ">=3.10"
"""
CRATE = '[package]\nname = "hello-tools"\nversion = "1.0.0"\nedition = "2021"\n'


@dataclass(frozen=True)
class Outcome:
    """The commands of the steps with exit codes, and what PyPI and the tool answered to changed files.

    `commands` are of the steps `build` to `upload again`. `rejected` is the rule that rejected changed files (None:
    none did), `explained` whether `explain` finds it in the output of the tool.
    """

    commands: list[tuple[str, str, int | None]]
    rejected: str | None
    explained: bool


def measure(tool: str, folder: Path) -> Outcome:
    """Rehearse a small project with one tool as publisher and builder."""
    write_project(tool, folder)
    builder = "build" if tool == "twine" else tool
    # A maturin project's sdist would need maturin where pytest runs.
    settings = Settings(publisher=tool, builder=builder, build="wheel" if tool == "maturin" else "both")  # type: ignore[arg-type]
    with programs_on_path(tool), Rehearsal(SourceProject.at(folder), settings, STEPS) as rehearsal:
        rehearsal.run_step("upload to TestPyPI")
        rehearsal.run_step("upload again")
        assert rehearsal.blocked_requests == []
        rejections = list(rehearsal.resources.indexes.pypi.rejections)
        names = ("build", "upload to TestPyPI", "upload to PyPI", "upload again")
        records = [record for name in names for record in rehearsal.runs[name].commands]
        outputs = [f"{record.stdout}\n{record.stderr}" for record in records if record.returncode]
        causes = {cause.id for output in outputs for finding in explain(output) for cause in finding.causes}
        return Outcome(
            [(record.step, record.command, record.returncode) for record in records],
            rejections[0].rule if rejections else None,
            "duplicate-file" in causes,
        )


def write_project(tool: str, folder: Path) -> None:
    """Write a project with the build backend of the tool's makers."""
    requirement, backend = BACKENDS[tool]
    more = '\n[tool.maturin]\nbindings = "bin"\n' if tool == "maturin" else ""
    text = PYPROJECT.format(requirement=requirement, backend=backend) + more
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text("# Hello\n", encoding="utf-8")
    (folder / "hello_tools.py").write_text('"""Hello."""\n', encoding="utf-8")
    if tool == "maturin":
        (folder / "src").mkdir()
        (folder / "src" / "main.rs").write_text("fn main() {}\n", encoding="utf-8")
        (folder / "Cargo.toml").write_text(CRATE, encoding="utf-8")


@contextmanager
def programs_on_path(tool: str) -> Iterator[None]:
    """Add the pinned tool to PATH, behind the running environment."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{before}{os.pathsep}{programs_of(tool, 'newest')}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def run() -> None:
    """Measure every tool, and store the results."""
    results: dict[str, object] = {}
    for tool in UPLOAD_TOOLS:
        with tempfile.TemporaryDirectory() as folder:
            results[tool] = asdict(measure(tool, Path(folder)))
    versions = {tool: PINS["newest"][tool][0] for tool in UPLOAD_TOOLS}
    measured = {"measured": f"{datetime.now(timezone.utc):%Y-%m-%d}", "versions": versions, "results": results}
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def table() -> str:
    """Return the table of the documentation."""
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = ["| tool | step | command | exit code |", "|---|---|---|---|"]
    for tool, outcome in stored["results"].items():
        name = stored["versions"][tool].replace("==", " ").replace("[locked]", "")
        for step, command, code in outcome["commands"]:
            lines.append(f"| {name} | {step} | `{command}` | {code} |")
            name = ""
    return "\n".join([f"Measured on {stored['measured']}.", "", *lines])


def rendered(page: str) -> str:
    """Return the page of the documentation with the table of the stored results."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    if "--render" not in sys.argv:
        run()
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
