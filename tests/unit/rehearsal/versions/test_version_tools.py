"""The tool that takes a project's version from a tag, and the variables that override it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fake_pypi.rehearsal.versions.version_tools import ProjectFiles, version_tool_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DYNAMIC = '[project]\nname = "demo"\ndynamic = ["version"]\n'


def tool_of(folder: Path, pyproject: str, **files: str) -> str | None:
    for name, text in files.items():
        (folder / name.replace("_dot_", ".")).write_text(text, encoding="utf-8")
    tool = version_tool_of(ProjectFiles(folder, tomllib.loads(pyproject)))
    return tool.name if tool else None


@pytest.mark.parametrize(
    ("pyproject", "tool"),
    [
        ('[build-system]\nrequires = ["setuptools", "setuptools-scm>=8"]\n' + DYNAMIC, "setuptools-scm"),
        ('[build-system]\nrequires = ["setuptools_scm[toml]"]\n[tool.setuptools_scm]\n' + DYNAMIC, "setuptools-scm"),
        ('[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n[tool.hatch.version]\nsource = "vcs"\n', "hatch-vcs"),
        ('[tool.hatch.version]\nsource = "uv-dynamic-versioning"\n', "uv-dynamic-versioning"),
        ('[tool.versioningit]\n[build-system]\nrequires = ["versioningit"]\n', "versioningit"),
        ('[tool.pdm.version]\nsource = "scm"\n', "pdm-backend"),
        ("[tool.poetry-dynamic-versioning]\nenable = true\n", "poetry-dynamic-versioning"),
        ('[tool.versioneer]\nVCS = "git"\n', "versioneer"),
        ("[tool.setuptools-git-versioning]\nenabled = true\n", "setuptools-git-versioning"),
        (
            '[tool.scikit-build.metadata]\nversion.provider = "scikit_build_core.metadata.setuptools_scm"\n',
            "scikit-build-core",
        ),
        ('[build-system]\nbuild-backend = "flit_scm:buildapi"\n', "flit-scm"),
    ],
)
def test_the_tool_is_recognized(tmp_path: Path, pyproject: str, tool: str) -> None:
    assert tool_of(tmp_path, pyproject) == tool


@pytest.mark.parametrize(
    "pyproject",
    [
        '[project]\nversion = "1.0"\n',
        '[build-system]\nrequires = ["setuptools-scm"]\n[project]\nversion = "1.0"\n',  # for the file list only
        '[tool.hatch.version]\npath = "demo.py"\n',
        '[tool.pdm.version]\nsource = "file"\npath = "demo.py"\n',
        "[tool.poetry-dynamic-versioning]\nenable = false\n",
    ],
)
def test_a_version_in_a_file_has_no_tool(tmp_path: Path, pyproject: str) -> None:
    assert tool_of(tmp_path, pyproject) is None


def test_the_tools_of_setup_py_are_recognized(tmp_path: Path) -> None:
    assert tool_of(tmp_path, "", setup_dot_py="setup(use_scm_version=True)") == "setuptools-scm"
    assert tool_of(tmp_path, "", setup_dot_py="setup(setup_requires=['pbr'], pbr=True)") == "pbr"


def test_the_overriding_variable_has_the_name_of_the_project() -> None:
    tool = version_tool_of(ProjectFiles(Path("nowhere"), {"tool": {"hatch": {"version": {"source": "vcs"}}}}))
    assert tool is not None
    assert tool.overriding_variables("my-demo.x", "3.0") == {"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_DEMO_X": "3.0"}
    assert tool.overriding_variables(None, "3.0") == {}
