"""Convert and compare the values of expressions as GitHub does: null, boolean, number, string, array and object.

Comparisons follow https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators: values of
different types become numbers, strings are equal without regard to case, and an array or an object equals only itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from fake_pypi.workflows.github.yaml_values import Value

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,8}")
OCTAL = re.compile(r"0o[0-7]+")


class UnknownValue:
    """A value that is known only when the workflow runs, such as an output of a job.

    Whatever is computed from it is unknown too, except where the other operand decides: `false && UNKNOWN` is false.
    """

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = UnknownValue()


def has_unknown(value: Value) -> bool:
    """Return whether a value, or a value inside it, is known only when the workflow runs."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return isinstance(value, UnknownValue)


def is_primitive(value: Value) -> bool:
    """Return whether a value is null, a boolean, a number or a string."""
    return value is None or isinstance(value, bool | int | float | str)


def is_number(value: Value) -> bool:
    """Return whether a value is a number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_true(value: Value) -> bool:
    """Return whether a condition with this value holds: not for null, false, 0, NaN and the empty string."""
    if isinstance(value, Mapping | list):
        return True
    return bool(value) and value == value  # noqa: PLR0124 - NaN, and only NaN, differs from itself


def to_number(value: Value) -> float:
    """Return a value as a number; NaN for what is none.

    >>> to_number("0xff"), to_number(" "), to_number(True), to_number("v1")
    (255.0, 0.0, 1.0, nan)
    """
    if isinstance(value, str):
        return parse_number(value)
    if value is None or isinstance(value, bool | int | float):
        try:
            return float(value or 0)
        except OverflowError:
            return math.inf
    return math.nan


def parse_number(text: str) -> float:
    """Return the number that a text is for GitHub: decimal, hexadecimal, octal or Infinity, NaN otherwise."""
    text = text.strip()
    if not text:
        return 0.0
    if NUMBER.fullmatch(text):
        return float(text)
    if HEXADECIMAL.fullmatch(text):
        number = int(text, 16)
        return float(number - 2**32 if number >= 2**31 else number)  # GitHub reads 32 bits with a sign
    if OCTAL.fullmatch(text) and int(text, 8) < 2**32:
        number = int(text, 8)
        return float(number - 2**32 if number >= 2**31 else number)
    return {"Infinity": math.inf, "-Infinity": -math.inf}.get(text, math.nan)


def to_text(value: Value) -> str:
    """Return a value as GitHub writes it into a text; "Object" and "Array" for these.

    >>> to_text(3.10), to_text(True), to_text(None), to_text([1])
    ('3.1', 'true', '', 'Array')
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, Mapping | list):
        return "Object" if isinstance(value, Mapping) else "Array"
    if isinstance(value, UnknownValue):
        return "(known when the workflow runs)"
    number = to_number(value)
    if math.isfinite(number):
        return f"{number or 0:.15G}"  # -0 is written as 0
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def folded(text: str) -> str:
    """Return a text for a comparison without regard to case, which goes character by character on GitHub."""
    return text.upper() if text.isascii() else "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def _coerced(left: Value, right: Value) -> tuple[Value, Value]:
    """Return two values as they are compared: both strings, or both numbers where the types differ."""
    same = (is_number(left) and is_number(right)) or type(left) is type(right)
    if same or not (is_primitive(left) and is_primitive(right)):
        # An array or an object is never equal to a number, so null and false may stay as they are.
        return left, right
    return to_number(left), to_number(right)


def are_equal(left: Value, right: Value) -> bool:
    """Return what `==` returns.

    >>> are_equal("V1.0", "v1.0"), are_equal(None, ""), are_equal("1", True), are_equal([1], [1])
    (True, True, True, False)
    """
    left, right = _coerced(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return folded(left) == folded(right)
    if is_primitive(left) and is_primitive(right):
        return bool(left == right)
    return left is right


def is_less(left: Value, right: Value) -> bool:
    """Return what `<` returns: numbers, strings without regard to case, false before true; else false."""
    left, right = _coerced(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return folded(left) < folded(right)
    if left is None or not (is_primitive(left) and is_primitive(right)):
        return False
    return bool(left < right)


def property_of(value: Mapping[str, Value], name: str) -> Value:
    """Return the value of a key without regard to case, or None."""
    if name in value:
        return value[name]
    wanted = folded(name)
    return next((item for key, item in value.items() if folded(key) == wanted), None)


def to_json(value: Value) -> str:
    """Return what `toJSON` returns: JSON with an indentation of two spaces."""
    return json.dumps(_for_json(value), indent=2, ensure_ascii=False)


def _for_json(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {key: _for_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_json(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
