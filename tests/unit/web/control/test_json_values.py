"""Values of JSON are read into the annotated types, or rejected with the name of their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Annotated, Any, Literal

import pytest

from fake_pypi.web.control.json_values import (
    Bounds,
    Count,
    InvalidValue,
    Name,
    Text,
    parse,
    read,
    read_text,
    schema,
    written,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (str, "text", "text"),
        (bool, True, True),
        (int, 3, 3),
        (int, 3.0, 3),
        (float, 3, 3),
        (str | None, None, None),
        (Name | None, "hello", "hello"),
        (list[str], ["a", "b"], ["a", "b"]),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (dict[str, Any], {"a": [1, True, {"b": None}]}, {"a": [1, True, {"b": None}]}),
        (Literal["wheel", "sdist"], "sdist", "sdist"),
        (datetime, "2026-01-31T12:00:00Z", NOON),
        (datetime, "2026-01-31T13:00:00+01:00", NOON),
        (datetime, "2026-01-31T12:00:00", NOON),
    ],
)
def test_a_value_of_the_right_type_is_read(annotation: Any, value: Any, expected: Any) -> None:
    assert read(annotation, value, "x") == expected


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (str, 3, "x is not a text"),
        (str, None, "x is not a text"),
        (str, "a\0b", "x is not a text without NUL characters and lone surrogates"),
        (str, "\ud800", "x is not a text without NUL characters and lone surrogates"),
        (str, "a" * 10_001, "x is not a text of 0 to 10000 characters"),
        (Text, "", "x is not a text of 1 to 10000 characters"),
        (Name, "-", "x is not a text that matches"),
        (bool, 1, "x is not true or false"),
        (int, True, "x is not a number"),
        (int, "1", "x is not a number"),
        (int, 1.5, "x is not a whole number"),
        (int, 10**400, "x is not a number from"),
        (float, float("inf"), "x is not a number from"),
        (float, float("nan"), "x is not a number"),
        (Count, -1, "x is not a number from 0 to"),
        (list[str], "ab", "x is not a list"),
        (list[str], ["a", 1], r"x\[1\] is not a text"),
        (dict[str, int], [1], "x is not an object"),
        (dict[str, int], {"a": "b"}, "x.a is not a number"),
        (dict[str, Any], {"a": {"b": ["\0"]}}, "x.a.b is not a text without NUL"),
        (Literal["wheel", "sdist"], "egg", "x is not one of wheel, sdist"),
        (Literal["wheel", "sdist"], ["wheel"], "x is not one of wheel, sdist"),
        (datetime, "soon", "x is not a time such as"),
        (datetime, "0001-01-01T00:00:00+23:00", "x is not a time such as"),
    ],
)
def test_another_value_is_rejected_with_its_place(annotation: Any, value: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        read(annotation, value, "x")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"NaN", b'{"a": Infinity}', b"\xff", '{"a": 1}'.encode("utf-16"), b"[" * 90_000, b"1" * 5000],
)
def test_a_body_that_is_no_json_is_rejected(body: bytes) -> None:
    with pytest.raises(InvalidValue, match="the body is not JSON"):
        parse(body)


@pytest.mark.parametrize(
    ("annotation", "texts", "expected"),
    [
        (str | None, ["hello"], "hello"),
        (int, ["3"], 3),
        (float, ["0.5"], 0.5),
        (float, ["5e-1"], 0.5),
        (bool, ["true"], True),
        (list[str], ["a", "b"], ["a", "b"]),
    ],
)
def test_a_query_parameter_is_read_from_its_text(annotation: Any, texts: list[str], expected: Any) -> None:
    assert read_text(annotation, texts, "x") == expected


@pytest.mark.parametrize(
    ("annotation", "texts"),
    [
        (int, ["three"]),
        (int, ["1" * 30]),
        (int, ["1e-3"]),
        (float, ["1e999"]),
        (bool, ["yes"]),
        (str, ["a", "b"]),
        (float, ["nan"]),
    ],
)
def test_a_text_of_another_type_is_rejected(annotation: Any, texts: list[str]) -> None:
    with pytest.raises(InvalidValue):
        read_text(annotation, texts, "x")


@dataclass(frozen=True)
class Sample:
    """A sample.

    More about it.
    """

    name: str
    size: Annotated[int, Bounds(maximum=3)]
    at: datetime | None
    tags: Sequence[str]
    facts: Mapping[str, int]
    secret: str = field(default="", repr=False)


def test_a_dataclass_is_written_without_what_its_repr_hides() -> None:
    value = Sample("\ud800", 1, NOON, ("a",), {"b": 2}, "hidden")
    expected = {"name": "?", "size": 1, "at": "2026-01-31T12:00:00+00:00", "tags": ["a"], "facts": {"b": 2}}
    assert written([value]) == [expected]


def test_a_dataclass_is_described_once() -> None:
    components: dict[str, Any] = {}
    assert schema(list[Sample], components) == {"type": "array", "items": {"$ref": "#/components/schemas/Sample"}}
    described = components["Sample"]
    assert described["description"] == "A sample."
    assert described["required"] == ["name", "size", "at", "tags", "facts"]
    assert described["properties"]["size"] == {"type": "integer"}
    assert described["properties"]["at"]["anyOf"][1] == {"type": "null"}
