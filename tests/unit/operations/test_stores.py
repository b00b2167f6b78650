"""Only operations change the stores of an index; everything else calls an operation."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fake_pypi
from fake_pypi.index import Index

PACKAGE = Path(fake_pypi.__file__).parent
STATEMENTS = {"change", "insert", "transaction"}
"""The methods of the database that change it."""
SETTINGS = {"clock", "db", "flags", "history", "limits", "prohibited_names", "prohibited_user_names", "rate_limits"}
"""What administrators set on the index itself (`pypi.flags`), and what is no state of it."""
ALLOWED = ("index", "operations", "rules")
"""The examples of rules prepare an index of their own, below the operations (`rules.rule_set.Example.prepare`)."""


def called_on(tree: ast.AST, owner: str) -> set[str]:
    """Return the names of the methods that are called on `self.OWNER`, or on `self` if the owner is ""."""
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            value = ast.unparse(node.func.value)
            if value == (f"self.{owner}" if owner else "self"):
                called.add(node.func.attr)
    return called


def changing_methods(store: object) -> set[str]:
    """Return the methods of a store that execute a changing statement, by themselves or through one another."""
    source = textwrap.dedent(inspect.getsource(type(store)))
    methods = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    changing = {name for name, node in methods.items() if called_on(node, "_db") & STATEMENTS}
    while more := {name for name, node in methods.items() if called_on(node, "") & changing} - changing:
        changing |= more
    return {name for name in changing if not name.startswith("_")}


@cache
def stores() -> dict[str, set[str]]:
    found = {name: changing_methods(store) for name, store in inspect.getmembers(Index()) if hasattr(store, "_db")}
    return {name: methods for name, methods in found.items() if name not in SETTINGS}


def imported_modules(tree: ast.Module) -> set[str]:
    """Return the local names of modules of operations, as `tokens` for `fake_pypi.operations.tokens`."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "fake_pypi.operations"
        for alias in node.names
    }


def changes_in(source: str) -> Iterator[str]:
    """Yield each call of a changing method of a store, as "releases.yank"."""
    tree = ast.parse(source)
    operations, changing = imported_modules(tree), stores()
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id in operations:
            continue
        name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if node.func.attr in changing.get(name.lstrip("_"), ()):
            yield f"{name}.{node.func.attr}"


def test_every_store_is_known_with_the_methods_that_change_it() -> None:
    known = stores()
    assert {"accounts", "journal", "projects", "publishers", "releases", "tokens"} <= set(known)
    assert {"events", "invitations", "passwords", "sessions"} <= set(known)  # imported at the first use
    assert {"yank", "delete", "add_file"} <= known["releases"]
    assert not {"get", "files", "age_days"} & known["releases"]
    assert {"mint", "revoke", "record_use"} <= known["tokens"]


def test_a_call_that_changes_a_store_is_seen_and_one_of_an_operation_is_not() -> None:
    assert list(changes_in("self.index.releases.yank(project, '1.0')")) == ["releases.yank"]
    assert list(changes_in("tokens = index.tokens\ntokens.revoke(secret)")) == ["tokens.revoke"]
    assert list(changes_in("from fake_pypi.operations import tokens\ntokens.adopt(index, actor, text)")) == []
    assert list(changes_in("index.releases.files(project)")) == []


def test_nothing_but_operations_changes_the_stores() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): list(changes_in(path.read_text(encoding="utf-8")))
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in ALLOWED
    }
    assert {name: changes for name, changes in found.items() if changes} == {}
