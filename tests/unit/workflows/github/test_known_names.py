"""Keys, events, permissions, functions and contexts are those that GitHub knows, by a list with its origin and date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fake_pypi.workflows.github.availability import AVAILABILITY, CONTEXTS
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_functions import FUNCTIONS
from fake_pypi.workflows.github.keys import PLACES, SCOPES

KNOWN: dict[str, Any] = json.loads(Path(__file__).with_name("known_names.json").read_text(encoding="utf-8"))
OLDER_KEYS = {"deprecationMessage"}
"""Keys of inputs that GitHub accepts and its schema for reusable workflows does not list."""


def test_every_place_has_the_keys_that_github_knows() -> None:
    assert {place: set(keys) for place, keys in KNOWN["keys"].items()} == {
        place: set(keys) - (OLDER_KEYS if "input of workflow" in place else set()) for place, keys in PLACES.items()
    }


def test_every_key_that_is_not_supported_has_a_sentence() -> None:
    assert [
        key for keys in PLACES.values() for key in keys.values() if (key.support == "supported") == bool(key.sentence)
    ] == []


def test_the_events_and_their_filters_are_those_that_github_knows() -> None:
    assert KNOWN["events"].keys() == EVENTS.keys()
    assert {name: set(filters) for name, filters in KNOWN["events"].items()} == {
        name: set(kind.filters) for name, kind in EVENTS.items()
    }


@pytest.mark.parametrize("event", KNOWN["types"])
def test_the_activity_types_are_those_that_github_knows(event: str) -> None:
    assert set(EVENTS[event].types) == set(KNOWN["types"][event])


def test_scopes_functions_and_contexts_are_those_that_github_knows() -> None:
    assert SCOPES.keys() == set(KNOWN["permissions"])
    assert {function.name for function in FUNCTIONS.values()} == set(KNOWN["functions"])
    assert CONTEXTS.keys() == set(KNOWN["contexts"])


def test_contexts_are_available_where_github_has_them() -> None:
    of_workflows = {key for key in AVAILABILITY if not key.startswith(("inputs.", "outputs.", "runs."))}
    assert of_workflows == KNOWN["availability"].keys()
    assert {key: set(AVAILABILITY[key].contexts) for key in of_workflows} == {
        key: set(contexts) for key, contexts in KNOWN["availability"].items()
    }
