"""What a folder says about itself before it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.source_project import SourceProject


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('[project]\nname = "Hello_There"', "hello-there"),
        ('[tool.poetry]\nname = "hello"', "hello"),
        ('[build-system]\nrequires = []\n[tool.flit.metadata]\nmodule = "hello_flit"', "hello-flit"),
        ("[build-system]\nrequires = []", None),
    ],
)
def test_the_name_is_normalized_wherever_it_is_written(tmp_path: Path, text: str, name: str | None) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert SourceProject.at(tmp_path).name == name


def test_the_name_may_stand_in_setup_cfg(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = Hello.Old\n")
    (tmp_path / "setup.py").write_text("")
    assert SourceProject.at(tmp_path).name == "hello-old"


def test_a_project_may_be_named_by_its_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "hello"')
    assert SourceProject.at(tmp_path / "pyproject.toml") == SourceProject.at(tmp_path)


def test_pyproject_stands_for_a_project_that_has_both(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[build-system]")
    (tmp_path / "setup.py").write_text("")
    assert SourceProject.at(tmp_path).file.name == "pyproject.toml"


def test_a_setup_py_alone_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("")
    assert SourceProject.at(tmp_path).file == tmp_path / "setup.py"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[project", "not valid TOML"),
        ("[tool.ruff]", "describes no project"),
        ("\ufffe".encode("utf-16").decode("latin-1"), "not valid TOML"),
    ],
)
def test_an_invalid_project_is_a_usage_error_of_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says) as mistake:
        SourceProject.at(tmp_path)
    assert "\n" not in str(mistake.value)


def test_a_folder_without_a_project_and_a_missing_folder_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"neither pyproject\.toml nor setup\.py"):
        SourceProject.at(tmp_path)
    with pytest.raises(UsageError, match="there is no folder"):
        SourceProject.at(tmp_path / "nowhere")


def test_a_pyproject_that_is_not_text_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be read"):
        SourceProject.at(tmp_path)


def test_the_name_may_stand_in_setup_py(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("import setuptools\nsetuptools.setup(name='Hello_Py', version=read(), **more)\n")
    assert SourceProject.at(tmp_path).name == "hello-py"


@pytest.mark.parametrize("text", ["from setuptools import setup\nsetup()", "not python", "setup(name=NAME)"])
def test_a_setup_py_may_have_no_name_to_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    assert SourceProject.at(tmp_path).name is None


def test_a_setup_cfg_that_only_configures_tools_is_no_project(tmp_path: Path) -> None:
    written(tmp_path, pyproject_toml="[tool.black]", setup_cfg="[flake8]\nmax-line-length = 100")
    with pytest.raises(UsageError, match="describes no project"):
        SourceProject.at(tmp_path)
