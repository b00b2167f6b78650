"""Expand the matrix of a job, with `include` and `exclude`.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.expression_values import to_text
from fake_pypi.workflows.github.yaml_values import Value

MOST_ENTRIES = 256


def matrix_entries(matrix: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Return the entries of an evaluated matrix, in GitHub's order.

    >>> matrix_entries({"python": ["3.12", "3.13"], "include": [{"python": "3.13", "docs": True}]})
    [{'python': '3.12'}, {'python': '3.13', 'docs': True}]

    `include` adds its keys to the entries whose own values it does not change, and makes an entry of its own where
    there are none. `exclude` removes the entries that have all of its values. Raise `UsageError` for another type of
    value, and for more than 256 entries.
    """
    vectors = {name: _list(name, values) for name, values in matrix.items() if name not in {"include", "exclude"}}
    combinations = [dict(zip(vectors, values, strict=True)) for values in product(*vectors.values())] if vectors else []
    excluded = _filters("exclude", matrix.get("exclude"))
    originals = [entry for entry in combinations if not any(_has(entry, each) for each in excluded)]
    entries = [dict(entry) for entry in originals]
    own: list[dict[str, Value]] = []
    for included in _filters("include", matrix.get("include")):
        fitting = [
            entry
            for entry, original in zip(entries, originals, strict=True)
            if all(_same(original[name], value) for name, value in included.items() if name in original)
        ]
        for entry in fitting:
            entry.update(included)
        if not fitting:
            own.append(dict(included))
    if len(entries) + len(own) > MOST_ENTRIES:
        raise UsageError(f"the matrix has {len(entries) + len(own)} entries", f"GitHub accepts {MOST_ENTRIES}")
    return [*entries, *own]


def _list(name: str, values: Value) -> Sequence[Value]:
    if not isinstance(values, list):
        raise UsageError(f"the matrix variable '{name}' has '{to_text(values)}'", "give it a list")
    if not values:
        raise UsageError(f"Matrix vector '{name}' does not contain any values", "give it at least one")
    return values


def _filters(name: str, values: Value) -> Iterable[Mapping[str, Value]]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(each, Mapping) for each in values):
        raise UsageError(f"`{name}` of the matrix is not a list of mappings", "write mappings")
    return values


def _has(entry: Mapping[str, Value], wanted: Mapping[str, Value]) -> bool:
    return all(name in entry and _same(entry[name], value) for name, value in wanted.items())


def _same(left: Value, right: Value) -> bool:
    """Return whether two values are equal; True is not 1."""
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def title_of(name: str, entry: Mapping[str, Value]) -> str:
    """Return the name that GitHub shows for a job of a matrix: "build (3.13, ubuntu-latest)"."""
    values = ", ".join(_shown(entry.values()))
    return f"{name} ({values})" if values else name


def _shown(values: Iterable[Value]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _shown(value.values())
        elif isinstance(value, list):
            yield from _shown(value)
        else:
            yield to_text(value)
