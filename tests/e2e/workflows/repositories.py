"""Make small git repositories with a workflow, and rehearse it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

from fake_pypi.workflows.github.running.workflow_rehearsal import WorkflowOptions, WorkflowRehearsal
from fake_pypi.workflows.running.run_report import JobReport, WorkflowReport

MAKE_FILES = '''
"""Write a wheel and an sdist without a build backend, which would take seconds."""

import io
import pathlib
import sys
import tarfile
import zipfile

version = sys.argv[1] if len(sys.argv) > 1 else "1.2.0"
folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "dist")
folder.mkdir(parents=True, exist_ok=True)
metadata = f"Metadata-Version: 2.1\\nName: demo\\nVersion: {version}\\nSummary: x\\n"
info = f"demo-{version}.dist-info"
with zipfile.ZipFile(folder / f"demo-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr("demo.py", "")
    wheel.writestr(f"{info}/METADATA", metadata)
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    names = ("demo.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD")
    wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\\n" for name in names))
with tarfile.open(folder / f"demo-{version}.tar.gz", "w:gz") as sdist:
    for name, text in (("PKG-INFO", metadata), ("pyproject.toml", "")):
        member = tarfile.TarInfo(f"demo-{version}/{name}")
        member.size = len(text)
        sdist.addfile(member, io.BytesIO(text.encode()))
'''

BUILD_JOB = """
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: python make_files.py
      - uses: actions/upload-artifact@v4
        with:
          name: dist
          path: dist/
"""


def repository(folder: Path, workflow: str, files: dict[str, str] | None = None, *, tag: str = "v1.2.0") -> Path:
    """Make a git repository with a project, a workflow and a tag; return the workflow file."""
    file = folder / ".github" / "workflows" / "release.yml"
    contents = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1.2.0"\n',
        "make_files.py": MAKE_FILES,
        ".github/workflows/release.yml": dedent(workflow).lstrip("\n"),
        **(files or {}),
    }
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://github.com/octo/demo.git")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    if tag:
        git(folder, "tag", tag)
    return file


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return its output."""
    who = ["-c", "user.name=A. Maintainer", "-c", "user.email=maintainer@example.com"]
    result = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return result.stdout


def rehearse(file: Path, **options: Any) -> WorkflowReport:
    """Run a workflow for the tag v1.2.0, unless the options name another event."""
    options.setdefault("tag", "v1.2.0")
    if options["tag"] is None:
        del options["tag"]
    with WorkflowRehearsal(WorkflowOptions(file, **options)) as rehearsal:
        assert rehearsal.decision.runs, rehearsal.decision.reason
        return rehearsal.run()


def job(report: WorkflowReport, title: str) -> JobReport:
    """Return the report of a job."""
    return next(each for each in report.jobs if each.title == title)


def output(report: WorkflowReport, title: str) -> str:
    """Return the output of all steps of a job with their errors."""
    return "\n".join(line for step in job(report, title).steps for line in [*step.lines, step.error] if line)
