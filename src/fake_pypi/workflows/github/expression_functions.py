"""The functions of expressions, with the numbers of arguments that GitHub accepts.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fake_pypi.workflows.github.expression_values import are_equal, folded, is_primitive, to_json, to_text
from fake_pypi.workflows.github.yaml_values import Value

MOST_ARGUMENTS = 255


class CannotEvaluate(ValueError):
    """A function cannot be evaluated for its arguments; the message is for the user."""


@dataclass(frozen=True)
class ExpressionFunction:
    """A function: GitHub's spelling of its name, its numbers of arguments, and what it does.

    `compute` is None for functions whose value depends on the job: `hashFiles` and the status functions.
    """

    name: str
    fewest: int
    most: int
    description: str
    compute: Callable[..., Value] | None = None


def contains(searched: Value, item: Value) -> Value:
    """Return whether a string contains a string, or an array an equal item, without regard to case."""
    if isinstance(searched, list):
        return any(are_equal(each, item) for each in searched)
    if is_primitive(searched) and is_primitive(item):
        return folded(to_text(item)) in folded(to_text(searched))
    return False


def starts_with(text: Value, start: Value) -> Value:
    """Return whether a string begins with a string, without regard to case."""
    return is_primitive(text) and is_primitive(start) and folded(to_text(text)).startswith(folded(to_text(start)))


def ends_with(text: Value, end: Value) -> Value:
    """Return whether a string ends with a string, without regard to case."""
    return is_primitive(text) and is_primitive(end) and folded(to_text(text)).endswith(folded(to_text(end)))


def format_text(template: Value, *arguments: Value) -> Value:
    """Return a text with `{0}`, `{1}` … replaced; `{{` and `}}` are braces."""
    text = to_text(template)

    def replacement(match: re.Match[str]) -> str:
        if match["brace"]:
            return match["brace"][0]
        if not match["number"]:
            raise CannotEvaluate(f"The following format string is invalid: {text}")
        if len(match["number"]) > 3 or int(match["number"]) >= len(arguments):
            raise CannotEvaluate(f"The following format string references more arguments than were supplied: {text}")
        return to_text(arguments[int(match["number"])])

    return re.sub(r"(?P<brace>\{\{|\}\})|\{(?P<number>[0-9]+)\}|[{}]", replacement, text)


def join(values: Value, separator: Value = ",") -> Value:
    """Return the items of an array in one string; a string stays as it is."""
    if isinstance(values, list):
        return (to_text(separator) if is_primitive(separator) else ",").join(map(to_text, values))
    return to_text(values) if is_primitive(values) else ""


def from_json(text: Value) -> Value:
    """Return the value that a JSON text describes."""
    try:
        return json.loads(to_text(text))
    except ValueError as error:
        shown = to_text(text) if len(to_text(text)) < 60 else to_text(text)[:57] + "..."
        raise CannotEvaluate(f"Error parsing fromJson: {shown!r} is not JSON ({error})") from None
    except RecursionError:
        raise CannotEvaluate("Error parsing fromJson: the JSON has too many levels") from None


_FUNCTIONS = (
    ExpressionFunction("contains", 2, 2, "Whether a string contains a string, or an array an item.", contains),
    ExpressionFunction("startsWith", 2, 2, "Whether a string begins with a string.", starts_with),
    ExpressionFunction("endsWith", 2, 2, "Whether a string ends with a string.", ends_with),
    ExpressionFunction("format", 1, MOST_ARGUMENTS, "A text with `{0}`, `{1}` … replaced.", format_text),
    ExpressionFunction("join", 1, 2, "The items of an array in one string; the separator is `,`.", join),
    ExpressionFunction("toJSON", 1, 1, "A value as JSON, indented by two spaces.", to_json),
    ExpressionFunction("fromJSON", 1, 1, "The value that a JSON text describes.", from_json),
    ExpressionFunction(
        "case", 3, MOST_ARGUMENTS, "The value after the first condition that is true, or the last argument."
    ),
    ExpressionFunction("hashFiles", 1, MOST_ARGUMENTS, "A hash of the files that match the patterns."),
    ExpressionFunction("success", 0, 0, "Whether nothing has failed so far."),
    ExpressionFunction("failure", 0, 0, "Whether something has failed so far."),
    ExpressionFunction("always", 0, 0, "true; the job or step runs although something has failed."),
    ExpressionFunction("cancelled", 0, 0, "Whether the run was cancelled."),
)
FUNCTIONS: Mapping[str, ExpressionFunction] = {function.name.lower(): function for function in _FUNCTIONS}
"""Every function of GitHub's expressions by its name in lower case."""
STATUS_FUNCTIONS = frozenset({"success", "failure", "always", "cancelled"})
"""Functions that exist only in the `if` of a job or a step."""
