"""The project's own release: PyPI would accept its wheel and its sdist, and the sdist has what the tests need."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from fake_pypi.rehearsal.source_copy import copy_source

PROJECT = Path(__file__).resolve().parents[2]
NOT_IN_THE_SDIST = {".ci", ".git", ".github"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (PROJECT / "src").is_dir():
        pytest.skip("src/ is not here: an installed wheel is tested, and another job builds the project")
    return copy_source(PROJECT, tmp_path_factory.mktemp("own-release"))


@pytest.fixture(scope="module")
def distributions(source: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    dist = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(dist), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return sorted(dist.iterdir())


# One worker builds for all tests of this file.
@pytest.mark.xdist_group("own-release")
def test_pypi_would_accept_the_wheel_and_the_sdist(distributions: list[Path]) -> None:
    assert [path.suffix for path in distributions] == [".whl", ".gz"]
    command = [sys.executable, "-m", "fake_pypi", "check", *map(str, distributions)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("PyPI would accept it") == 2


@pytest.mark.xdist_group("own-release")
def test_the_sdist_has_every_file_that_the_tests_need(source: Path, distributions: list[Path]) -> None:
    in_the_project = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    with tarfile.open(distributions[-1]) as archive:
        in_the_sdist = {Path(*Path(name).parts[1:]) for name in archive.getnames()}
    missing = {path for path in in_the_project - in_the_sdist if path.parts[0] not in NOT_IN_THE_SDIST}
    assert missing == set()
