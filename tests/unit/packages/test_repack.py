from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.package_source import FallbackFile
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.repack import InstalledDistribution, _chunks, compress_tags
from fake_pypi.packages.wheel import wheel
from tests.e2e.packages.pip import install

MADE_BY_INSTALLERS = r"[^/]+\.dist-info/(INSTALLER|REQUESTED|direct_url\.json)"
REAL = ["hatchling", "setuptools", "flit-core", "pip", "cryptography", "poetry-core", "wheel", "uv", "jinja2"]


def wheel_of(project: str, tmp_path: Path) -> FallbackFile:
    (file,) = InstalledPackages(tmp_path / "cache").files(project)
    return file


def installed(recipe: Recipe, site: Path, *arguments: str) -> InstalledDistribution:
    """Install the recipe's wheel with pip into a folder."""
    install(site, "--no-deps", *arguments, wheel(recipe).write_to(site.parent / "dist"))
    return InstalledDistribution(site / f"{recipe.stem}.dist-info")


@pytest.mark.parametrize("project", REAL)
def test_the_record_of_a_repacked_wheel_matches_its_files(project: str, tmp_path: Path) -> None:
    path = wheel_of(project, tmp_path).path()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        record = next(name for name in names if name.endswith(".dist-info/RECORD") and name.count("/") == 1)
        rows = list(csv.reader(archive.read(record).decode().splitlines()))
        assert sorted(row[0] for row in rows) == sorted(names)
        for name, digest, size in rows:
            if name == record:
                assert (digest, size) == ("", "")
                continue
            content = archive.read(name)
            expected = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            assert (name, digest, size) == (name, f"sha256={expected}", str(len(content)))


@pytest.mark.parametrize("project", REAL)
def test_metadata_stays_byte_for_byte_and_the_file_name_is_valid(project: str, tmp_path: Path) -> None:
    file = wheel_of(project, tmp_path)
    distribution = importlib.metadata.distribution(project)
    name, version, _, tags = parse_wheel_filename(file.filename)
    assert (name, str(version)) == (project, distribution.version)
    stated = (distribution.read_text("WHEEL") or "").splitlines()
    assert {str(tag) for tag in tags} == {line[5:] for line in stated if line.startswith("Tag: ")}
    with zipfile.ZipFile(file.path()) as archive:
        inside = archive.read(f"{file.filename.split('-')[0]}-{distribution.version}.dist-info/METADATA")
    assert file.metadata() == inside
    assert (distribution.read_text("METADATA") or "").encode() == inside


@pytest.mark.parametrize("project", REAL)
def test_files_of_the_installer_are_left_out(project: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel_of(project, tmp_path).path()) as archive:
        names = archive.namelist()
    leftovers = [
        name
        for name in names
        if name.endswith(".pyc") or name.startswith(("/", "../")) or re.fullmatch(MADE_BY_INSTALLERS, name)
    ]
    assert leftovers == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["py3-none-any"], "py3-none-any"),
        (["py2-none-any", "py3-none-any"], "py2.py3-none-any"),
        (
            ["cp311-abi3-manylinux_2_17_x86_64", "cp311-abi3-manylinux2014_x86_64"],
            "cp311-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64",
        ),
        (["cp27-cp27m-plan9", "py3-none-any"], "py3-none-any"),
        (["cp27-cp27m-plan9", "cp26-cp26m-plan8"], "cp27-cp27m-plan9"),
        ([], "py3-none-any"),
    ],
)
def test_tags_are_compressed_into_one_set(tags: list[str], expected: str) -> None:
    assert compress_tags(tags) == expected


def test_scripts_get_their_placeholder_back_and_other_programs_stay_the_same() -> None:
    script, program = b"#!/somewhere/bin/python3.11\nimport demo\n", b"#!/bin/sh\nexec python\n"
    assert b"".join(_chunks(io.BytesIO(script), is_script=True)) == b"#!python\nimport demo\n"
    assert b"".join(_chunks(io.BytesIO(program), is_script=True)) == program
    assert b"".join(_chunks(io.BytesIO(script), is_script=False)) == script


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
def test_a_program_inside_a_package_stays_executable(tmp_path: Path) -> None:
    site, recipe = tmp_path / "site", Recipe("demo", files={"demo/bin/tool": "#!/bin/sh\n"})
    with wheel(recipe).open() as file, zipfile.ZipFile(file) as archive:
        archive.extractall(site)
    (site / "demo" / "bin" / "tool").chmod(0o755)
    InstalledDistribution(site / "demo-1.0.dist-info").repack(tmp_path / "demo.whl")
    with zipfile.ZipFile(tmp_path / "demo.whl") as archive:
        modes = {member.filename: member.external_attr >> 16 for member in archive.infolist()}
    assert oct(modes["demo/bin/tool"]) == "0o100755"
    assert oct(modes["demo/__init__.py"]) == "0o100644"
