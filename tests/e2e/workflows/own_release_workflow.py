"""The project's own publishing workflow, run by `fake-pypi workflow`: the files of a new tag reach both indexes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fake_pypi
from fake_pypi.rehearsal.source_copy import copy_source

PROJECT = Path(__file__).resolve().parents[3]
REPOSITORY = "pytest-fake-pypi/pytest-fake-pypi"


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workflow in a copy of this project without tags, because a tag that exists is rehearsed, not the files."""
    if not (PROJECT / "src").is_dir() or not (PROJECT / ".github").is_dir():
        pytest.skip("src/ or .github/ is not here: an installed wheel or an unpacked sdist is tested")
    source = copy_source(PROJECT, tmp_path_factory.mktemp("own-workflow"))
    if (source / ".git").is_dir():
        shutil.rmtree(source / ".git")
    else:
        (source / ".git").unlink(missing_ok=True)
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], [*identity, "commit", "--quiet", "--message", "Release"]):
        subprocess.run(["git", *words], cwd=source, check=True, capture_output=True)
    return source / ".github" / "workflows" / "release.yml"


@pytest.mark.slow
def test_the_release_workflow_publishes_to_testpypi_and_then_to_pypi(workflow: Path) -> None:
    version = fake_pypi.__version__
    command = [sys.executable, "-m", "fake_pypi", "workflow", str(workflow), "--tag", f"v{version}"]
    command += ["--repository", REPOSITORY]
    run = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", timeout=600)
    assert run.returncode == 0, run.stdout + run.stderr
    _, _, summary = run.stdout.partition("\nPublished:\n")
    files = f"pytest_fake_pypi-{version}-py3-none-any.whl, pytest_fake_pypi-{version}.tar.gz"
    assert f"  - on PyPI: {files}\n  - on TestPyPI: {files}\n" in summary
    assert run.stdout.index("== Publish to TestPyPI") < run.stdout.index("== Publish to PyPI")
    assert run.stdout.count("$ twine upload --attestations") == 2
    assert "Failed" not in summary
    assert "Mistakes" not in summary


def test_the_page_about_releases_has_the_publishers_that_the_workflow_needs() -> None:
    page = (PROJECT / "docs" / "contributing" / "releasing.md").read_text(encoding="utf-8")
    owner, _, name = REPOSITORY.partition("/")
    for environment in ("testpypi", "pypi"):
        assert f"| {owner} | {name} | release.yml | {environment} |" in page
