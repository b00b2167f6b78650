"""A mapping of a workflow file, with typed access to its keys and GitHub's errors for wrong values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from fake_pypi.workflows.github.expression_values import is_primitive, to_text
from fake_pypi.workflows.github.keys import Key
from fake_pypi.workflows.github.workflow import KeyNote
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow


class KeySection:
    """A mapping of a file. A key that is not in `keys` is an error, as on GitHub; `keys=None` allows every key.

    Keys that have no effect, or are refused, are added to `notes`, which a section shares with those inside it.
    """

    def __init__(
        self,
        value: Value,
        file: str,
        line: int,
        place: str,
        keys: Mapping[str, Key] | None = None,
        *,
        notes: list[KeyNote] | None = None,
    ) -> None:
        self.file = file
        self.place = place
        self.notes = [] if notes is None else notes
        if not isinstance(value, YamlMapping):
            what = "A sequence was not expected" if isinstance(value, list) else f"Unexpected value '{to_text(value)}'"
            raise InvalidWorkflow(file, line, what, f"write a mapping: {_example(place, keys)}")
        self.values = value
        self.line_of_section = value.line
        for name in value if keys is not None else ():
            self._check(name, keys or {})

    def _check(self, name: str, keys: Mapping[str, Key]) -> None:
        key = keys.get(name)
        if key is None:
            near = get_close_matches(name, keys, n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'?" if near else f"it has {', '.join(keys)}"
            raise self.error(name, f"Unexpected value '{name}', which is not a key of this place ({self.place})", hint)
        if key.support != "supported":
            self.notes.append(KeyNote(self.line(name), self.place, key))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def line(self, key: str) -> int:
        """Return the line of a key, or that of the section."""
        return self.values.lines.get(key, self.line_of_section)

    def error(self, key: str, why: str, next_step: str = "correct the file") -> InvalidWorkflow:
        """Return the error for a key, with its line."""
        return InvalidWorkflow(self.file, self.line(key), why, next_step)

    def text(self, key: str) -> str | None:
        """Return a scalar as text; None where the key is missing or null."""
        value = self.values.get(key)
        if value is None:
            return None
        self._check_scalar(key, value)
        return to_text(value)

    def required_text(self, key: str) -> str:
        """Return a text that must not be missing or empty."""
        if key not in self.values:
            raise InvalidWorkflow(
                self.file, self.line_of_section, f"Required property is missing: {key}", f"add it to the {self.place}"
            )
        text = self.text(key)
        if not text:
            raise self.error(key, "Unexpected value ''", f"give {key} a value")
        return text

    def scalar(self, key: str) -> Value:
        """Return a scalar as it is."""
        value = self.values.get(key)
        self._check_scalar(key, value)
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean that must not be an expression; False where the key is missing."""
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.error(key, f"Unexpected value '{to_text(value)}'", f"write true or false for {key}")

    def _check_scalar(self, key: str, value: Value) -> None:
        if not is_primitive(value):
            kind = "mapping" if isinstance(value, Mapping) else "sequence"
            raise self.error(key, f"A {kind} was not expected", f"write one value for {key}")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text, or a sequence of texts."""
        value = self.values.get(key)
        if value is None:
            return ()
        if isinstance(value, Mapping):
            raise self.error(key, "A mapping was not expected", f"write a list for {key}")
        items = value if isinstance(value, list) else [value]
        if any(not is_primitive(item) or item in (None, "") for item in items):
            raise self.error(key, f"Unexpected value in {key}", "write a list of texts")
        return tuple(map(to_text, items))

    def scalars(self, key: str) -> YamlMapping:
        """Return a mapping of scalars, as `env` and `with` are; an empty one where the key is missing."""
        if key not in self.values:
            return YamlMapping()
        value = self.values[key]
        if isinstance(value, str) and "${{" in value:
            raise self.error(
                key, f"an expression that gives all of {key} is not supported", "write the keys one by one"
            )
        inner = KeySection(value, self.file, self.line(key), key)
        for name in inner.values:
            inner.scalar(name)
        return inner.values

    def sequence(self, key: str) -> YamlSequence:
        """Return a sequence that must not be missing."""
        value = self.values.get(key)
        if not isinstance(value, YamlSequence):
            shown = (
                "A mapping was not expected" if isinstance(value, Mapping) else f"Unexpected value '{to_text(value)}'"
            )
            raise self.error(key, shown, f"write a list for {key}")
        return value

    def section(self, key: str, keys: Mapping[str, Key] | None = None, place: str = "") -> KeySection | None:
        """Return a mapping inside this one; None where the key is missing."""
        if key not in self.values:
            return None
        return self.inner(key, keys, place)

    def inner(self, key: str, keys: Mapping[str, Key] | None = None, place: str = "") -> KeySection:
        """Return a mapping inside this one that must not be missing."""
        return KeySection(self.values[key], self.file, self.line(key), place or key, keys, notes=self.notes)

    def sections(self, key: str, keys: Mapping[str, Key] | None, place: str) -> dict[str, KeySection]:
        """Return the mappings inside a mapping, by name; a missing or null one is empty."""
        value = self.values.get(key)
        if value is None:
            return {}
        outer = KeySection(value, self.file, self.line(key), key)
        return {
            name: KeySection(
                YamlMapping(outer.line(name)) if inner is None else inner,
                self.file,
                outer.line(name),
                place,
                keys,
                notes=self.notes,
            )
            for name, inner in outer.values.items()
        }


def _example(place: str, keys: Mapping[str, Key] | None) -> str:
    names = list(keys or ())
    return f"{place}: {names[0]}: …" if names else f"{place}: NAME: VALUE"
