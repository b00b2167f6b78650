"""The explanation pages name modules, packages and code that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import fake_pypi
from fake_pypi.cli import COMMANDS

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "explanation").glob("*.md"))
SOURCE = Path(fake_pypi.__file__).parent
MODULE = re.compile(r"[a-z_]+(?:/[a-z_]+)*\.py")
CLASS = re.compile(r"(?:[A-Z][a-z]+){1,}")
FUNCTION = re.compile(r"([a-z_]+)\(\)")
PACKAGE = re.compile(r"[a-z_]+")
COMMAND = re.compile(r"fake-pypi ([a-z]+)\b.*")
OF_OTHERS = {"core", "curl", "keyring", "known_hosts", "localhost", "maturin"}
OF_OTHERS |= {"scp", "sftp", "ssh", "sudo", "unshare", "wgetrc"}
"""Words in backticks that name programs, files and settings of others."""


@cache
def defined() -> frozenset[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree))
    return frozenset(node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef))


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
        return (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_that_a_page_names_exists(page: Path) -> None:
    names = re.findall(r"`([^`\n]+)`", page.read_text(encoding="utf-8"))
    assert names
    assert [name for name in names if not is_there(name)] == []


@pytest.mark.parametrize(
    "name", ["web/no_such_module.py", "NoSuchClass", "no_such_function()", "rulez", "fake-pypi chek"]
)
def test_a_name_that_does_not_exist_is_noticed(name: str) -> None:
    assert not is_there(name)
