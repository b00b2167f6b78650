"""Evaluate the nodes of a parsed expression."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

from fake_pypi.workflows.github.expression_functions import FUNCTIONS, CannotEvaluate
from fake_pypi.workflows.github.expression_syntax import Call, ContextName, Dereference, Literal, Node, Operation
from fake_pypi.workflows.github.expression_values import (
    UNKNOWN,
    UnknownValue,
    are_equal,
    has_unknown,
    is_less,
    is_primitive,
    is_true,
    property_of,
    to_number,
    to_text,
)
from fake_pypi.workflows.github.yaml_values import Value
from fake_pypi.workflows.invalid_workflow import InvalidExpression

Functions = Mapping[str, Callable[..., Value]]
"""Functions that are available besides the built-in ones, by lower-case name: `{"hashfiles": function}`."""
CASE_PREDICATE = "case predicate must evaluate to a boolean value"


class Evaluator:
    """Evaluates the nodes of an expression in which every name has been checked."""

    def __init__(self, expression: str, contexts: Mapping[str, Any], functions: Functions) -> None:
        self.expression = expression
        self.contexts = contexts
        self.functions = functions

    @functools.singledispatchmethod
    def value_of(self, node: Node) -> Value:
        """Return the value of a node; UNKNOWN where only the run can tell."""
        raise NotImplementedError(node)

    @value_of.register
    def _(self, node: Literal) -> Value:
        return node.value

    @value_of.register
    def _(self, node: ContextName) -> Value:
        return property_of(self.contexts, node.name)

    @value_of.register
    def _(self, node: Operation) -> Value:
        if node.operator in {"&&", "||"}:
            return self._logical(node)
        values = [self.value_of(operand) for operand in node.operands]
        if any(isinstance(value, UnknownValue) for value in values):
            return UNKNOWN
        if node.operator == "!":
            return not is_true(values[0])
        left, right = values
        results = {
            "==": are_equal(left, right),
            "!=": not are_equal(left, right),
            "<": is_less(left, right),
            ">": is_less(right, left),
            "<=": is_less(left, right) or are_equal(left, right),
            ">=": is_less(right, left) or are_equal(left, right),
        }
        return results[node.operator]

    def _logical(self, node: Operation) -> Value:
        """Return the first operand that decides; an unknown one is passed over, because a later one may decide."""
        decisive = node.operator == "||"
        unknown = False
        value: Value = None
        for operand in node.operands:
            value = self.value_of(operand)
            if isinstance(value, UnknownValue):
                unknown = True
            elif is_true(value) == decisive:
                # Which of the true operands `UNKNOWN || 'text'` gives is not known, only that it is true.
                return UNKNOWN if unknown and decisive and not isinstance(value, bool) else value
        return UNKNOWN if unknown else value

    @value_of.register
    def _(self, node: Dereference) -> Value:
        target = self.value_of(node.target)
        if isinstance(target, UnknownValue):
            return UNKNOWN
        if node.key is None:
            return _all_of(target)
        key = self.value_of(node.key)
        if isinstance(key, UnknownValue):
            return UNKNOWN
        if isinstance(target, _Filtered):
            items = (_item_of(item, key) for item in target)
            return _Filtered(item[0] for item in items if item)
        return next(iter(_item_of(target, key)), None)

    @value_of.register
    def _(self, node: Call) -> Value:
        name = node.name.lower()
        if name == "case":
            return self._case(node)
        arguments = [self.value_of(argument) for argument in node.arguments]
        compute = self.functions.get(name) or FUNCTIONS[name].compute
        if compute is None or has_unknown(arguments):  # without a function, `check_names` has refused the call
            return UNKNOWN
        try:
            return compute(*arguments)
        except CannotEvaluate as error:
            raise InvalidExpression(str(error), self.expression, node.position) from None

    def _case(self, node: Call) -> Value:
        *pairs, default = node.arguments
        for predicate, result in zip(pairs[::2], pairs[1::2], strict=True):
            value = self.value_of(predicate)
            if isinstance(value, UnknownValue):
                return UNKNOWN
            if not isinstance(value, bool):
                raise InvalidExpression(CASE_PREDICATE, self.expression, predicate.position)
            if value:
                return self.value_of(result)
        return self.value_of(default)


class _Filtered(list[Value]):
    """What `*` returns: a later `.name` applies to each of its items."""


def _all_of(target: Value) -> Value:
    """Return the items that `*` selects."""
    if isinstance(target, _Filtered):
        return _Filtered(each for item in target for each in _children(item))
    return _Filtered(_children(target))


def _children(value: Value) -> list[Value]:
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []


def _item_of(target: Value, key: Value) -> tuple[Value, ...]:
    """Return the property or item of a value in a tuple, which is empty where there is none."""
    if isinstance(target, Mapping) and is_primitive(key):
        wanted = to_text(key)
        value = property_of(target, wanted)
        return (value,) if value is not None or wanted in target else ()
    if isinstance(target, list):
        number = to_number(key)
        if math.isfinite(number) and 0 <= number < len(target):
            return (target[int(number)],)
    return ()
