"""Source distributions are built by pip and build."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from tests.e2e.packages.pip import install, pip

RECIPE = Recipe(
    "Demo.Tool",
    "1.0.0",
    scripts={"demo": "demo_tool:main"},
    extras={"cli": ["rich"]},
    files={"demo_tool/data.txt": "text"},
    license_files={"LICENSE": "do as you like\n"},
    sdist_files={"README.md": "# read me\n"},
)


def members(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = [(member.name, archive.extractfile(member)) for member in archive]
        return {name: file.read() for name, file in files if file is not None}


def test_the_same_recipe_makes_the_same_bytes_in_another_process() -> None:
    code = "from fake_pypi.packages.sdist import sdist; print(sdist('demo', files={'a': 'b'}).sha256)"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert there.stdout.strip() == sdist("demo", files={"a": "b"}).sha256


def test_pip_builds_it_without_any_index_into_exactly_the_wheel_of_the_recipe(tmp_path: Path) -> None:
    source = sdist(RECIPE).write_to(tmp_path)
    done = pip("wheel", "--no-index", "--no-deps", "--wheel-dir", tmp_path / "built", source)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "built" / wheel(RECIPE).filename).read_bytes() == wheel(RECIPE).read()


def test_build_turns_the_unpacked_tree_into_an_sdist_and_a_wheel_again(tmp_path: Path) -> None:
    with tarfile.open(sdist(RECIPE).write_to(tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "out", "demo_tool-1.0.0"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert (tmp_path / "out" / wheel(RECIPE).filename).read_bytes() == wheel(RECIPE).read()
    again = (tmp_path / "out" / "demo_tool-1.0.0.tar.gz").read_bytes()
    assert members(again) == members(sdist(RECIPE).read())


def test_an_sdist_whose_build_fails_shows_why(tmp_path: Path) -> None:
    done = pip("install", "--no-index", "--target", tmp_path / "site",
               sdist("demo", broken="build-fails").write_to(tmp_path))  # fmt: skip
    assert done.returncode == 1
    assert "this package was made to fail" in done.stdout + done.stderr


def test_a_dependency_that_exists_only_as_an_sdist_is_built(tmp_path: Path) -> None:
    sdist("below", "2.0").write_to(tmp_path / "links")
    wheel("above", dependencies=["below>=2"]).write_to(tmp_path / "links")
    install(tmp_path / "site", "--find-links", tmp_path / "links", "above")
    assert (tmp_path / "site" / "below" / "__init__.py").is_file()
