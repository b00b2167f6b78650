"""Find the tests of a module: `python -m tests.project.tests_of src/fake_pypi/web/upload.py`.

A test file is named for the module that it tests, in the folder of its package: the tests of `web/upload.py` are
`test_upload.py` in tests/unit/web, tests/integration/web or tests/e2e/web. A module without such a file is tested by
those that import it, or else by the tests of the nearest modules that use it.
"""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import fake_pypi

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = Path(fake_pypi.__file__).parent
TESTS = PROJECT / "tests"
FOLDERS = ("unit", "integration", "e2e")
"""The folders of tests/ whose subfolders are those of src/fake_pypi."""


@cache
def modules() -> dict[str, Path]:
    """Return every module by its dotted name."""
    paths = (path for path in sorted(SOURCE.rglob("*.py")) if path.name != "__main__.py")
    return {dotted(path): path for path in paths}


def dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def used_by(path: Path) -> frozenset[str]:
    """Return the modules of `src` that a file imports, or runs as files of their name."""
    text = path.read_text(encoding="utf-8")
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    if path.is_relative_to(SOURCE):
        names |= {name for name, module in modules().items() if f'"{module.name}"' in text}
    return frozenset(names & modules().keys())


@cache
def test_files() -> tuple[Path, ...]:
    return tuple(sorted(TESTS.rglob("test_*.py")))


def named_for(name: str) -> list[Path]:
    """Return the test files that have the module's name, in the folder of its package."""
    *package, module = name.split(".")[1:] or [""]
    own = (Path(folder, *package, f"test_{module}.py") for folder in FOLDERS)
    return [TESTS / path for path in own if (TESTS / path).is_file()]


def tests_of(name: str) -> list[Path]:
    """Return the test files of a module: those of its name, else those that import it, else those of its users."""
    nearest, seen = [name], {name}
    while nearest:
        for found in (named_for, importing):
            files = sorted({file for each in nearest for file in found(each)})
            if files:
                return files
        users = {user for user, path in modules().items() if used_by(path) & set(nearest)}
        # A package may import its modules by names that it puts together.
        users |= {each.rpartition(".")[0] for each in nearest} & modules().keys()
        nearest = sorted(users - seen)
        seen |= users
    return []


def importing(name: str) -> list[Path]:
    return [path for path in test_files() if name in used_by(path)]


def main(arguments: list[str]) -> int:
    """Print the test files of each module that is named by its path, and return the exit code."""
    for argument in arguments:
        path = Path(argument).resolve()
        if path not in modules().values():
            sys.stderr.write(f"{argument} is not a module of src/fake_pypi\n")
            return 2
        for file in tests_of(dotted(path)):
            sys.stdout.write(file.relative_to(PROJECT).as_posix() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
