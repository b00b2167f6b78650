"""The option `--json`: one JSON document on standard output, and the JSON Schemas of these documents.

The first members of each document are `schema`, the name of its schema in docs/reference/schemas, and `version`.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from fake_pypi.cli import index_documents, json_documents, workflow_documents

VERSION = 1
"""The version of the documents. It rises when a member is removed, or changes its type or meaning."""
DOCUMENTS = {
    name.removesuffix("Document").lower(): value
    for module in (json_documents, workflow_documents, index_documents)
    for name, value in vars(module).items()
    if name.endswith("Document")
}
"""The classes of the documents by the names of their schemas. `rehearse` prints a report, which has its own module."""


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def print_json(document: object, *, indent: int | None = 2) -> None:
    """Print a document, in ASCII, so that every terminal and pipe can pass it on."""
    print(json.dumps(as_json(document), indent=indent), flush=True)


def as_json(document: object) -> dict[str, Any]:
    """Return a document as values of JSON, with the name and version of its schema in front.

    >>> as_json(index_documents.TotpDocument("pypi", "alice", "123456"))["schema"]
    'totp'
    """
    from fake_pypi.web.control.json_values import written

    name = next(name for name, cls in DOCUMENTS.items() if isinstance(document, cls))
    return {"schema": name, "version": VERSION, **written(document)}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema (2020-12) of each document, by its name."""
    from fake_pypi.report.json_document import schema_of

    described = {name: schema_of(cls, f"{name}: output of fake-pypi") for name, cls in DOCUMENTS.items()}
    return {name: _with_envelope(name, schema) for name, schema in described.items()}


def _with_envelope(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    envelope = {"schema": {"const": name}, "version": {"const": VERSION}}
    return {
        **schema,
        "properties": {**envelope, **schema["properties"]},
        "required": [*envelope, *schema["required"]],
    }
