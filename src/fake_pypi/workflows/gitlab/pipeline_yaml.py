"""Read a YAML file as GitLab does: the types of YAML 1.1, merge keys, and the tag `!reference`.

https://docs.gitlab.com/ci/yaml/yaml_optimization/
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.workflows.gitlab.placed_values import Place, PlacedMapping, PlacedSequence, Reference, Value, as_text
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

if TYPE_CHECKING:
    import yaml

TAG = "tag:yaml.org,2002:"
REFERENCE_TAG = "!reference"
MERGE_TAG = TAG + "merge"
PLAIN_TAGS = frozenset(TAG + kind for kind in ("map", "seq", "str", "null", "bool", "int", "float", "timestamp"))
MOST_VALUES = 100_000
"""Most values of a file with its aliases replaced; GitLab has a limit of the same purpose."""

AddNote = Callable[[Place, str], None]


def read_pipeline_yaml(path: Path, file: str, add_note: AddNote) -> PlacedMapping:
    """Return the mapping in a YAML file; `file` is its name in messages. Raises `InvalidWorkflow`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidWorkflow(file, 0, "the file is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise InvalidWorkflow(file, 0, f"the file cannot be read: {error.strerror}", "name another file") from None
    return parse_pipeline_yaml(text, file, add_note)


def parse_pipeline_yaml(text: str, file: str, add_note: AddNote = lambda _place, _text: None) -> PlacedMapping:
    """Return the mapping in a YAML text. Raises `InvalidWorkflow`."""
    import yaml

    try:
        documents = list(yaml.compose_all(text, yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise InvalidWorkflow(file, mark.line + 1 if mark else 0, f"Invalid configuration format: {problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        problem = (str(error).splitlines() or [type(error).__name__])[0]
        raise InvalidWorkflow(file, 0, f"Invalid configuration format: {problem}") from None
    except RecursionError:
        raise InvalidWorkflow(file, 0, "the YAML has too many levels") from None
    if not documents:
        raise InvalidWorkflow(file, 0, "Please provide content of the file", "describe jobs in it")
    if len(documents) > 1:
        raise InvalidWorkflow(
            file,
            documents[1].start_mark.line + 1,
            "a file with a header (`spec`) is not supported here, because its inputs are not known",
            "rehearse a file without `spec`",
        )
    try:
        value = _PipelineConverter(file, add_note).value(documents[0])
    except RecursionError:
        raise InvalidWorkflow(file, 0, "the YAML has too many levels") from None
    if not isinstance(value, PlacedMapping):
        raise InvalidWorkflow(file, 1, "Invalid configuration format: a mapping of jobs is expected")
    return value


class _PipelineConverter:
    def __init__(self, file: str, add_note: AddNote) -> None:
        self.file = file
        self.add_note = add_note
        self.open: set[int] = set()
        self.values = 0

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)

    def value(self, node: yaml.Node) -> Value:
        """Return the value of a node; an alias has the places of its anchor."""
        import yaml

        place = self._place(node)
        self.values += 1
        if self.values > MOST_VALUES:
            raise InvalidWorkflow(self.file, place.line, f"aliases make more than {MOST_VALUES} values of this file")
        if id(node) in self.open:
            raise InvalidWorkflow(self.file, place.line, "an alias stands inside its own anchor")
        if node.tag == REFERENCE_TAG:
            return self._reference(node, place)
        if node.tag not in PLAIN_TAGS and node.tag != MERGE_TAG:
            raise InvalidWorkflow(self.file, place.line, f"Unknown tag {node.tag!r}", "remove the tag")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        self.open.add(id(node))
        value = self._mapping(node, place) if isinstance(node, yaml.MappingNode) else self._sequence(node, place)
        self.open.remove(id(node))
        return value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> PlacedMapping:
        own, inherited = PlacedMapping(place), PlacedMapping(place)
        for key_node, value_node in node.value:
            key_place = self._place(key_node)
            if not isinstance(key_node.value, str):
                raise InvalidWorkflow(self.file, key_place.line, "a key must be a text")
            if key_node.tag == MERGE_TAG:
                self._merge(inherited, value_node, key_place)
                continue
            # The key `on:` is the boolean true in YAML 1.1, and a job of the name "true" for GitLab.
            key = as_text(self._scalar(key_node, key_place))
            if key in own:
                first = own.places[key].line
                self.add_note(key_place, f"the key '{key}' replaces that of line {first}; GitLab does not report it")
            own.put(key, self.value(value_node), key_place)
        for key, value in inherited.items():
            if key not in own:
                own.put(key, value, inherited.places[key])
        return own

    def _merge(self, inherited: PlacedMapping, node: yaml.Node, place: Place) -> None:
        """Add the keys of a merge key; of several mappings, the first one that has a key counts."""
        value = self.value(node)
        for mapping in value if isinstance(value, PlacedSequence) else [value]:
            if not isinstance(mapping, PlacedMapping):
                raise InvalidWorkflow(self.file, place.line, "a merge key << needs a mapping, or a list of mappings")
            for key in mapping:
                if key not in inherited:
                    inherited.put(key, mapping[key], mapping.place_of(key))

    def _sequence(self, node: yaml.Node, place: Place) -> PlacedSequence:
        return PlacedSequence(place, [(self.value(item), self._place(item)) for item in node.value])

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Value:
        import yaml

        kind = node.tag.removeprefix(TAG)
        if kind in {"str", "timestamp", "merge", "value"}:
            return node.value
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node)
        except (ValueError, KeyError, yaml.YAMLError):
            raise InvalidWorkflow(self.file, place.line, f"{node.value!r} is no {kind}", "put it in quotes") from None
        finally:
            loader.dispose()

    def _reference(self, node: yaml.Node, place: Place) -> Reference:
        import yaml

        items = node.value if isinstance(node, yaml.SequenceNode) else []
        names = [item.value for item in items if isinstance(item, yaml.ScalarNode)]
        if not names or len(names) != len(items):
            raise InvalidWorkflow(self.file, place.line, "!reference needs a list of names", "write [job, key]")
        return Reference(tuple(names), place)
