"""The reference of `--json`: the members of each document and of its parts, and the JSON Schemas."""

from __future__ import annotations

import inspect
import json
import textwrap
from dataclasses import is_dataclass
from typing import get_type_hints

from docs.generators.markdown import filled, table, written_type
from fake_pypi.cli import index_documents, json_documents, workflow_documents
from fake_pypi.cli.json_output import DOCUMENTS, schemas
from fake_pypi.report.json_document import json_schema


def pages() -> dict[str, str]:
    """Return the page, and the schemas of the documents that commands print and of reports."""
    documents = {**schemas(), "report": json_schema()}
    texts = {name: json.dumps(schema, indent=1) + "\n" for name, schema in documents.items()}
    return {
        "reference/json.md": page(),
        **{f"reference/schemas/{name}.schema.json": text for name, text in texts.items()},
    }


def page() -> str:
    """Return a text about `--json`, with the members of each document and of its parts."""
    documents = []
    for name, cls in DOCUMENTS.items():
        schema = f"Schema: [{name}.schema.json](schemas/{name}.schema.json)."
        documents.append("\n\n".join([f"## {name}", described(cls), schema, members_of(cls)]))
    parts = [
        "\n\n".join([f"### {name}", described(value), members_of(value)])
        for name, value in {**vars(json_documents), **vars(workflow_documents), **vars(index_documents)}.items()
        if is_dataclass(value) and isinstance(value, type) and value not in DOCUMENTS.values()
    ]
    values = {
        "COMMANDS": " · ".join(f"[{name}](#{name})" for name in DOCUMENTS),
        "DOCUMENTS": "\n\n".join([*documents, "## Parts of documents", *parts]),
    }
    return filled("json.md.in", values)


def described(cls: type) -> str:
    """Return the docstring of a class as paragraphs of lines that are not too long."""
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(cls) or "").split("\n\n")]
    return "\n\n".join("\n".join(textwrap.wrap(part, 140)) for part in paragraphs)


def members_of(cls: type) -> str:
    """Return a table of the members of a dataclass with their types."""
    hints = get_type_hints(cls)
    return table(["member", "type"], ([f"`{name}`", written_type(hint)] for name, hint in hints.items()))
