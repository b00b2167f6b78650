"""The documents of `--json` and their schemas."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fake_pypi.cli import COMMANDS, main
from fake_pypi.cli.index_documents import TotpDocument
from fake_pypi.cli.json_output import DOCUMENTS, as_json, schemas
from tests.unit.cli.schemas import SCHEMAS, stored_schema

WITHOUT_JSON = {"run", "browser", "completion"}
"""Commands whose output is that of another program, or a script."""
WRONG_USAGE = {
    "check": ["no-such-file.whl"],
    "rules": ["no-such-rule"],
    "explain": ["no-such-file.log"],
    "reproduce": ["no-such-rule"],
    "rehearse": ["no-such-folder"],
    "workflow": ["no-such-file.yml"],
    "data": ["check", "no-such-folder"],
    "serve": ["--site", "devpi", "--open"],
    "fault": ["add", "no-such-fault"],
    "token": ["revoke"],
    "user": ["add"],
    "yank": ["demo"],
    "unyank": ["demo"],
    "delete": [],
    "env": ["--real-hosts", "--client", "pip"],
    "totp": [],
    "limits": ["--file-size", "many"],
    "requests": ["--status", "fine"],
    "wheelhouse": ["one", "two", "three"],
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_in_the_documentation_is_valid_and_the_present_one(name: str) -> None:
    Draft202012Validator.check_schema(stored_schema(name))
    assert stored_schema(name) == schemas()[name], "run `python docs/generate.py`"


def test_the_documentation_has_no_other_schemas() -> None:
    stored = {path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir()}
    assert stored == {*DOCUMENTS, "report"}


def test_every_command_that_prints_data_has_the_option() -> None:
    without = set()
    for command, (module, _) in COMMANDS.items():
        parser = argparse.ArgumentParser()
        import_module(f"fake_pypi.cli.{module}").configure(parser)
        if "--json" not in parser.format_help():
            without.add(command)
    assert without == WITHOUT_JSON & COMMANDS.keys()


@pytest.mark.parametrize("command", sorted(COMMANDS.keys() - WITHOUT_JSON))
def test_wrong_usage_is_one_line_on_standard_error_with_json_too(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--json", *WRONG_USAGE[command]]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.startswith("fake-pypi: ")


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and schemas of all members, at any depth, without those of the envelope."""
    for part in [schema, *schema.get("$defs", {}).values()]:
        for name, described in part["properties"].items():
            if "const" not in described:
                yield name, described


def kind(described: dict[str, Any]) -> str:
    """Return the type of a member, whatever else it may be than null."""
    options = [option for option in described.get("anyOf", [described]) if option != {"type": "null"}]
    (option,) = options
    return "object" if "$ref" in option else str(option["type"])


def test_a_member_has_the_same_type_in_every_document() -> None:
    kinds = defaultdict(set)
    for schema in schemas().values():
        for name, described in properties(schema):
            kinds[name].add(kind(described))
    assert {name: types for name, types in kinds.items() if len(types) > 1} == {}
    assert {"index", "rule", "status", "filename", "project"} <= kinds.keys()


def test_every_document_and_part_is_described() -> None:
    parts = [part for schema in schemas().values() for part in (schema, *schema.get("$defs", {}).values())]
    assert [part for part in parts if len(part["description"]) < 20] == []


def test_a_document_begins_with_the_name_and_version_of_its_schema() -> None:
    document = as_json(TotpDocument("pypi", "alice", "123456"))
    assert list(document.items()) == [
        ("schema", "totp"),
        ("version", 1),
        ("index", "pypi"),
        ("user", "alice"),
        ("code", "123456"),
    ]
