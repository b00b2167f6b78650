"""The explanation pages name modules, packages and code that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import fake_pypi
from fake_pypi.cli import COMMANDS
from fake_pypi.web.faults.kinds import KINDS

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "explanation").glob("*.md"))
SOURCE = Path(fake_pypi.__file__).parent
MODULE = re.compile(r"[a-z_]+(?:/[a-z_]+)*\.py")
CLASS = re.compile(r"(?:[A-Z][a-z]+){1,}")
FUNCTION = re.compile(r"([a-z_]+)\(\)")
PACKAGE = re.compile(r"[a-z_]+")
COMMAND = re.compile(r"fake-pypi ([a-z]+)\b.*")
PLACED = re.compile(r"`([A-Za-z_]+)(?:\(\))?`\s+(?:in\s+|\()`([a-z_/]+\.py)`")
"""A function or class with the module that a page names for it: "`upload()` in `operations/uploading.py`"."""
OF_OTHERS = {"core", "curl", "keyring", "known_hosts", "localhost", "maturin"}
OF_OTHERS |= {"scp", "sftp", "ssh", "sudo", "unshare", "wgetrc"}
"""Words in backticks that name programs, files and settings of others."""


@cache
def defined_in(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef))


@cache
def defined() -> frozenset[str]:
    return frozenset(name for path in SOURCE.rglob("*.py") for name in defined_in(path))


def is_there(name: str) -> bool:
    """Whether a name in backticks exists, if it is one of this project's."""
    if MODULE.fullmatch(name):
        return (SOURCE / name).is_file()
    if match := COMMAND.fullmatch(name):
        return match.group(1) in COMMANDS
    if match := FUNCTION.fullmatch(name):
        return match.group(1) in defined()
    if CLASS.fullmatch(name):
        return name in defined()
    if PACKAGE.fullmatch(name) and name not in OF_OTHERS:
        return name in KINDS or (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_that_a_page_names_exists(page: Path) -> None:
    names = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    assert names
    assert [name for name in names if not is_there(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_functions_and_classes_are_defined_in_the_modules_that_a_page_names(page: Path) -> None:
    places = PLACED.findall(page.read_text(encoding="utf-8"))
    assert [f"{name} in {module}" for name, module in places if name not in defined_in(SOURCE / module)] == []


@pytest.mark.parametrize("page", ["an-upload", "an-installation"])
def test_the_pages_about_a_request_name_the_places_of_functions(page: str) -> None:
    [path] = [path for path in PAGES if path.stem == page]
    assert len(PLACED.findall(path.read_text(encoding="utf-8"))) >= 3


@pytest.mark.parametrize(
    "name", ["web/no_such_module.py", "NoSuchClass", "no_such_function()", "rulez", "fake-pypi chek"]
)
def test_a_name_that_does_not_exist_is_noticed(name: str) -> None:
    assert not is_there(name)
