"""Read a YAML file as GitHub does: the core schema of YAML 1.2, anchors and aliases, but no merge keys.

PyYAML scans and composes; the values are resolved here, because PyYAML resolves those of YAML 1.1, in which `on` is a
boolean. https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidWorkflow

if TYPE_CHECKING:
    import yaml

TAG = "tag:yaml.org,2002:"
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
WORDS: Mapping[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((f"{sign}.{word}" for sign in ("", "+") for word in ("inf", "Inf", "INF")), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
MOST_VALUES = 100_000
"""Most values of a file with its aliases replaced; GitHub has a limit of the same purpose."""
TAG_OF_NODE = re.compile(r"(?:&\S+\s+)?!")
DIGITS = 400  # a longer integer than the largest float is infinite
MERGE_KEY = "<<"


def read_yaml(path: Path, file: str) -> Value:
    """Return the value of a YAML file; `file` is its name in messages.

    Raise `InvalidWorkflow` with the line where it is not valid YAML, or has what GitHub does not accept.
    """
    return parse_yaml(read_text(path, file), file)


def read_text(path: Path, file: str) -> str:
    """Return the text of a file, without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidWorkflow(file, 0, "the file is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise InvalidWorkflow(file, 0, f"the file cannot be read: {error.strerror}", "name another file") from None


def parse_yaml(text: str, file: str) -> Value:
    """Return the value of a YAML text; `file` is its name in messages."""
    import yaml

    class CoreLoader(yaml.SafeLoader):
        """A loader that leaves plain scalars as they are."""

        yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML looks the attribute up on the class

    try:
        node = yaml.compose(text, CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise InvalidWorkflow(file, mark.line + 1 if mark else 0, f"the file is not valid YAML ({problem})") from None
    except yaml.YAMLError as error:
        raise InvalidWorkflow(file, 0, f"the file is not valid YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise InvalidWorkflow(file, 0, "the YAML has too many levels") from None
    return _Converter(file).value(node) if node is not None else None


class _Converter:
    def __init__(self, file: str) -> None:
        self.file = file
        self.open: set[int] = set()
        self.values = 0

    def value(self, node: yaml.Node) -> Value:
        """Return the value of a node; the value of an alias is that of its anchor, with the anchor's lines."""
        import yaml

        line = node.start_mark.line + 1
        self.values += 1
        if self.values > MOST_VALUES:
            raise InvalidWorkflow(self.file, line, f"aliases make more than {MOST_VALUES} values of this file")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if id(node) in self.open:
            raise InvalidWorkflow(self.file, line, "an alias stands inside its own anchor")
        self.open.add(id(node))
        value = self._mapping(node, line) if isinstance(node, yaml.MappingNode) else self._sequence(node, line)
        self.open.remove(id(node))
        return value

    def _mapping(self, node: yaml.MappingNode, line: int) -> YamlMapping:
        self._check_tag(node, "map", line)
        mapping = YamlMapping(line)
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node.value, str):
                raise InvalidWorkflow(self.file, key_line, "A scalar value was expected as key")
            key = key_node.value
            if key == MERGE_KEY and key_node.style is None:
                raise InvalidWorkflow(
                    self.file,
                    key_line,
                    "GitHub does not support the merge key <<",
                    "repeat the keys, or alias a whole value",
                )
            if key in mapping:
                raise InvalidWorkflow(
                    self.file,
                    key_line,
                    f"'{key}' is already defined in line {mapping.lines[key]}",
                    "remove one of them",
                )
            mapping[key] = self.value(value_node)
            mapping.lines[key] = key_line
        return mapping

    def _sequence(self, node: yaml.Node, line: int) -> YamlSequence:
        self._check_tag(node, "seq", line)
        sequence = YamlSequence(line)
        for item in node.value:
            sequence.append(self.value(item))
            sequence.lines.append(item.start_mark.line + 1)
        return sequence

    def _check_tag(self, node: yaml.Node, kind: str, line: int) -> None:
        if node.tag not in {TAG + kind, "!"}:
            raise InvalidWorkflow(self.file, line, f"GitHub does not support the tag {node.tag!r}", "remove the tag")

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Value:
        kind = node.tag.removeprefix(TAG)
        if kind == "str" or node.tag == "!":
            # Without a resolver, PyYAML gives plain scalars the tag of strings too; `style` tells them apart.
            return core_scalar(node.value) if node.style is None and not _has_tag(node) else node.value
        value = core_scalar(node.value)
        kinds = {"null": type(None), "bool": bool, "int": int, "float": int | float}
        if kind not in kinds or not isinstance(value, kinds[kind]):
            raise InvalidWorkflow(
                self.file, line, f"GitHub does not support the tag {node.tag!r} here", "remove the tag"
            )
        return value


def _has_tag(node: yaml.ScalarNode) -> bool:
    """Return whether a tag stands before a scalar, perhaps after an anchor."""
    return bool(TAG_OF_NODE.match(node.start_mark.buffer or "", node.start_mark.pointer))


def core_scalar(text: str) -> Value:
    """Return the value of a plain scalar by the core schema of YAML 1.2.

    >>> core_scalar("on"), core_scalar("3.10"), core_scalar("0x1F"), core_scalar("True"), core_scalar("1_000")
    ('on', 3.1, 31, True, '1_000')
    """
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        if len(text) > DIGITS:
            return -math.inf if text.startswith("-") else math.inf
        return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
    return float(text) if FLOAT.fullmatch(text) else text
