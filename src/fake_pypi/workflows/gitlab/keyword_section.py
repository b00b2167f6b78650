"""A mapping of a pipeline file, with typed access to its keywords and GitLab's errors for wrong values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from fake_pypi.workflows.gitlab.pipeline import KeywordNote, PipelineVariable
from fake_pypi.workflows.gitlab.pipeline_keys import VARIABLE, Keyword
from fake_pypi.workflows.gitlab.placed_values import (
    Place,
    PlacedMapping,
    PlacedSequence,
    Value,
    as_text,
    is_scalar,
)
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow


class KeywordSection:
    """A mapping at `location`, as "jobs:build:artifacts". Unknown keywords are errors, as on GitLab.

    Keywords without effect are added to `notes`, those that are refused to `not_supported`.
    """

    def __init__(
        self,
        value: Value,
        place: Place,
        location: str,
        keywords: Mapping[str, Keyword],
        notes: list[KeywordNote],
        *,
        alternative: str = "a hash",
    ) -> None:
        self.location = location
        self.notes = notes
        self.not_supported: list[str] = []
        if not isinstance(value, PlacedMapping):
            raise InvalidWorkflow(*place, f"{location} config should be {alternative}", f"give it {_few(keywords)}")
        self.values = value
        for name in value:
            self._check(name, keywords)

    def _check(self, name: str, keywords: Mapping[str, Keyword]) -> None:
        keyword = keywords.get(name)
        if keyword is None:
            near = get_close_matches(name, keywords, n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(keywords)}"
            raise self.error(name, f"{self.location} config contains unknown keys: {name}", hint)
        if keyword.support == "refused":
            self.not_supported.append(f"{self.place_of(name)}: `{name}`: {keyword.sentence}")
        elif keyword.support == "noted" and not keyword.quiet:
            self.notes.append(KeywordNote(self.place_of(name), f"`{name}` has no effect here: {keyword.sentence}"))

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def place_of(self, key: str) -> Place:
        """Return the place of a key, or that of the mapping."""
        return self.values.place_of(key)

    def error(self, key: str, why: str, next_step: str = "correct the file") -> InvalidWorkflow:
        """Return the error for a key, with its place."""
        return InvalidWorkflow(*self.place_of(key), why, next_step)

    def text(self, key: str, default: str = "") -> str:
        """Return a text or a number as text."""
        value = self.values.get(key)
        if value is None:
            return default
        if not is_scalar(value) or isinstance(value, bool):
            raise self.error(key, f"{self.location} {key} should be a string")
        return as_text(value)

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of several texts."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(key, f"{self.location} {key} should be one of: {', '.join(allowed)}")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a boolean."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.error(key, f"{self.location} {key} should be a boolean value", "write true or false")
        return value

    def number(self, key: str) -> int | None:
        """Return an integer; None where the key is missing."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(key, f"{self.location} {key} should be an integer")
        return value

    def items(self, key: str) -> list[tuple[Value, Place]]:
        """Return the items of a list, with those of nested lists, or a single value as one item."""
        value = self.values.get(key)
        return [] if value is None else flattened(value, self.place_of(key))

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a text or a list of texts; None where the key is missing."""
        if self.values.get(key) is None:
            return None
        items = self.items(key)
        for item, place in items:
            if not is_scalar(item) or isinstance(item, bool):
                raise InvalidWorkflow(*place, f"{self.location} {key} should be an array of strings")
        return tuple(as_text(item) for item, _ in items)

    def numbers(self, key: str) -> tuple[int, ...] | None:
        """Return an integer or a list of them; None where the key is missing."""
        if self.values.get(key) is None:
            return None
        items = self.items(key)
        for item, place in items:
            if not isinstance(item, int) or isinstance(item, bool):
                raise InvalidWorkflow(*place, f"{self.location} {key} should be an array of integers")
        return tuple(item for item, _ in items)

    def variables(self, key: str = "variables") -> dict[str, PipelineVariable]:
        """Return the variables of the keyword `variables`."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, PlacedMapping):
            raise self.error(key, f"{self.location}:{key} config should be a hash of variables")
        return {name: self._variable(name, value, f"{self.location}:{key}:{name}") for name in value}

    def _variable(self, name: str, values: PlacedMapping, location: str) -> PipelineVariable:
        value, place = values[name], values.place_of(name)
        if isinstance(value, PlacedMapping):
            inner = KeywordSection(value, place, location, VARIABLE, self.notes)
            return PipelineVariable(inner.text("value"), place, inner.flag("expand", default=True))
        if value is not None and (not is_scalar(value) or isinstance(value, bool)):
            hint = f'put it in quotes: {name}: "{as_text(value)}"' if is_scalar(value) else "write a text"
            raise InvalidWorkflow(*place, f"{location} config should be a string, a number or a hash", hint)
        return PipelineVariable(as_text(value), place)


def flattened(value: Value, place: Place, level: int = 0) -> list[tuple[Value, Place]]:
    """Return the items of a list and of the lists in it, which `!reference` makes."""
    if not isinstance(value, PlacedSequence):
        return [(value, place)]
    if level > 10:
        raise InvalidWorkflow(*place, "lists are nested in more than 10 levels")
    return [pair for item, item_place in value.placed() for pair in flattened(item, item_place, level + 1)]


def _few(keywords: Mapping[str, Keyword]) -> str:
    return f"keywords such as {', '.join(list(keywords)[:4])}"
