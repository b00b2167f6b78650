"""Declared dependencies are used, and used ones are declared."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import fake_pypi

MOST_DISTRIBUTIONS = 60
"""How many a new environment may have besides pip, pytest and the backports for Python 3.10."""
LIST = Path(__file__).parents[2] / "docs/reference/dependencies.md"
SOURCE = Path(fake_pypi.__file__).parent
COMMANDS = {"build": "python -m build", "twine": "twine upload"}
"""Dependencies that are run as commands, and how."""
STANDARD_LIBRARY = sys.stdlib_module_names | {"tomllib"}
"""Python 3.10 has no tomllib: a module that imports it there imports tomli instead."""
WHERE_INSTALLED = {"pytest-xdist"}
"""Imported only in a session that has them: the plugin then keeps its steps on one worker."""


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_modules(tree: ast.AST) -> set[str]:
    """Return the top-level names of all absolute imports, those for type checkers only left out."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return set().union(*map(imported_modules, tree.orelse))
    if isinstance(tree, ast.Import):
        return {alias.name.partition(".")[0] for alias in tree.names}
    if isinstance(tree, ast.ImportFrom) and tree.module and not tree.level:
        return {tree.module.partition(".")[0]}
    return set().union(*map(imported_modules, ast.iter_child_nodes(tree)))


def imported_distributions() -> dict[str, set[str]]:
    """Return the distributions that the source imports, each with the modules that do."""
    providers = metadata.packages_distributions()
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        # These two are copied into environments that have tools of their own.
        if path.name in {"home_keyring.py", "sitecustomize.py"}:
            continue
        for module in imported_modules(ast.parse(path.read_text(encoding="utf-8"))):
            if module not in STANDARD_LIBRARY | {"fake_pypi", "_pytest"}:
                distribution = normalized(providers.get(module, [module])[0])
                found.setdefault(distribution, set()).add(path.relative_to(SOURCE).as_posix())
    return found


def declared_distributions(*, extras: bool) -> set[str]:
    requirements = metadata.requires("pytest-fake-pypi") or []
    chosen = [line for line in requirements if extras or "extra ==" not in line]
    return {normalized(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in chosen}


def test_every_distribution_that_is_imported_is_declared() -> None:
    declared = declared_distributions(extras=True)
    imported = imported_distributions().items()
    undeclared = {name: sorted(where) for name, where in imported if name not in declared | WHERE_INSTALLED}
    assert undeclared == {}


def test_every_declared_distribution_is_imported_or_run_as_a_command() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    run = {name for name, command in COMMANDS.items() if command in source}
    unused = declared_distributions(extras=False) - imported_distributions().keys() - run
    assert unused == set()


def installed_distributions() -> set[str]:
    """Return what an installation of this project without extras brings into the running Python."""
    found: dict[str, set[str]] = {}
    waiting = [("pytest-fake-pypi", {""})]
    while waiting:
        name, extras = waiting.pop()
        if extras <= found.get(name, set()):
            continue
        found[name] = found.get(name, set()) | extras
        for line in metadata.requires(name) or []:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in found[name]):
                waiting.append((normalized(requirement.name), {"", *requirement.extras}))
    return found.keys() - {"pytest-fake-pypi"}


def listed_distributions() -> dict[str, str]:
    """Return the distributions in the documentation, each with the last column of its row."""
    tables, _, _ = LIST.read_text(encoding="utf-8").partition("## Extras")
    rows = [line.strip("| ").split(" | ") for line in tables.splitlines() if line.startswith("| ")]
    return {normalized(row[0]): row[-1] for row in rows if row[0] != "distribution"}


def test_every_distribution_of_an_installation_is_listed_with_its_reason() -> None:
    listed, installed = listed_distributions(), installed_distributions()
    assert installed - listed.keys() == set()
    assert {name for name, where in listed.items() if where == "everywhere"} - installed == set()
    assert declared_distributions(extras=False) - listed.keys() == set()


def test_an_installation_stays_small() -> None:
    backports = {name for name, where in listed_distributions().items() if where == "Python 3.10"}
    assert len(installed_distributions() - backports - {"pip", "pytest"}) <= MOST_DISTRIBUTIONS
