"""Parts of pages that several generators write: tables, lists, blocks, types, templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a template of this folder (`faults.md.in`) with each `@NAME@` replaced by its value."""
    text = Path(__file__).with_name(template).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], text)


def table(heading: list[str], cells: Iterable[list[str]]) -> str:
    """Return a table."""
    lines = [heading, ["---"] * len(heading), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code_list(names: Iterable[str]) -> str:
    """Return names as a list in a sentence: `a`, `b` and `c`."""
    *first, last = [f"`{name}`" for name in names]
    return f"{', '.join(first)} and {last}"


def fenced(text: str) -> str:
    """Return a text as a block; digests, which differ between machines, are replaced."""
    return f"```text\n{DIGEST.sub('...', text)}\n```"


def listed(line: str) -> str:
    """Return a line as an item of a list."""
    return f"- {line}"


def written_type(annotation: Any) -> str:
    """Return a type as the page about the control API shows it."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return written_type(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (list, tuple):
        return f"a list of {written_type(arguments[0])}"
    if origin is dict:
        return "an object" if arguments[1] is Any else f"an object with {written_type(arguments[1])} as values"
    if arguments:
        return " or ".join(written_type(argument) for argument in arguments)
    names = {str: "text", int: "integer", float: "number", bool: "`true` or `false`", type(None): "`null`"}
    return names.get(annotation, "time" if annotation is datetime else annotation.__name__)
