"""The recipes of docs/how-to/recipes.md: read from the page, written into a project, and run with the real tools.

`python -m tests.e2e.recipes [NAME…]` runs them offline, with a wheel of this project in a wheelhouse, and writes the
results with date and versions into recipes.json and into the page. The suite runs that of `just`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

from fake_pypi import FakeIndexes
from tests.e2e.workflows.repositories import repository

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "how-to" / "recipes.md"
RESULTS = Path(__file__).with_suffix(".json")
DISTRIBUTIONS = {"just": "rust-just", "make": "", "GitHub Actions": "", "GitLab CI/CD": ""}
"""The distribution of a tool, where it has another name or none."""
THIS_PYTHON = f"python:{sys.version_info.major}.{sys.version_info.minor}"
NOT_RUN = {"pdm": "pdm 2.29.3 fails in its cache while it resolves, with hishel 1.2.1, 1.4.0 and 2.0.0"}
"""Recipes that could not be run, and why."""
ON_HOSTS = ("GitHub Actions", "GitLab CI/CD")
"""Sections without commands: a workflow that uses what they describe is rehearsed."""
WORKFLOW = """
name: Release
on:
  push: {tags: ["v*"]}
jobs:
  rehearse:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./
        with: {requirements: flit_core, arguments: "-- -k check"}
"""
PIPELINE = """
include:
  - local: /templates/fake-pypi.gitlab-ci.yml

fake-pypi:
  variables:
    FAKE_PYPI_REQUIREMENTS: flit_core
    FAKE_PYPI_ARGUMENTS: "-- -k check"
"""
PYPROJECT = """\
[build-system]
requires = ["flit_core>=3.9"]
build-backend = "flit_core.buildapi"

[project]
name = "hello-recipes"
version = "1.0"
description = "A project for recipes."
requires-python = ">=3.11,<3.12"
"""
FILE = re.compile(r"^(At the end of )?`([^`\n]+)`:\n\n```\w+\n(.*?)```", re.DOTALL | re.MULTILINE)
COMMANDS = re.compile(r"^```console\n(.*?)```", re.DOTALL | re.MULTILINE)
PATIENCE = 900.0
"""Seconds for a command: the environment of a tool is made from wheels that are made on request."""


@dataclass(frozen=True)
class Recipe:
    """A section of the page: files by their names, whether each is appended to, and the commands."""

    name: str
    files: tuple[tuple[str, str, bool], ...]
    commands: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Write a small project with the files of the recipe."""
        folder.mkdir()
        (folder / "hello_recipes.py").write_text('"""A project for recipes."""\n', encoding="utf-8")
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        for name, text, is_appended in self.files:
            path = folder / name
            before = path.read_text(encoding="utf-8") + "\n" if is_appended else ""
            path.write_text(before + text, encoding="utf-8")


def recipes() -> dict[str, Recipe]:
    """Return the recipes of the page that have commands, by name."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        name = section.partition("\n")[0].strip()
        files = tuple((file, text, bool(end)) for end, file, text in FILE.findall(section))
        commands = tuple(line.removeprefix("$ ") for text in COMMANDS.findall(section) for line in text.splitlines())
        if commands:
            found[name] = Recipe(name, files, commands)
    return found


def wheel_of_this_project(folder: Path) -> Path:
    """Build the wheel of this project into a folder, which is the wheelhouse of the recipes."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(PROJECT)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def run_recipe(recipe: Recipe, folder: Path, wheelhouse: Path | None, arguments: str = "") -> str:
    """Run the commands of a recipe in a new project where pypi.org is the fake, and return their output."""
    recipe.write(folder)
    wheelhouses = [wheelhouse] if wheelhouse else []
    output = []
    with FakeIndexes(wheelhouse=wheelhouses) as indexes:
        shell = indexes.shell(credentials=False)
        for command in recipe.commands:
            completed = shell.run(f"{command}{arguments}", cwd=folder, check=False, timeout=PATIENCE)
            output.append(f"$ {command}\n{completed.stdout}\n{completed.stderr}")
            if completed.returncode:
                raise RecipeFailed("\n".join(output))
    return "\n".join(output)


class RecipeFailed(Exception):
    """A command of a recipe failed; the message is the output of its commands."""


def run_hook(folder: Path, wheelhouse: Path) -> str:
    """Run the hook that pre-commit installs itself, from a clone of this repository."""
    folder.mkdir()
    git = ["git", "-c", "user.name=A. Maintainer", "-c", "user.email=maintainer@example.com"]
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), "hooks"], cwd=folder, check=True)
    subprocess.run(["git", "init", "--quiet", "project"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Begin"], cwd=folder / "project", check=True)
    command = "pre-commit try-repo ../hooks fake-pypi-check --hook-stage pre-push --verbose"
    with FakeIndexes(wheelhouse=[wheelhouse]) as indexes:
        shell = indexes.shell(credentials=False)
        completed = shell.run(command, cwd=folder / "project", check=False, timeout=PATIENCE)
    if completed.returncode or "Passed" not in completed.stdout:
        raise RecipeFailed(f"{completed.stdout}\n{completed.stderr}")
    return completed.stdout


def run_on_host(name: str, folder: Path, wheelhouse: Path) -> str:
    """Run the action of this repository, or its template for GitLab, in a workflow that is rehearsed here."""
    action, template = PROJECT / "action.yml", PROJECT / "templates" / "fake-pypi.gitlab-ci.yml"
    files = {
        "pyproject.toml": PYPROJECT,
        "hello_recipes.py": '"""A project for recipes."""\n',
        "action.yml": action.read_text(encoding="utf-8"),
        # The job uses the Python of its image, and only this one has wheels here.
        "templates/fake-pypi.gitlab-ci.yml": template.read_text(encoding="utf-8").replace("python:3.13", THIS_PYTHON),
        ".gitlab-ci.yml": PIPELINE,
    }
    file = repository(folder, WORKFLOW, files, tag="v1.0")
    file = file if name == "GitHub Actions" else folder / ".gitlab-ci.yml"
    options = ["--wheelhouse", str(wheelhouse), "--json", *(("--tag", "v1.0") if name == "GitHub Actions" else ())]
    command = [sys.executable, "-m", "fake_pypi", "workflow", str(file), *options]
    completed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if completed.returncode or "release::check PASSED" not in completed.stdout:
        raise RecipeFailed(f"{completed.stdout}\n{completed.stderr}")
    return completed.stdout


def run(name: str, folder: Path, wheelhouse: Path) -> str:
    """Run what a section of the page is about."""
    if name in ON_HOSTS:
        return run_on_host(name, folder, wheelhouse)
    return run_hook(folder, wheelhouse) if name == "pre-commit" else run_recipe(recipes()[name], folder, wheelhouse)


def main(names: Sequence[str]) -> int:
    """Run recipes, by default all, and write the results."""
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        wheelhouse = wheel_of_this_project(Path(scratch, "wheels"))
        for name in names or (*ON_HOSTS, *(name for name in recipes() if name not in NOT_RUN)):
            started = time.monotonic()
            try:
                run(name, Path(scratch, name.replace("/", "-")), wheelhouse)
                result = "passed"
            except RecipeFailed as error:
                print(error)
                result, failed = "failed", True
            seconds = round(time.monotonic() - started)
            results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
            results[name] = {"result": result, "version": version_of(name), "date": today(), "seconds": seconds}
            print(f"{name}: {result} ({seconds} s)", flush=True)
            RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(with_results(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return int(failed)


def version_of(name: str) -> str:
    """Return the version of the tool, "" where it is not a distribution."""
    distribution = DISTRIBUTIONS.get(name, name)
    return metadata.version(distribution) if distribution else ""


def today() -> str:
    """Return the date in UTC."""
    return datetime.now(timezone.utc).date().isoformat()


def with_results(text: str) -> str:
    """Return the page with the stored results."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = [
        f"| {name} | {result['version'] or '-'} | {result['result']} on {result['date']} |"
        for name, result in results.items()
    ]
    lines += [f"| {name} | - | not run: {why} |" for name, why in NOT_RUN.items()]
    table = "\n".join(["## Tested", "", "| recipe | version | result |", "|---|---|---|", *lines])
    begin, rest = text.split("<!-- recipes: written by tests/e2e/recipes.py -->")
    _, end = rest.split("<!-- /recipes -->")
    return f"{begin}<!-- recipes: written by tests/e2e/recipes.py -->\n{table}\n<!-- /recipes -->{end}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
