from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

from fake_pypi.packages.installed import InstalledPackages
from fake_pypi.packages.offer import Offer
from fake_pypi.packages.recipe import Recipe
from fake_pypi.packages.repack import Installed, _chunks, compressed
from fake_pypi.packages.wheel import wheel
from tests.unit.packages.pip import install

MADE_BY_INSTALLERS = r"[^/]+\.dist-info/(INSTALLER|REQUESTED|direct_url\.json)"
REAL = ["hatchling", "setuptools", "flit-core", "pip", "cryptography", "poetry-core", "wheel", "uv", "jinja2"]


def offer_of(project: str, tmp_path: Path) -> Offer:
    (offer,) = InstalledPackages(tmp_path / "cache").offers(project)
    return offer


def installed(recipe: Recipe, site: Path, *arguments: str) -> Installed:
    """The recipe's wheel, installed by the real pip into a folder."""
    install(site, "--no-deps", *arguments, wheel(recipe).write_to(site.parent / "dist"))
    return Installed(site / f"{recipe.stem}.dist-info")


def contents(path: Path) -> dict[str, bytes]:
    """Everything in a wheel; of RECORD, whose lines have another order, the sorted lines."""
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: b"\n".join(sorted(content.splitlines())) if name.endswith("RECORD") else content
        for name, content in inside.items()
    }


@pytest.mark.parametrize("project", REAL)
def test_the_record_of_a_repacked_wheel_holds(project: str, tmp_path: Path) -> None:
    path = offer_of(project, tmp_path).path()
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
def test_metadata_stays_byte_for_byte_and_the_name_says_what_it_is(project: str, tmp_path: Path) -> None:
    offer = offer_of(project, tmp_path)
    distribution = importlib.metadata.distribution(project)
    name, version, _, tags = parse_wheel_filename(offer.filename)
    assert (name, str(version)) == (project, distribution.version)
    stated = (distribution.read_text("WHEEL") or "").splitlines()
    assert {str(tag) for tag in tags} == {line[5:] for line in stated if line.startswith("Tag: ")}
    with zipfile.ZipFile(offer.path()) as archive:
        inside = archive.read(f"{offer.filename.split('-')[0]}-{distribution.version}.dist-info/METADATA")
    assert offer.metadata() == inside
    assert (distribution.read_text("METADATA") or "").encode() == inside


@pytest.mark.parametrize("project", REAL)
def test_nothing_that_an_installer_made_is_inside(project: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(offer_of(project, tmp_path).path()) as archive:
        names = archive.namelist()
    leftovers = [
        name
        for name in names
        if name.endswith(".pyc") or name.startswith(("/", "../")) or re.fullmatch(MADE_BY_INSTALLERS, name)
    ]
    assert leftovers == []


@pytest.mark.e2e
def test_repacked_backends_install_and_import(tmp_path: Path) -> None:
    source = InstalledPackages(tmp_path / "cache")
    wanted = ["hatchling", "setuptools", "flit-core", "pip", "cryptography"]
    below = [
        "packaging",
        "pathspec",
        "pluggy",
        "trove-classifiers",
        "tomlkit",
        "cffi",
        "pycparser",
        "typing-extensions",
        *(["tomli"] if sys.version_info < (3, 11) else []),  # hatchling asks for it there
    ]
    wheels = [offer.path() for project in (*wanted, *below) for offer in source.offers(project)]
    install(tmp_path / "site", *wheels)
    code = (
        "import hatchling.build, setuptools.build_meta, flit_core.buildapi, pip\n"
        "import hatchling, cryptography.fernet as f\n"
        "assert f.Fernet(f.Fernet.generate_key()).encrypt(b'x')\n"
        "print(hatchling.__file__)"
    )
    said = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert Path(said.stdout.strip()).is_relative_to(tmp_path)
    assert (tmp_path / "site" / "bin" / "hatchling").exists() or sys.platform == "win32"


@pytest.mark.e2e
def test_a_program_that_is_no_entry_point_comes_back_too(tmp_path: Path) -> None:
    install(tmp_path / "site", offer_of("uv", tmp_path).path())
    (program,) = [*(tmp_path / "site" / "bin").glob("uv"), *(tmp_path / "site" / "bin").glob("uv.exe")]
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.startswith("uv ")


@pytest.mark.e2e
def test_an_installed_recipe_becomes_its_wheel_again(tmp_path: Path) -> None:
    recipe = Recipe(
        "Demo.Tool",
        "1.0+local.1",
        scripts={"demo": "demo_tool:main"},
        files={"demo_tool/data, more.txt": "text", "single.py": "x = 1\n"},
        license_files={"LICENSE": "free\n"},
    )
    there = installed(recipe, tmp_path / "site")
    there.repack(tmp_path / there.filename)
    assert there.filename == wheel(recipe).filename
    assert there.can_be_repacked
    assert contents(tmp_path / there.filename) == contents(wheel(recipe).write_to(tmp_path / "original"))


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
    assert compressed(tags) == expected


def test_scripts_get_their_placeholder_back_and_programs_stay_as_they_are() -> None:
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
    Installed(site / "demo-1.0.dist-info").repack(tmp_path / "demo.whl")
    with zipfile.ZipFile(tmp_path / "demo.whl") as archive:
        modes = {member.filename: member.external_attr >> 16 for member in archive.infolist()}
    assert oct(modes["demo/bin/tool"]) == "0o100755"
    assert oct(modes["demo/__init__.py"]) == "0o100644"
