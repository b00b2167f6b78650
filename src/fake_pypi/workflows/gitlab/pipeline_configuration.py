"""The configuration of a pipeline: its file with included files, `extends` and `!reference` resolved.

https://docs.gitlab.com/ci/yaml/includes/ · https://docs.gitlab.com/ci/yaml/yaml_optimization/
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.workflows.gitlab.path_patterns import matches_path
from fake_pypi.workflows.gitlab.pipeline import KeywordNote, MissingInclude
from fake_pypi.workflows.gitlab.pipeline_keys import INCLUDE
from fake_pypi.workflows.gitlab.pipeline_yaml import read_pipeline_yaml
from fake_pypi.workflows.gitlab.placed_values import (
    Place,
    PlacedMapping,
    PlacedSequence,
    Reference,
    Value,
    as_text,
    merged,
)
from fake_pypi.workflows.gitlab.variable_expansion import expand
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

MOST_INCLUDES = 150
MOST_LEVELS = 11
"""Most levels of `extends`; GitLab's limit."""
MOST_REFERENCES = 10
"""Most levels of nested `!reference` tags; GitLab's limit."""

RuleChecker = Callable[[Value, Place], bool]
"""Returns whether the `rules` of an include let the file be included."""


@dataclass
class Configuration:
    """The merged mapping, and what was met on the way. `unresolved` are jobs with what they miss, by name."""

    values: PlacedMapping
    included: list[str] = field(default_factory=list)
    missing: list[MissingInclude] = field(default_factory=list)
    unresolved: dict[str, str] = field(default_factory=dict)
    notes: list[KeywordNote] = field(default_factory=list)


def read_configuration(
    path: Path, root: Path, file: str, *, variables: dict[str, str], is_included: RuleChecker
) -> Configuration:
    """Return the configuration of a file in the repository `root`. Raises `InvalidWorkflow`.

    `variables` are those that addresses of included files may contain.
    """
    configuration = Configuration(PlacedMapping(Place(file, 1)))
    _Includes(root, configuration, variables, is_included).add(path, file)
    _extend_jobs(configuration)
    _resolve_references(configuration)
    return configuration


class _Includes:
    def __init__(
        self, root: Path, configuration: Configuration, variables: dict[str, str], is_included: RuleChecker
    ) -> None:
        self.root = root
        self.configuration = configuration
        self.variables = variables
        self.is_included = is_included

    def add(self, path: Path, file: str) -> None:
        """Read the file and those that it includes, which come first, and merge them."""
        self.configuration.values = self._read(path, file, ())

    def _read(self, path: Path, file: str, parents: tuple[str, ...]) -> PlacedMapping:
        notes = self.configuration.notes
        own = read_pipeline_yaml(path, file, lambda place, text: notes.append(KeywordNote(place, text)))
        result: Value = PlacedMapping(own.place)
        include = own.get("include")
        place = own.place_of("include")
        items = include.placed() if isinstance(include, PlacedSequence) else [(include, place)] if include else []
        for item, item_place in items:
            for local in self._local_files(item, item_place):
                if local in (*parents, file):
                    raise InvalidWorkflow(item_place.file, item_place.line, f"Include `{local}` includes itself")
                self.configuration.included.append(local)
                if len(self.configuration.included) > MOST_INCLUDES:
                    raise InvalidWorkflow(
                        item_place.file, item_place.line, f"Maximum of {MOST_INCLUDES} nested includes are allowed!"
                    )
                result = merged(result, self._read(self.root / local, local, (*parents, file)))
        return _mapping(merged(result, own.without("include")))

    def _local_files(self, item: Value, place: Place) -> list[str]:
        if isinstance(item, str):
            if "://" in item:
                return self._missing(f"remote {item}", INCLUDE["remote"].sentence, place)
            return self._matching(item, place)
        if not isinstance(item, PlacedMapping):
            raise InvalidWorkflow(place.file, place.line, "include config should be an array of hashes or strings")
        unknown = [key for key in item if key not in INCLUDE]
        if unknown:
            raise InvalidWorkflow(*item.place_of(unknown[0]), f"include config contains unknown keys: {unknown[0]}")
        if "rules" in item and not self.is_included(item["rules"], item.place_of("rules")):
            return []
        if "local" in item:
            if "inputs" in item:
                return self._missing(f"local {as_text(item['local'])}", INCLUDE["inputs"].sentence, place)
            return self._matching(as_text(item["local"]), item.place_of("local"))
        kind = next((each for each in ("project", "remote", "template", "component") if each in item), None)
        if kind is not None:
            files = item.get("file")
            named = ", ".join(map(as_text, files if isinstance(files, list) else [files])) if files else ""
            text = f"{kind} {as_text(item[kind])}" + (f" ({named})" if named else "")
            return self._missing(text, INCLUDE[kind].sentence, item.place_of(kind))
        raise InvalidWorkflow(
            place.file,
            place.line,
            f"`{', '.join(item) or 'include'}` does not have a valid subkey for include",
            "valid subkeys are: `local`, `project`, `remote`, `template`, `component`",
        )

    def _missing(self, text: str, reason: str, place: Place) -> list[str]:
        self.configuration.missing.append(MissingInclude(text, reason, place))
        return []

    def _matching(self, written: str, place: Place) -> list[str]:
        name = expand(written, self.variables).lstrip("/")
        if not name.endswith((".yml", ".yaml")):
            raise InvalidWorkflow(
                place.file, place.line, f"Included file `{name}` does not have YAML extension!", "name a .yml file"
            )
        if "*" in name:
            paths = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
            return sorted(path for path in paths if matches_path(name, path) and not path.startswith(".git/"))
        if not (self.root / name).is_file():
            raise InvalidWorkflow(place.file, place.line, f"Local file `{name}` does not exist!", "commit that file")
        return [name]


def _mapping(value: Value) -> PlacedMapping:
    return value if isinstance(value, PlacedMapping) else PlacedMapping(Place("", 0))


def _extend_jobs(configuration: Configuration) -> None:
    values = configuration.values
    extended: dict[str, PlacedMapping] = {}
    for name, value in list(values.items()):
        if isinstance(value, PlacedMapping) and "extends" in value:
            place = values.place_of(name)
            values.put(name, _extended(name, configuration, extended, ()), place)


def _extended(
    name: str, configuration: Configuration, extended: dict[str, PlacedMapping], children: tuple[str, ...]
) -> PlacedMapping:
    """Return a job with those that it extends merged below it."""
    if name in extended:
        return extended[name]
    own: PlacedMapping = configuration.values[name]
    place = own.place_of("extends")
    if name in children:
        raise InvalidWorkflow(*place, f"{name}: circular dependency detected in `extends`")
    if len(children) >= MOST_LEVELS:
        raise InvalidWorkflow(*place, f"{name}: nesting too deep in `extends`")
    result: Value = PlacedMapping(own.place)
    for base, base_place in _names(own.get("extends"), place, f"jobs:{name}:extends"):
        value = configuration.values.get(base)
        if value is None and configuration.missing:
            includes = ", ".join(f"{each.text} ({each.place})" for each in configuration.missing)
            configuration.unresolved[name] = f"it extends {base}, which may come from what is not available: {includes}"
            continue
        if not isinstance(value, PlacedMapping):
            raise InvalidWorkflow(*base_place, f"{name}: unknown keys in `extends` ({base})", "name a job of the file")
        result = merged(result, _extended(base, configuration, extended, (*children, name)))
        if base in configuration.unresolved:
            configuration.unresolved.setdefault(name, configuration.unresolved[base])
    extended[name] = _mapping(merged(result, own))
    return extended[name]


def _names(value: Value, place: Place, where: str) -> list[tuple[str, Place]]:
    if value is None:
        return []
    items = value.placed() if isinstance(value, PlacedSequence) else [(value, place)]
    if any(not isinstance(item, str) for item, _ in items):
        raise InvalidWorkflow(*place, f"{where} should be an array of strings or a string")
    return items


def _resolve_references(configuration: Configuration) -> None:
    values = configuration.values
    for name in list(values):
        try:
            values[name] = _resolved(values[name], configuration, ())
        except _UnavailableReference as error:
            values[name] = _without_references(values[name])
            configuration.unresolved.setdefault(name, str(error))


class _UnavailableReference(Exception):
    """A reference to what may come from an include that is not available."""


def _resolved(value: Value, configuration: Configuration, parents: Sequence[tuple[str, ...]]) -> Value:
    if isinstance(value, Reference):
        if value.path in parents:
            raise InvalidWorkflow(*value.place, f"{value} is part of a circular chain")
        if len(parents) >= MOST_REFERENCES:
            raise InvalidWorkflow(*value.place, f"{value}: too many levels of references")
        return _resolved(_target(value, configuration), configuration, (*parents, value.path))
    if isinstance(value, PlacedMapping):
        result = PlacedMapping(value.place)
        for key, item in value.items():
            result.put(key, _resolved(item, configuration, parents), value.place_of(key))
        return result
    if isinstance(value, PlacedSequence):
        return PlacedSequence(
            value.place, [(_resolved(item, configuration, parents), place) for item, place in value.placed()]
        )
    return value


def _target(reference: Reference, configuration: Configuration) -> Value:
    value: Value = configuration.values
    for name in reference.path:
        if not isinstance(value, PlacedMapping) or name not in value:
            if configuration.missing:
                includes = ", ".join(f"{each.text} ({each.place})" for each in configuration.missing)
                raise _UnavailableReference(
                    f"{reference.place}: {reference} may name what is not available: {includes}"
                )
            raise InvalidWorkflow(*reference.place, f"{reference} could not be found", "name a job and its keyword")
        value = value[name]
    return value


def _without_references(value: Value) -> Value:
    if isinstance(value, Reference):
        return None
    if isinstance(value, PlacedMapping):
        result = PlacedMapping(value.place)
        for key, item in value.items():
            if not isinstance(item, Reference):
                result.put(key, _without_references(item), value.place_of(key))
        return result
    if isinstance(value, PlacedSequence):
        kept = [(_without_references(item), place) for item, place in value.placed() if not isinstance(item, Reference)]
        return PlacedSequence(value.place, kept)
    return value
