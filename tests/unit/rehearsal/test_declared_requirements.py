"""What the files of a project declare as requirements before it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.rehearsal.declared_requirements import DeclaredRequirements
from fake_pypi.rehearsal.source_project import SourceProject
from tests.unit.rehearsal.trees import tree

POETRY = """
[tool.poetry]
name = "x"
[tool.poetry.dependencies]
python = ">=3.10"
A_a = { path = "../a" }
b = { version = "^1", optional = true }
[build-system]
requires = ["poetry-core>=1"]
"""
FLIT = """
[build-system]
requires = ["flit_core"]
[tool.flit.metadata]
requires = ["a-a>=1"]
requires-extra = { test = ["b"] }
"""
STANDARD = """
[project]
name = "x"
dependencies = ["a.a[extra]>=1; python_version > '3'", "not a (requirement"]
optional-dependencies = { test = ["b @ https://example.org/b.whl"] }
"""
SETUP_CFG = "[metadata]\nname = x\n[options]\ninstall_requires =\n  a-a\n[options.extras_require]\ntest =\n  b\n"


@pytest.mark.parametrize(
    ("files", "build"),
    [
        ({"pyproject.toml": POETRY}, "poetry-core"),
        ({"pyproject.toml": FLIT}, "flit-core"),
        ({"pyproject.toml": STANDARD}, "setuptools"),
        ({"setup.cfg": SETUP_CFG, "setup.py": ""}, "setuptools"),
    ],
)
def test_requirements_are_read_from_the_files_of_every_tool(tmp_path: Path, files: dict[str, str], build: str) -> None:
    declared = DeclaredRequirements.of(SourceProject.at(tree(tmp_path, files)))
    assert "a-a" in declared.runtime
    assert (declared.optional, declared.build) == (frozenset({"b"}), frozenset({build}))
    assert declared.complete
    assert declared.all >= {"a-a", "b", build}


def test_requirements_that_setuptools_reads_from_a_file_are_known(tmp_path: Path) -> None:
    pyproject = (
        '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt", "missing.txt"] }'
    )
    declared = DeclaredRequirements.of(
        SourceProject.at(tree(tmp_path, {"pyproject.toml": pyproject, "requirements.txt": "a\nb  # why\n"}))
    )
    assert declared.runtime == {"a", "b"}
    assert declared.complete


@pytest.mark.parametrize("files", [{"setup.py": ""}, {"pyproject.toml": '[project]\ndynamic = ["dependencies"]'}])
def test_requirements_that_a_build_computes_are_unknown(tmp_path: Path, files: dict[str, str]) -> None:
    assert not DeclaredRequirements.of(SourceProject.at(tree(tmp_path, files))).complete
