from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from fake_pypi.packages import build_backend
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel

RECIPE = Recipe("Demo.Tool", "1.0", scripts={"demo": "demo_tool:main"}, license_files={"LICENSE": "free\n"})


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with tarfile.open(sdist(RECIPE).write_to(tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    monkeypatch.chdir(tmp_path / RECIPE.stem)
    return tmp_path


def test_it_has_no_build_requirements(tree: Path) -> None:
    assert build_backend.get_requires_for_build_wheel() == build_backend.get_requires_for_build_sdist() == []


def test_it_makes_the_wheel_of_the_recipe(tree: Path) -> None:
    filename = build_backend.build_wheel(str(tree))
    assert filename == wheel(RECIPE).filename
    assert (tree / filename).read_bytes() == wheel(RECIPE).read()


def test_the_prepared_metadata_is_that_of_the_wheel(tree: Path) -> None:
    folder = tree / build_backend.prepare_metadata_for_build_wheel(str(tree))
    assert (folder / "METADATA").read_bytes() == RECIPE.metadata()
    assert (folder / "entry_points.txt").read_bytes() == RECIPE.entry_points_txt()
    assert (folder / "licenses" / "LICENSE").read_text() == "free\n"


def test_it_makes_an_sdist_of_the_same_files(tree: Path) -> None:
    before = sdist(RECIPE).write_to(tree / "before")
    filename = build_backend.build_sdist(str(tree))
    with tarfile.open(before) as first, tarfile.open(tree / filename) as second:
        assert sorted(first.getnames()) == sorted(second.getnames())
