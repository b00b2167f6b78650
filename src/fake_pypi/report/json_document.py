"""A report as JSON, and the JSON Schema of that."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from fake_pypi.report.report_content import SCHEMA_VERSION, Report
from fake_pypi.web.control.json_values import schema, written

Content = TypeVar("Content")


def to_json(value: Any) -> str:
    """Return a report, or a part of one, as JSON."""
    return json.dumps(written(value), ensure_ascii=False, indent=1)


def from_json(cls: type[Content], text: str) -> Content:
    """Return a report, or the part of one that `cls` is, from its JSON; unknown members are ignored."""
    value: Content = _read(cls, json.loads(text))
    return value


def _read(annotation: Any, value: Any) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if value is None or annotation is str:
        return value
    if origin in (Union, types.UnionType):
        value = _read(next(option for option in arguments if option is not type(None)), value)
    elif origin in (tuple, list):
        value = origin(_read(arguments[0], item) for item in value)
    elif origin is dict:
        value = {name: _read(arguments[1], item) for name, item in value.items()}
    elif annotation is datetime:
        value = datetime.fromisoformat(value)
    elif dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        hints = get_type_hints(annotation)
        known = [field.name for field in dataclasses.fields(annotation) if field.name in value]
        value = annotation(**{name: _read(hints[name], value[name]) for name in known})
    return value


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a report; it follows from the dataclasses of `report_content`."""
    described = schema_of(Report, "Report of pytest-fake-pypi")
    described["properties"]["version"] = {"const": SCHEMA_VERSION}
    return described


def schema_of(cls: type, title: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a dataclass, with the docstrings of all its parts as descriptions.

    The parts are dataclasses of the same module.
    """
    definitions: dict[str, Any] = {}
    schema(cls, definitions)
    for name, described in definitions.items():
        part = getattr(sys.modules[cls.__module__], name)
        described["description"] = " ".join((inspect.getdoc(part) or "").split())
    root = definitions.pop(cls.__name__)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        **({"$defs": definitions} if definitions else {}),
    }
    return _with_local_references(document)  # type: ignore[no-any-return]  # of the same type


def _with_local_references(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: item.replace("#/components/schemas/", "#/$defs/") if name == "$ref" else _with_local_references(item)
            for name, item in value.items()
        }
    return [_with_local_references(item) for item in value] if isinstance(value, list) else value
