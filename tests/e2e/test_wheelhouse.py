"""`fake-pypi wheelhouse` with the user's own pip, for which a fake PyPI stands in as the index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi import FakeIndexes, wheel
from tests.unit.cli.schemas import valid_document

PYPROJECT = """\
[build-system]
requires = ["flit-core"]
build-backend = "flit_core.buildapi"

[project]
name = "hello-wheels"
version = "1.0"
description = "A test"
dependencies = ["hello-dependency>=2", "never-here; python_version < '3'"]
optional-dependencies = {more = ["not-asked-for"]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "hello_wheels.py").write_text('"""Hello."""\n')
    return folder


def collect(indexes: FakeIndexes, project: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "fake_pypi", "wheelhouse", *words]
    done = indexes.shell().run(command, cwd=project, check=False)
    return done.returncode, f"{done.stdout}\n{done.stderr}"


def test_what_building_and_installing_need_is_collected(project: Path) -> None:
    before = sorted(project.rglob("*"))
    with FakeIndexes() as indexes:
        indexes.pypi.add(wheel("hello-dependency", "2.1", dependencies=["hello-below"]), wheel("hello-below", "0.1"))
        command = [sys.executable, "-m", "fake_pypi", "wheelhouse", "--json", "../wheels"]
        completed = indexes.shell().run(command, cwd=project)
    document = valid_document(completed.stdout, "wheelhouse")
    assert document["requirements"] == ["flit-core", "hello-dependency>=2"]
    assert document["filenames"] == sorted(file.name for file in (project.parent / "wheels").iterdir())
    found = sorted(file.name.partition("-")[0] for file in (project.parent / "wheels").iterdir())
    assert found == ["flit_core", "hello_below", "hello_dependency"]
    assert sorted(project.rglob("*")) == before


def test_an_unavailable_requirement_is_named(project: Path) -> None:
    with FakeIndexes() as indexes:
        code, said = collect(indexes, project, ".", "wheels")
    assert code == 1
    assert "No matching distribution found for hello-dependency>=2" in said
    assert said.strip().splitlines()[-1].startswith("fake-pypi: the dependencies (hello-dependency>=2) could not")


def test_an_unavailable_build_backend_is_named(project: Path) -> None:
    file = project / "pyproject.toml"
    file.write_text(file.read_text().replace("flit-core", "no-such-backend"))
    with FakeIndexes() as indexes:
        code, said = collect(indexes, project, ".", "wheels")
    assert code == 1
    assert "No matching distribution found for no-such-backend" in said
    assert "the build requirements could not be downloaded" in said
    assert "Traceback" not in said
