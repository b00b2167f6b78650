"""Values of pipeline files with the place of each key and item.

Places survive `include`, `extends` and `!reference`, so that a message names the file and the line that was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

Value = Any
"""None, bool, int, float, str, `PlacedMapping`, `PlacedSequence` or `Reference`."""


class Place(NamedTuple):
    """A line of a file.

    >>> print(Place(".gitlab-ci.yml", 7))
    .gitlab-ci.yml:7
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class PlacedMapping(dict[str, Value]):
    """A mapping; `place` is where it begins, `places` has the place of each key."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}

    def put(self, key: str, value: Value, place: Place) -> None:
        """Set a key that stands at a place."""
        self[key] = value
        self.places[key] = place

    def place_of(self, key: str) -> Place:
        """Return the place of a key, or that of the mapping."""
        return self.places.get(key, self.place)

    def without(self, *keys: str) -> PlacedMapping:
        """Return a copy without some keys."""
        copy = PlacedMapping(self.place)
        for key, value in self.items():
            if key not in keys:
                copy.put(key, value, self.place_of(key))
        return copy


class PlacedSequence(list[Value]):
    """A sequence; `place` is where it begins, `places` has the place of each item."""

    def __init__(self, place: Place, items: Iterable[tuple[Value, Place]] = ()) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []
        for value, item_place in items:
            self.add(value, item_place)

    def add(self, value: Value, place: Place) -> None:
        """Append an item that stands at a place."""
        self.append(value)
        self.places.append(place)

    def placed(self) -> list[tuple[Value, Place]]:
        """Return the items with their places."""
        return list(zip(self, self.places, strict=True))


class Reference:
    """A `!reference [job, key]`: the path of a value elsewhere in the configuration."""

    def __init__(self, path: tuple[str, ...], place: Place) -> None:
        self.path = path
        self.place = place

    def __str__(self) -> str:
        return f"!reference [{', '.join(self.path)}]"


def merged(base: Value, override: Value) -> Value:
    """Return two values merged as GitLab does for `include` and `extends`: mappings by key, anything else replaced."""
    if not isinstance(base, PlacedMapping) or not isinstance(override, PlacedMapping):
        return override
    result = PlacedMapping(override.place)
    for key, value in base.items():
        result.put(key, value, base.place_of(key))
    for key, value in override.items():
        result.put(key, merged(base[key], value) if key in base else value, override.place_of(key))
    return result


def as_text(value: Value) -> str:
    """Return a scalar as the text that GitLab makes of it.

    >>> as_text(True), as_text(3.1), as_text(None)
    ('true', '3.1', '')
    """
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_scalar(value: Value) -> bool:
    """Return whether a value is a text, a number or a boolean."""
    return isinstance(value, str | int | float | bool)
