"""Rehearse a commit behind its tag with each version tool, and write the version of the build into the docs.

python -m tests.e2e.version_tools             rehearse with every tool, store the results, write the table
python -m tests.e2e.version_tools --render    write the table again from the stored results

The tools have to be installed in the running environment: `nox -s publishers` does it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from fake_pypi.rehearsal import STEPS, Rehearsal, SourceProject  # noqa: E402
from fake_pypi.settings import Settings  # noqa: E402

RESULTS = Path(__file__).with_name("version_tools.json")
PAGE = PROJECT / "docs" / "how-to" / "tag-versions.md"
BEGIN, END = "<!-- table: written by tests/e2e/version_tools.py -->", "<!-- /table -->"

BUILD_SYSTEM = '[build-system]\nrequires = {requires}\nbuild-backend = "{backend}"\n'
METADATA = """\
[project]
name = "hello-tags"
dynamic = ["version"]
description = "A package for the test"
readme = "README.md"
requires-python = ">=3.9"
"""
PACKAGES = '[tool.setuptools]\npackages = ["hello_tags"]\n'
VERSIONEER = """\
[tool.versioneer]
VCS = "git"
style = "pep440"
versionfile_source = "hello_tags/_version.py"
versionfile_build = "hello_tags/_version.py"
tag_prefix = "v"
"""
TOOLS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "setuptools-scm": (("setuptools", "setuptools-scm"), "setuptools.build_meta", f"[tool.setuptools_scm]\n{PACKAGES}"),
    "hatch-vcs": (("hatchling", "hatch-vcs"), "hatchling.build", '[tool.hatch.version]\nsource = "vcs"\n'),
    "pdm-backend": (("pdm-backend",), "pdm.backend", '[tool.pdm.version]\nsource = "scm"\n'),
    "poetry-dynamic-versioning": (
        ("poetry-core", "poetry-dynamic-versioning"),
        "poetry_dynamic_versioning.backend",
        '[tool.poetry]\nversion = "0.0.0"\n[tool.poetry-dynamic-versioning]\nenable = true\n',
    ),
    "uv-dynamic-versioning": (
        ("hatchling", "uv-dynamic-versioning"),
        "hatchling.build",
        '[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n',
    ),
    "versioningit": (("setuptools", "versioningit"), "setuptools.build_meta", f"[tool.versioningit]\n{PACKAGES}"),
    "versioneer": (
        ("setuptools", "versioneer"),
        "setuptools.build_meta",
        f"{VERSIONEER}{PACKAGES}",
    ),
    "setuptools-git-versioning": (
        ("setuptools", "setuptools-git-versioning"),
        "setuptools.build_meta",
        f"[tool.setuptools-git-versioning]\nenabled = true\n{PACKAGES}",
    ),
}
SETUP_PY = (
    "import versioneer\nfrom setuptools import setup\n"
    "setup(version=versioneer.get_version(), cmdclass=versioneer.get_cmdclass())\n"
)


def measure(tool: str, folder: Path) -> dict[str, str]:
    """Return the version that a rehearsal builds, and why, for a commit behind the tag v1.2.0 with a changed file."""
    write_repository(tool, folder)
    with Rehearsal(SourceProject.at(folder), Settings(builder="build"), STEPS) as rehearsal:
        rehearsal.run_step("check")
        (reason,) = [line for line in rehearsal.chosen if line.startswith("version ")]
        return {"version": rehearsal.resources.release.version, "reason": reason}


def write_repository(tool: str, folder: Path) -> None:
    """Write a project that takes its version from tags, and two commits, of which the first has a tag."""
    requires, backend, settings = TOOLS[tool]
    build_system = BUILD_SYSTEM.format(requires=json.dumps(requires), backend=backend)
    (folder / "hello_tags").mkdir()
    (folder / "hello_tags" / "__init__.py").write_text('"""Hello."""\n', encoding="utf-8")
    (folder / "README.md").write_text("# Hello\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text(build_system + METADATA + settings, encoding="utf-8")
    if tool == "versioneer":
        (folder / "setup.py").write_text(SETUP_PY, encoding="utf-8")
    _git(folder, "init", "--quiet")
    if tool == "versioneer":
        install = [sys.executable, "-m", "versioneer", "install", "--no-vendor"]
        subprocess.run(install, cwd=folder, check=True, capture_output=True)
    for message in ("one", "two"):
        (folder / "NEWS").write_text(message, encoding="utf-8")
        _git(folder, "add", ".")
        _git(folder, "commit", "--quiet", "--message", message)
        if message == "one":
            _git(folder, "tag", "v1.2.0")
    (folder / "README.md").write_text("# Changed\n", encoding="utf-8")


def _git(folder: Path, *arguments: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=clean, check=True, capture_output=True)


def run() -> None:
    """Measure every tool, and store the results."""
    results = {}
    for tool in TOOLS:
        with tempfile.TemporaryDirectory() as folder:
            results[tool] = {**measure(tool, Path(folder)), "tool": f"{tool} {metadata.version(tool)}"}
            print(tool, results[tool], flush=True)
    measured = {"measured": f"{datetime.now(timezone.utc):%Y-%m-%d}", "results": results}
    RESULTS.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def table() -> str:
    """Return the table of the documentation."""
    stored = json.loads(RESULTS.read_text(encoding="utf-8"))
    lines = ["| tool | version of the build |", "|---|---|"]
    lines += [f"| {outcome['tool']} | {outcome['version']} |" for outcome in stored["results"].values()]
    return "\n".join([f"Measured on {stored['measured']}.", "", *lines])


def rendered(page: str) -> str:
    """Return the page of the documentation with the table of the stored results."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    if "--render" not in sys.argv:
        run()
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
