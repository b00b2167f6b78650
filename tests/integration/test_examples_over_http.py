"""Every rule's example, sent over HTTP: the server answers with that very rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from fake_pypi import FakePyPI
from fake_pypi.fake.reproduction import Reproduction
from fake_pypi.packages.metadata_rewriting import METADATA_FORM_FIELDS
from fake_pypi.rules.order import PYPI
from fake_pypi.rules.rule_set import Rule

each_rule = pytest.mark.parametrize("rule", tuple(PYPI), ids=lambda rule: rule.id)


@each_rule
def test_the_server_rejects_an_example_with_its_rule(rule: Rule, tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        outcome = Reproduction(pypi, rule.example(), tmp_path).send()
    assert (outcome.rule, outcome.status) == (rule.id, rule.status)


@each_rule
def test_the_index_is_as_it_was_after_a_rejection(rule: Rule, tmp_path: Path) -> None:
    with FakePyPI() as pypi:
        reproduction = Reproduction(pypi, rule.example(), tmp_path)
        before = pypi.index.journal.last_serial
        reproduction.send()
        assert pypi.index.journal.last_serial == before
        assert list(pypi.instance.spool.iterdir()) == []


@each_rule
def test_the_file_for_a_real_tool_has_the_metadata_of_the_form(rule: Rule, tmp_path: Path) -> None:
    example = rule.example()
    with FakePyPI() as pypi:
        path = Reproduction(pypi, example, tmp_path / "by-hand").write_package(tmp_path / "dist")
    beyond_metadata = set(example.form) - METADATA_FORM_FIELDS or set(example.file) - {"filename"}
    name = example.file.get("filename", example.package.filename)
    if path is None:
        assert beyond_metadata or len(name) > 255 or "/" in name or "import_name" in example.form
    else:
        assert not beyond_metadata
        assert path.name == name
