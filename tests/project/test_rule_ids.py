"""The id of a rule is written once, in its class; other code names the class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import fake_pypi
from fake_pypi.explain.known_client_errors import KNOWN_CLIENT_ERRORS
from fake_pypi.inspection.form_metadata import FIELDS
from fake_pypi.packages.corruptions import CORRUPTIONS
from fake_pypi.rules.order import PYPI

SOURCE = Path(fake_pypi.__file__).parent
OTHER_NAMES = {*(field.name for field in FIELDS), *CORRUPTIONS, "read-only", "content-type"}
"""Names of metadata fields, corruptions, flags and headers, some of which are the ids of rules too."""
REASONS = {"permission-denied", "unverified-email", "no-2fa", "rate-limited"}
"""Reasons of `OperationRejected` and of GitHub's answers; no rule is meant where these modules use them."""
MODULES_WITH_REASONS = {
    "index/look_ups.py",
    "operations/permissions.py",
    "operations/publisher_forms.py",
    "operations/tokens.py",
    "web/site/managed.py",
}
MODULES_WITHOUT_RULES = {"explain/known_client_errors.py"}
"""`clients` reads this module, and imports no rules (a contract in pyproject.toml)."""


def literals(source: str) -> Iterator[str]:
    """Yield the strings of a module, except the `id` of a class."""
    tree = ast.parse(source)
    own_ids = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "id"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in own_ids:
            yield node.value


def test_a_string_is_seen_and_the_id_of_a_class_is_not() -> None:
    source = 'class FileExists:\n    id = "duplicate-file"\n\nprint("other", ["filename-reuse"])'
    assert list(literals(source)) == ["other", "filename-reuse"]


def test_no_module_writes_the_id_of_a_rule_outside_its_class() -> None:
    ids = {rule.id for rule in PYPI} - OTHER_NAMES
    written = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        allowed = REASONS if name in MODULES_WITH_REASONS else set()
        if name not in MODULES_WITHOUT_RULES and (
            used := ids.intersection(literals(path.read_text("utf-8"))) - allowed
        ):
            written[name] = used
    assert written == {}, "write CLASS.id instead"


def test_the_rules_to_which_an_error_of_a_client_leads_exist() -> None:
    assert {rule_id for error in KNOWN_CLIENT_ERRORS for rule_id in error.leads_to} <= {rule.id for rule in PYPI}
