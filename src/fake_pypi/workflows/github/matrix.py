"""Expand the matrix of a job, with `include` and `exclude`.

https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.expression_values import are_equal, property_of, to_text
from fake_pypi.workflows.github.yaml_values import Value

MOST_ENTRIES = 256
LONGEST_TITLE = 100  # characters


@dataclass
class Combination:
    """An entry of a matrix: the values that make its title, and those that `include` adds."""

    values: dict[str, Value]
    added: dict[str, Value] = field(default_factory=dict)

    @property
    def entry(self) -> dict[str, Value]:
        """The context `matrix`."""
        return {**self.values, **self.added}


def combinations(matrix: Mapping[str, Value]) -> list[Combination]:
    """Return the entries of an evaluated matrix, in GitHub's order.

    >>> [each.entry for each in combinations({"python": [12, 13], "include": [{"python": 13, "docs": True}]})]
    [{'python': 12}, {'python': 13, 'docs': True}]

    `include` adds its keys to the entries whose own values it does not change, and makes an entry of its own where
    there are none. `exclude` removes the entries that have all of its values, also inside mappings. Values are compared
    as `==` does. Raise `UsageError` for what GitHub does not accept.
    """
    vectors = {name: _list(name, values) for name, values in matrix.items() if name not in {"include", "exclude"}}
    excluded = _filters("exclude", matrix.get("exclude"))
    for filter_ in excluded:
        for name in filter_:
            if name not in vectors:
                raise UsageError(
                    f"Matrix exclude key '{name}' does not match any key within the matrix",
                    f"the matrix has {', '.join(vectors) or 'no variables'}",
                )
    every = (dict(zip(vectors, values, strict=True)) for values in product(*vectors.values())) if vectors else ()
    found = [Combination(values) for values in every if not any(_matches(values, each) for each in excluded)]
    own = []
    for included in _filters("include", matrix.get("include")):
        wanted = {name: value for name, value in included.items() if name in vectors}
        added = {name: value for name, value in included.items() if name not in vectors}
        fitting = [each for each in found if _matches(each.values, wanted)]
        for each in fitting:
            each.added.update(added)
        if not fitting:
            own.append(Combination({**wanted, **added}))
    if len(found) + len(own) > MOST_ENTRIES:
        raise UsageError(f"the matrix has {len(found) + len(own)} entries", f"GitHub accepts {MOST_ENTRIES}")
    return [*found, *own]


def _list(name: str, values: Value) -> Sequence[Value]:
    if not isinstance(values, list):
        raise UsageError(f"the matrix variable '{name}' has '{to_text(values)}'", "give it a list")
    if not values:
        raise UsageError(f"Matrix vector '{name}' does not contain any values", "give it at least one")
    return values


def _filters(name: str, values: Value) -> Sequence[Mapping[str, Value]]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(each, Mapping) for each in values):
        raise UsageError(f"`{name}` of the matrix is not a list of mappings", "write mappings")
    if not all(values):
        raise UsageError(f"an item of `{name}` of the matrix has no values", "remove it")
    return values


def _matches(value: Value, wanted: Value) -> bool:
    """Return whether a value has all values of a filter."""
    if isinstance(wanted, Mapping):
        has = isinstance(value, Mapping)
        return all(_matches(property_of(value, name) if has else None, item) for name, item in wanted.items())
    if isinstance(wanted, list):
        items = value if isinstance(value, list) else []
        return all(_matches(items[i] if i < len(items) else None, item) for i, item in enumerate(wanted))
    return are_equal(value, wanted)


def title_of(name: str, values: Mapping[str, Value]) -> str:
    """Return the name that GitHub shows for a job of a matrix: "build (3.13, ubuntu-latest)"."""
    shown = ", ".join(filter(None, _shown(values.values())))
    title = f"{name} ({shown})" if shown else name
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 3]}..."


def _shown(values: Iterable[Value]) -> Iterable[str]:
    for value in values:
        if isinstance(value, Mapping):
            yield from _shown(value.values())
        elif isinstance(value, list):
            yield from _shown(value)
        else:
            yield to_text(value)
