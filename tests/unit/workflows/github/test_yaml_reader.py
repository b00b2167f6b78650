"""YAML is read by the core schema of YAML 1.2, with lines, and without what GitHub does not accept."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from fake_pypi.workflows.github.yaml_reader import core_scalar, parse_yaml, read_yaml
from fake_pypi.workflows.github.yaml_values import YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("Null", None),
        ("3.10", 3.1),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-12", -12),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".inf", math.inf),
        ("1_000", "1_000"),
        ("2026-01-01", "2026-01-01"),
        ("1:30", "1:30"),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        ("9" * 500, math.inf),
    ],
)
def test_a_plain_scalar_has_the_type_of_the_core_schema(text: str, value: object) -> None:
    assert core_scalar(text) == value
    assert type(core_scalar(text)) is type(value)


def test_quoted_and_tagged_scalars_are_strings() -> None:
    text = "{a: '1', b: \"true\", c: !!str 3.10, d: &x !!str 5, e: *x, f: &y 5, g: !!int 7}"
    assert parse_yaml(text, "f.yml") == {"a": "1", "b": "true", "c": "3.10", "d": "5", "e": "5", "f": 5, "g": 7}


def test_each_key_and_item_has_its_line() -> None:
    value = parse_yaml("# comment\na: 1\nb:\n  - x\n  -\n    c: 2\n", "f.yml")
    assert isinstance(value, YamlMapping)
    assert (value.line, value.lines) == (2, {"a": 2, "b": 3})
    items = value["b"]
    assert isinstance(items, YamlSequence)
    assert (items.lines, items[1].lines) == ([4, 6], {"c": 6})


def test_an_alias_has_the_value_of_its_anchor() -> None:
    assert parse_yaml("a: &env {X: 1}\nb: *env\n", "f.yml") == {"a": {"X": 1}, "b": {"X": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [", "f.yml:2: the file is not valid YAML"),
        ("a:\n\t- b", "f.yml:2: the file is not valid YAML"),
        ("a: b: c", "f.yml:1: the file is not valid YAML (mapping values are not allowed here)"),
        ("a: 1\na: 2", "f.yml:2: 'a' is already defined in line 1: remove one of them"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "f.yml:3: GitHub does not support the merge key <<"),
        ("a: &x [*x]", "f.yml:1: an alias stands inside its own anchor"),
        ("a: *nothing", "f.yml:1: the file is not valid YAML (found undefined alias 'nothing')"),
        ("a: !env X", "f.yml:1: GitHub does not support the tag '!env' here"),
        ("a: !!set {x}", "f.yml:1: GitHub does not support the tag 'tag:yaml.org,2002:set'"),
        ("? [a]\n: 1", "f.yml:1: A scalar value was expected as key"),
        ("a: 1\n---\nb: 2", "f.yml:2: the file is not valid YAML"),
        ("a: \x07", "f.yml: the file is not valid YAML"),
        ("[" * 2000, "f.yml: the YAML has too many levels"),
        (
            "a: &a [1,1,1,1,1,1,1,1,1]\n"
            + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)),
            "f.yml:1: aliases make more than 100000 values of this file",
        ),
    ],
)
def test_what_github_cannot_read_is_an_error_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(InvalidWorkflow) as error:
        parse_yaml(text, "f.yml")
    assert str(error.value).startswith(message)


def test_a_file_that_is_not_utf_8_or_missing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "latin.yml").write_bytes("name: Müller".encode("latin-1"))
    with pytest.raises(InvalidWorkflow, match="the file is not UTF-8"):
        read_yaml(tmp_path / "latin.yml", "latin.yml")
    with pytest.raises(InvalidWorkflow, match=r"none\.yml: the file cannot be read: .*: name another file"):
        read_yaml(tmp_path / "none.yml", "none.yml")


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfon: push\n")
    assert read_yaml(tmp_path / "a.yml", "a.yml") == {"on": "push"}
