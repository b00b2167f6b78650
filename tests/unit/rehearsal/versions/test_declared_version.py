"""The place where a project declares its version, changed in a copy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.rehearsal.versions.declared_version import declaration_of
from fake_pypi.rehearsal.versions.version_tools import ProjectFiles

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DYNAMIC = '[project]\nname = "my-demo"\ndynamic = ["version"]\n'
MODULE = '"""Demo."""\n__version__ = "1.2"\n'

CASES: list[tuple[str, dict[str, str], str]] = [
    (
        "[project]",
        {"pyproject.toml": '[tool.x]\nversion = "7"\n[project]\nname = "x"\nversion = "1.2"\n'},
        "pyproject.toml",
    ),
    ("[tool.poetry]", {"pyproject.toml": "[tool.poetry]\nname = 'x'\nversion = '1.2'\n"}, "pyproject.toml"),
    ("hatchling", {"pyproject.toml": DYNAMIC + '[tool.hatch.version]\npath = "a.py"\n', "a.py": MODULE}, "a.py"),
    (
        "hatchling with a pattern",
        {
            "pyproject.toml": DYNAMIC
            + "[tool.hatch.version]\npath = 'a.py'\npattern = '^V = \"(?P<version>[^\"]+)\"'\n",
            "a.py": '#\nV = "1.2"\n',
        },
        "a.py",
    ),
    (
        "pdm-backend",
        {"pyproject.toml": DYNAMIC + '[tool.pdm.version]\nsource = "file"\npath = "a.py"\n', "a.py": MODULE},
        "a.py",
    ),
    (
        "an attribute, setuptools",
        {
            "pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion = {attr = "a.b.version"}\n',
            "src/a/b.py": "version: str = '1.2'\n",
        },
        "src/a/b.py",
    ),
    (
        "a file, setuptools",
        {"pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n', "VERSION": "1.2\n"},
        "VERSION",
    ),
    (
        "flit",
        {
            "pyproject.toml": '[build-system]\nbuild-backend = "flit_core.buildapi"\n' + DYNAMIC,
            "src/my_demo/__init__.py": MODULE,
        },
        "src/my_demo/__init__.py",
    ),
    (
        "maturin",
        {
            "pyproject.toml": '[build-system]\nbuild-backend = "maturin"\n' + DYNAMIC,
            "Cargo.toml": '[package]\nname = "x"\nversion = "1.2"\n[dependencies]\npyo3 = { version = "0.22" }\n',
        },
        "Cargo.toml",
    ),
    ("setup.cfg", {"setup.cfg": "[metadata]\nname = x\nversion = 1.2\n"}, "setup.cfg"),
    ("setup.cfg with attr", {"setup.cfg": "[metadata]\nversion = attr: a.__version__\n", "a.py": MODULE}, "a.py"),
    ("setup.py", {"setup.py": "setup(name='x', version='1.2')\n"}, "setup.py"),
]


def project(folder: Path, files: dict[str, str]) -> ProjectFiles:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return ProjectFiles(folder, tomllib.loads(files.get("pyproject.toml", "")))


@pytest.mark.parametrize(("files", "place"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_the_declared_version_is_changed_and_nothing_else(tmp_path: Path, files: dict[str, str], place: str) -> None:
    declaration = declaration_of(project(tmp_path, files))
    assert declaration is not None
    assert (declaration.file, declaration.version) == (tmp_path / place, "1.2")
    declaration.change("3.0.0")
    changed = {name: (tmp_path / name).read_text(encoding="utf-8") for name in files}
    assert changed == {**files, place: files[place].replace("1.2", "3.0.0")}


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "setup(name='x', version=read_version())\n"},
        {"setup.py": "setup(version='1.2' if x else '1.3', other=dict(version='2'))\n"},
        {"pyproject.toml": DYNAMIC + '[tool.hatch.version]\nsource = "code"\npath = "missing.py"\n'},
    ],
)
def test_a_version_that_is_computed_has_no_place(tmp_path: Path, files: dict[str, str]) -> None:
    assert declaration_of(project(tmp_path, files)) is None
