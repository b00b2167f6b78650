"""The rules that CONTRIBUTING.md shows can be added: each rejects its own example, with the message that it has."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import fake_pypi.rules
from fake_pypi.index import Index
from fake_pypi.inspection.form_metadata import FormMetadata
from fake_pypi.packages.wheel import wheel
from fake_pypi.rules.examples import upload_of
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule
from tests.project.code_blocks import CodeBlock, code_blocks

BLOCKS = [block for block in code_blocks() if block.page == "CONTRIBUTING.md" and block.language == "python"]


def names_of_rules() -> dict[str, object]:
    """Return the names that the modules of rules have, which the blocks use without importing them."""
    names: dict[str, object] = {"Index": Index, "FormMetadata": FormMetadata, "Iterator": Iterator, "wheel": wheel}
    for module in pkgutil.iter_modules(fake_pypi.rules.__path__):
        names |= vars(importlib.import_module(f"fake_pypi.rules.{module.name}"))
    return {name: value for name, value in names.items() if not name.startswith("__")}


@pytest.mark.parametrize("block", [pytest.param(block, id=str(block)) for block in BLOCKS])
def test_the_rule_rejects_its_example(block: CodeBlock, tmp_path: Path) -> None:
    names = names_of_rules()
    before = set(names)
    exec(compile("from __future__ import annotations\n" + block.text, str(block), "exec"), names)
    [rule] = [value() for name, value in names.items() if name not in before and isinstance(value, type)]
    assert isinstance(rule, Rule)
    index = Index()
    try:
        upload = upload_of(rule.example(), index, tmp_path)
        rejection = rule.check(upload, index)
        assert rejection is not None
        assert PYPI.judge(upload, index).rejection is None, "without the rule, the example is accepted"
    finally:
        index.close()


def test_there_is_an_example_of_each_kind_of_rule() -> None:
    assert len(BLOCKS) == 3
