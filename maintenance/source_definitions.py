"""What a source file of the real server defines: functions, classes and YARA rules, with the messages in them.

Two definitions are equal if they do the same: comments, docstrings and formatting do not count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "{}"
"""Stands in a message for a value that is filled in."""

SHORTEST_PART = 12
"""Characters of a message that are enough to recognize it."""

_YARA_RULE = re.compile(r"^\s*(?:(?:private|global)\s+)*rule\s+(\w+)", re.MULTILINE)
_YARA_MESSAGE = re.compile(r'^\s*message\s*=\s*"((?:[^"\\]|\\.)*)"', re.MULTILINE)
_ERROR_CALL = re.compile(r"HTTP[A-Z]\w+|\w*(?:[Ee]xc|Error|Exception|Invalid|Denied|Rejected)\w*")
_FIELD = re.compile(r"\{[^{}]*\}|%[sr]")


@dataclass(frozen=True)
class Definition:
    """A function, class or YARA rule: its code in a form that can be compared, all of its texts, and its messages."""

    code: str
    texts: tuple[str, ...]
    messages: tuple[str, ...]

    def has_text(self, text: str) -> bool:
        """Return whether one of its texts has the longest part of this one without values, or is a part of it."""
        part = longest_part(text)
        return any(part in own or (len(own) >= SHORTEST_PART and own in without_fields(text)) for own in self.texts)


class UnreadableSource(ValueError):
    """A source file that this Python cannot parse, which happens when the real server uses a newer one."""

    def __init__(self, path: str, error: SyntaxError) -> None:
        self.path = path
        super().__init__(f"{path}, line {error.lineno}: {error.msg}")


def definitions(source: str, path: str) -> dict[str, Definition]:
    """Return the definitions of a file by their dotted names. Raises `UnreadableSource`.

    >>> list(definitions("class Form: ...", "forms.py"))
    ['Form']
    """
    if path.endswith(".yar"):
        return _yara_rules(source)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise UnreadableSource(path, error) from None
    return {name: _definition(node) for name, node in _named(tree, "")}


def messages_of(source: str, path: str) -> dict[str, str]:
    """Return the messages of a file, each with the name of the innermost definition that has it ("" for the module)."""
    if path.endswith(".yar"):
        return {message: name for name, rule in _yara_rules(source).items() for message in rule.messages}
    found = dict.fromkeys(_messages(ast.parse(source)), "")
    for name, definition in definitions(source, path).items():  # outer ones come first
        found.update(dict.fromkeys(definition.messages, name))
    return found


def without_fields(text: str) -> str:
    """Return a text with every `{field}` replaced by the same mark."""
    return _FIELD.sub(HOLE, text)


def longest_part(text: str) -> str:
    """Return the longest part of a message between the values that are filled in."""
    return max(without_fields(text).split(HOLE), key=len)


def _yara_rules(source: str) -> dict[str, Definition]:
    starts = [*_YARA_RULE.finditer(source)]
    ends = [match.start() for match in starts[1:]] + [len(source)] * bool(starts)
    rules = {}
    for match, end in zip(starts, ends, strict=True):
        code = " ".join(re.sub(r"//[^\n]*", "", source[match.start() : end]).split())
        messages = tuple(_YARA_MESSAGE.findall(source[match.start() : end]))
        rules[match[1]] = Definition(code, messages, messages)
    return rules


def _named(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions and classes below a node with their dotted names, outer ones first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield f"{prefix}{child.name}", child
            yield from _named(child, f"{prefix}{child.name}.")
        else:
            yield from _named(child, prefix)


def _definition(node: ast.AST) -> Definition:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(inner):
            inner.body = inner.body[1:] or [ast.Pass()]
    texts = tuple(dict.fromkeys(text for inner in ast.walk(node) if (text := _text(inner))))
    return Definition(ast.dump(node), texts, tuple(dict.fromkeys(_messages(node))))


def _messages(node: ast.AST) -> Iterator[str]:
    """Yield the texts that look like messages to a client: of exceptions, of `return False, "…"`, of `message=`."""
    for inner in ast.walk(node):
        for part in _parts_with_messages(inner):
            for text in filter(None, map(_text, _outermost_texts(part))):
                if len(text.split()) > 1:
                    yield text


def _parts_with_messages(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Raise) and node.exc is not None:
        yield node.exc
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        first = node.value.elts[0] if node.value.elts else None
        if isinstance(first, ast.Constant) and first.value is False:
            yield node.value
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if _ERROR_CALL.fullmatch(name):
            yield node
        else:
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "message")
    elif isinstance(node, ast.ClassDef):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "message")


def _outermost_texts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the texts in an expression, without the pieces of f-strings and of sums of texts."""
    if _text(node):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _outermost_texts(child)


def _text(node: ast.AST) -> str:
    """Return the text of a literal, an f-string, or a sum of these; "" for anything else."""
    if isinstance(node, ast.Constant):
        return without_fields(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return f"{left or HOLE}{right or HOLE}" if left or right else ""
    return ""
