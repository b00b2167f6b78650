"""The JSON Schemas in the documentation, by which tests validate what commands print with `--json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "schemas"


def stored_schema(name: str) -> dict[str, Any]:
    """Return a schema of the documentation."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def valid_document(text: str, name: str) -> dict[str, Any]:
    """Return the JSON document that a command printed, after it was validated against the schema of that name."""
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(stored_schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    assert document["schema"] == name
    return document
