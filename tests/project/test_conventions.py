"""Conventions that a test can check: sizes, names, docstrings, and what no file may contain."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import fake_pypi

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = Path(fake_pypi.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

MODULE_LINES = 300
FUNCTION_LINES = 40
MEANINGLESS = re.compile(r"_*(utils?|helpers?|common|base|core|managers?|misc|tools|stuff)")

SECRETS = {
    "an index token": re.compile(r"pypi-[A-Za-z0-9_-]{60,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a signed JWT": re.compile(r"\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{40,}"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a mark of PyArmor": re.compile(r"__pyarmor__\(__name__, __file__,|__pyarmor_(?:enter|exit|assert|bcc)__"),
    "a mark of SourceDefender": re.compile(r"---(?:BEGIN|END) PYE FILE---"),
}
HOME_OF_A_USER = re.compile(
    r"(?<![\w.:/~-])/(?:home|Users|root|work|mnt)/(?!somebody\b)[\w.-]+|[A-Z]:\\{1,2}Users\\{1,2}\w+"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def short_name(path: Path) -> str:
    """Return the path inside the package: rules/rule_set.py."""
    return path.relative_to(PACKAGE).as_posix()


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield short_name(path), ast.parse(path.read_text(encoding="utf-8"))


def lines_without_docstring(function: Function) -> int:
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return length
    docstring = function.body[0]
    assert docstring.end_lineno is not None
    return length - (docstring.end_lineno - docstring.lineno + 1)


def project_files() -> list[Path]:
    """List the files that are in version control or may be added to it; in an unpacked sdist, every file."""
    if (PROJECT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
        return [PROJECT / name for name in listed.split("\0") if name and (PROJECT / name).is_file()]
    hidden = {".venv", ".nox", "__pycache__", "build", "dist"}
    return [path for path in PROJECT.rglob("*") if path.is_file() and not hidden & set(path.parts)]


def texts() -> Iterator[tuple[str, str]]:
    for path in project_files():
        yield path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def test_the_package_has_modules_to_count() -> None:
    assert {"__init__.py", "errors.py"} <= {short_name(path) for path in MODULES}


def test_no_module_is_longer_than_its_concept() -> None:
    lengths = {short_name(path): len(path.read_bytes().splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    too_long = {
        f"{module}:{node.name}": lines_without_docstring(node)
        for module, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, Function) and lines_without_docstring(node) > FUNCTION_LINES
    }
    assert too_long == {}


def test_names_of_modules_and_folders_have_a_meaning() -> None:
    names = {part.removesuffix(".py") for path in MODULES for part in path.relative_to(PACKAGE).parts}
    assert {name for name in names if MEANINGLESS.fullmatch(name)} == set()


def test_everything_public_has_a_docstring() -> None:
    silent = {
        f"{module}:{getattr(node, 'name', 'the module itself')}"
        for module, tree in parsed()
        for node in (tree, *tree.body)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
        and not getattr(node, "name", "").startswith("_")
        and (isinstance(node, ast.ClassDef | Function) or node.body)
        and not ast.get_docstring(node)
    }
    assert silent == set()


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_what_looks_like(kind: str) -> None:
    assert {name for name, text in texts() if SECRETS[kind].search(text)} == set()


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    found = {name: match.group() for name, text in texts() if (match := HOME_OF_A_USER.search(text))}
    assert found == {}


@pytest.mark.parametrize("leak", ["/home/" + "jane/src", "C:\\" + "Users\\jane", "see /root/" + ".netrc"])
def test_a_folder_of_a_machine_is_noticed(leak: str) -> None:
    assert HOME_OF_A_USER.search(leak)


# The home folder in examples is /home/somebody.
@pytest.mark.parametrize(
    "address", ["https://example.com/home/page", "../root/file", "~/mnt/project", "/home/somebody"]
)
def test_an_address_or_a_relative_path_is_no_folder_of_a_machine(address: str) -> None:
    assert HOME_OF_A_USER.search(address) is None


ONE_CONCEPT_IN_THREE_LAYERS = {"index", "operations", "fake"}
"""What these packages store, change and offer in Python, as `index/tokens.py` and `operations/tokens.py`."""


def test_no_two_packages_have_a_module_of_one_name_unless_it_is_one_concept() -> None:
    packages: dict[str, set[str]] = {}
    for path in MODULES:
        if not path.name.startswith("__"):
            packages.setdefault(path.stem, set()).add(short_name(path.parent))
    shared = {name: places for name, places in packages.items() if len(places) > 1}
    assert {name: places for name, places in shared.items() if not places <= ONE_CONCEPT_IN_THREE_LAYERS} == {}


def test_no_two_modules_have_a_class_of_one_name() -> None:
    modules: dict[str, list[str]] = {}
    for module, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                modules.setdefault(node.name, []).append(module)
    assert {name: places for name, places in modules.items() if len(places) > 1} == {}
