from __future__ import annotations

import io
import tarfile
from pathlib import Path

from packaging.utils import parse_sdist_filename
from twine.commands.check import check

from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.sdist import sdist

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


def test_file_name_and_top_folder_are_normalized() -> None:
    package = sdist(RECIPE)
    assert package.filename == "demo_tool-1.0.0.tar.gz"
    assert parse_sdist_filename(package.filename)[0] == "demo-tool"
    assert {name.split("/")[0] for name in members(package.read())} == {"demo_tool-1.0.0"}


def test_it_contains_metadata_sources_licence_and_the_given_files() -> None:
    inside = members(sdist(RECIPE).read())
    assert inside["demo_tool-1.0.0/PKG-INFO"] == RECIPE.metadata()
    assert inside["demo_tool-1.0.0/LICENSE"] == b"do as you like\n"
    assert inside["demo_tool-1.0.0/README.md"] == b"# read me\n"
    assert inside["demo_tool-1.0.0/src/demo_tool/data.txt"] == b"text"
    assert b"backend-path" in inside["demo_tool-1.0.0/pyproject.toml"]


def test_twine_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    assert check([str(sdist(RECIPE).write_to(tmp_path))], strict=True) is False
