"""The tests of every module can be found, and unit tests lie in the folder of their package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.project.tests_of import PROJECT, SOURCE, TESTS, dotted, main, modules, test_files, tests_of, used_by

if TYPE_CHECKING:
    import pytest

# pytest takes these for tests
test_files.__test__ = False  # type: ignore[attr-defined]
tests_of.__test__ = False  # type: ignore[attr-defined]


def test_every_module_has_tests_that_can_be_found() -> None:
    assert [name for name in modules() if not tests_of(name)] == []


def test_a_test_file_of_the_same_name_comes_first() -> None:
    assert tests_of("fake_pypi.errors") == [TESTS / "unit" / "test_errors.py"]


def test_a_unit_test_lies_in_the_folder_of_a_package_that_it_imports() -> None:
    misplaced = set()
    for path in (path for path in test_files() if path.is_relative_to(TESTS / "unit")):
        package = SOURCE / path.parent.relative_to(TESTS / "unit")
        beside = [other for other in path.parent.glob("*.py") if not other.name.startswith("test_")]
        used = {modules()[name] for file in (path, *beside) for name in used_by(file)}
        if not any(module.is_relative_to(package) for module in used):
            misplaced.add(path.relative_to(PROJECT).as_posix())
    assert misplaced == set()


def test_the_command_prints_the_files_of_a_module(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SOURCE / "errors.py")]) == 0
    assert capsys.readouterr().out == "tests/unit/test_errors.py\n"


def test_a_file_that_is_no_module_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([str(tmp_path / "other.py")]) == 2
    assert "is not a module of src/fake_pypi" in capsys.readouterr().err


def test_names_are_those_that_python_imports() -> None:
    assert dotted(SOURCE / "web" / "__init__.py") == "fake_pypi.web"
