"""Parse expressions of GitHub Actions into nodes.

Operators, highest precedence first: `()`, `[]` and `.`; `!`; `<`, `<=`, `>`, `>=`; `==`, `!=`; `&&`; `||`. GitHub
accepts at most 21,000 characters, and 50 levels of nodes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from fake_pypi.workflows.github.expression_values import parse_number
from fake_pypi.workflows.github.yaml_values import Value
from fake_pypi.workflows.invalid_workflow import InvalidExpression

MAX_LENGTH = 21_000
MAX_DEPTH = 50

TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^']|'')*'(?!'))
    |(?P<operator>&&|\|\||[<>=!]=|[<>!()\[\],*])
    |(?P<number>[-+0-9][^\s()\[\],!<>=&|]*)
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*(?=[\s()\[\],.!<>=&|]|\Z))
    |(?P<dot>\.)
    |(?P<unexpected>'.*|[=&|]?[^\s()\[\],.!<>=&|]+|.)
    )""",
    re.VERBOSE | re.DOTALL,
)
KEYWORDS: dict[str, Value] = {"null": None, "true": True, "false": False, "NaN": math.nan, "Infinity": math.inf}
PRECEDENCE = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}


@dataclass(frozen=True)
class ExpressionToken:
    """A word of an expression: its kind (a group of `TOKEN`, or "end"), its text, and its position from 1."""

    kind: str
    text: str
    position: int


@dataclass(frozen=True)
class Node:
    """A part of a parsed expression; `position` counts characters from 1."""

    position: int

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes that this one is computed from."""
        return ()


@dataclass(frozen=True)
class Literal(Node):
    """A value that is written into the expression."""

    value: Value


@dataclass(frozen=True)
class ContextName(Node):
    """A context, as `github`."""

    name: str


@dataclass(frozen=True)
class Dereference(Node):
    """A property or an item: `github.ref`, `matrix['python']`; `key` is None for `*`, all of them."""

    target: Node
    key: Node | None

    @property
    def children(self) -> tuple[Node, ...]:
        """The target and the key."""
        return (self.target, self.key) if self.key else (self.target,)


@dataclass(frozen=True)
class Call(Node):
    """A call of a function."""

    name: str
    arguments: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """The arguments."""
        return self.arguments


@dataclass(frozen=True)
class Operation(Node):
    """An operator with its operands: one for `!`, two for comparisons, two or more for `&&` and `||`."""

    operator: str
    operands: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        """The operands."""
        return self.operands


def parse(expression: str) -> Node:
    """Return the parsed expression, without `${{ }}`. Raise `InvalidExpression` for wrong syntax.

    Names of functions and contexts are not checked, because they depend on the place: `names.check_names` does.
    """
    if len(expression) > MAX_LENGTH:
        raise InvalidExpression(f"Exceeded max expression length {MAX_LENGTH}", expression[:50])
    return _ExpressionParser(expression).whole()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def path_of(node: Node) -> tuple[str, ...]:
    """Return the names of a context and its properties as far as they are written: ("steps", "build", "outputs")."""
    if isinstance(node, ContextName):
        return (node.name,)
    if isinstance(node, Dereference) and isinstance(node.key, Literal) and isinstance(node.key.value, str):
        above = path_of(node.target)
        return (*above, node.key.value) if above else ()
    return ()


class _ExpressionParser:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = list(self._tokens())
        self.index = 0
        self.nesting = 0

    def _tokens(self) -> Iterator[ExpressionToken]:
        length = len(self.expression.rstrip())
        position = 0
        before = ExpressionToken("start", "", 1)
        while position < length:
            match = TOKEN.match(self.expression, position)
            if match is None:  # pragma: no cover - the last alternative matches every character
                raise InvalidExpression("Unexpected symbol", self.expression, position + 1)
            kind = match.lastgroup or "unexpected"
            # A number may begin with a point where no property can follow.
            if kind == "dot" and (before.kind == "start" or before.text in {*PRECEDENCE, "!", ",", "(", "["}):
                match = re.compile(r"\s*(?P<number>\.[^\s()\[\],!<>=&|]*)").match(self.expression, position) or match
                kind = "number"
            before = ExpressionToken(kind, match[kind], match.start(kind) + 1)
            if kind == "unexpected" or (kind == "number" and math.isnan(parse_number(before.text))):
                self._unexpected(before)
            yield before
            position = match.end()
        yield ExpressionToken("end", "", length + 1)

    def _unexpected(self, token: ExpressionToken) -> NoReturn:
        if token.kind != "end":
            raise InvalidExpression(f"Unexpected symbol: '{token.text}'", self.expression, token.position)
        last = self.tokens[-2] if len(self.tokens) > 1 else None
        if last is None:
            raise InvalidExpression("An expression was expected", self.expression)
        raise InvalidExpression(f"Unexpected end of expression: '{last.text}'", self.expression, last.position)

    @property
    def token(self) -> ExpressionToken:
        return self.tokens[self.index]

    def next(self) -> ExpressionToken:
        token = self.token
        self.index += 1
        return token

    def expect(self, text: str) -> None:
        if self.token.kind != "operator" or self.token.text != text:
            self._unexpected(self.token)
        self.index += 1

    def at(self, text: str) -> bool:
        return self.token.kind == "operator" and self.token.text == text

    def whole(self) -> Node:
        node = self.operation(1)
        if self.token.kind != "end":
            self._unexpected(self.token)
        if _depth(node) > MAX_DEPTH:
            self._too_deep()
        return node

    def _too_deep(self) -> NoReturn:
        raise InvalidExpression(f"Exceeded max expression depth {MAX_DEPTH}", self.expression)

    def operation(self, precedence: int) -> Node:
        """Read operators of at least this precedence, and what they apply to."""
        self.nesting += 1
        if self.nesting > 2 * MAX_DEPTH:
            self._too_deep()
        node = self.operand()
        while (level := PRECEDENCE.get(self.token.text, 0) if self.token.kind == "operator" else 0) >= precedence:
            operator = self.next()
            right = self.operation(level + 1)
            operands: tuple[Node, ...] = (node, right)
            if operator.text in {"&&", "||"} and isinstance(node, Operation) and node.operator == operator.text:
                operands = (*node.operands, right)
            node = Operation(operator.position, operator.text, operands)
        self.nesting -= 1
        return node

    def operand(self) -> Node:
        negations = []
        while self.at("!"):
            negations.append(self.next())
        node = self.dereferenced(self.primary())
        for token in reversed(negations):
            node = Operation(token.position, "!", (node,))
        return node

    def primary(self) -> Node:
        token = self.next()
        if token.kind == "string":
            return Literal(token.position, token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return Literal(token.position, parse_number(token.text))
        if token.kind == "name":
            return self.named(token)
        if token.kind == "operator" and token.text == "(":
            node = self.operation(1)
            self.expect(")")
            return node
        return self._unexpected(token)

    def named(self, token: ExpressionToken) -> Node:
        """Read a function call, a keyword or a context."""
        if self.at("("):
            return Call(token.position, token.text, self.arguments())
        if token.text in KEYWORDS:
            return Literal(token.position, KEYWORDS[token.text])
        return ContextName(token.position, token.text)

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        if self.at(")"):
            self.index += 1
            return ()
        arguments = [self.operation(1)]
        while self.at(","):
            self.index += 1
            arguments.append(self.operation(1))
        self.expect(")")
        return tuple(arguments)

    def dereferenced(self, node: Node) -> Node:
        """Read `.name`, `[key]` and `*` after a node; literals have none."""
        while self.token.kind == "dot" or self.at("["):
            token = self.token
            if isinstance(node, Literal):
                self._unexpected(token)
            self.index += 1
            key: Node | None
            if self.at("*"):
                self.index += 1
                key = None
            elif token.kind == "dot":
                if self.token.kind != "name":
                    self._unexpected(self.token)
                key = Literal(self.token.position, self.next().text)
            else:
                key = self.operation(1)
            if token.kind == "operator":
                self.expect("]")
            node = Dereference(token.position, node, key)
        return node


def _depth(node: Node) -> int:
    """Return the number of levels of a node, without recursion, which a long chain of `.` would exhaust."""
    deepest, pending = 0, [(node, 1)]
    while pending:
        current, depth = pending.pop()
        deepest = max(deepest, depth)
        pending += [(child, depth + 1) for child in current.children]
    return deepest
