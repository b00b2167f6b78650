"""Evaluate the expressions of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions

    contexts = {"github": {"ref_name": "v1.0"}, "env": {}}
    evaluate("startsWith(github.ref_name, 'v')", contexts)                   # True
    interpolate("dist-${{ github.ref_name }}", contexts)                     # "dist-v1.0"
    condition("success() && github.ref_name == 'V1.0'", contexts, Status())  # True

Contexts are plain dicts, lists and scalars; keys are compared without regard to case. A context that is missing is
not available at that place, and its use is an error; a missing key is null. `expression_values.UNKNOWN`, as a context
or anywhere inside one, stands for what is known only when the workflow runs; the result may then be UNKNOWN too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_pypi.workflows.github.expression_evaluator import Evaluator, Functions
from fake_pypi.workflows.github.expression_functions import FUNCTIONS, STATUS_FUNCTIONS
from fake_pypi.workflows.github.expression_syntax import (
    Call,
    ContextName,
    Node,
    parse,
    walk,
)
from fake_pypi.workflows.github.expression_values import (
    UNKNOWN,
    UnknownValue,
    has_unknown,
    is_primitive,
    is_true,
    to_text,
)
from fake_pypi.workflows.github.yaml_values import Value, YamlMapping, YamlSequence
from fake_pypi.workflows.invalid_workflow import InvalidExpression

TEMPLATE = re.compile(r"\$\{\{((?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*)\}\}")


@dataclass(frozen=True)
class Status:
    """What the functions success(), failure() and cancelled() return.

    For the `if` of a step: the state of its job so far. For the `if` of a job: that of all jobs that it needs, and
    of those that these need. always() is always true. A value may be UNKNOWN.
    """

    success: Value = True
    failure: Value = False
    cancelled: Value = False

    @property
    def functions(self) -> Functions:
        """The status functions, by name."""
        return {
            "success": lambda: self.success,
            "failure": lambda: self.failure,
            "cancelled": lambda: self.cancelled,
            "always": lambda: True,
        }


def evaluate(expression: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> Value:
    """Return the value of an expression without `${{ }}`.

    Raise `InvalidExpression` (a `UsageError`) for what GitHub does not accept, with its position.
    """
    node = parse(expression)
    check_names(node, expression, contexts, functions or {})
    return Evaluator(expression, contexts, functions or {}).value_of(node)


def check_names(node: Node, expression: str, contexts: Mapping[str, Any], functions: Mapping[str, Any]) -> None:
    """Check that the contexts and functions of a parsed expression are available, with the numbers of arguments.

    Only the keys of `contexts` and `functions` count.
    """
    available = {name.lower() for name in contexts}
    for part in walk(node):
        if isinstance(part, ContextName) and part.name.lower() not in available:
            raise InvalidExpression(f"Unrecognized named-value: '{part.name}'", expression, part.position)
        if isinstance(part, Call):
            _check_call(part, expression, functions)


def _check_call(call: Call, expression: str, functions: Mapping[str, Any]) -> None:
    name = call.name.lower()
    function = FUNCTIONS.get(name)
    if function is None or not (function.compute or name == "case" or name in functions):
        raise InvalidExpression(f"Unrecognized function: '{call.name}'", expression, call.position)
    count = len(call.arguments)
    if count < function.fewest or count > function.most:
        amount = "few" if count < function.fewest else "many"
        raise InvalidExpression(f"Too {amount} parameters supplied: '{call.name}'", expression, call.position)
    if name == "case" and count % 2 == 0:
        sentence = "Even number of parameters supplied, requires an odd number of parameters"
        raise InvalidExpression(f"{sentence}: '{call.name}'", expression, call.position)


def templates(text: str) -> list[str]:
    """Return the expressions inside the `${{ }}` of a text. Raise `InvalidExpression` for one that is not closed."""
    rest = TEMPLATE.sub("", text)
    if "${{" in rest:
        raise InvalidExpression(
            "The expression is not closed: there is ${{ without }}", rest[rest.index("${{") :][:60], next_step="add }}"
        )
    return [match[1].strip() for match in TEMPLATE.finditer(text)]


def interpolate(text: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> str:
    """Return a text with the value of each `${{ }}` in its place, as GitHub converts it to a string.

    A text that is one template as a whole must not be an array or an object, which GitHub does not accept there.
    """
    templates(text)
    whole = TEMPLATE.fullmatch(text.strip())
    if whole:
        value = evaluate(whole[1].strip(), contexts, functions)
        if not is_primitive(value) and not isinstance(value, UnknownValue):
            kind = "mapping" if isinstance(value, Mapping) else "sequence"
            raise InvalidExpression(f"A {kind} was not expected", text, next_step="wrap it in toJSON( )")
    return TEMPLATE.sub(lambda match: to_text(evaluate(match[1].strip(), contexts, functions)), text)


def resolve(value: Value, contexts: Mapping[str, Any], functions: Functions | None = None) -> Value:
    """Return a raw value of a workflow with its templates evaluated, in lists and mappings too.

    A string that is one template as a whole (`${{ fromJSON(inputs.versions) }}`) gives its value, not a string.
    """
    if isinstance(value, str):
        whole = TEMPLATE.fullmatch(value.strip())
        if whole:
            return evaluate(whole[1].strip(), contexts, functions)
        if any(has_unknown(evaluate(part, contexts, functions)) for part in templates(value)):
            return UNKNOWN
        return interpolate(value, contexts, functions)
    if isinstance(value, Mapping):
        mapping = YamlMapping(getattr(value, "line", 0))
        mapping.lines = getattr(value, "lines", {})
        for key, item in value.items():
            mapping[interpolate(key, contexts, functions)] = resolve(item, contexts, functions)
        return mapping
    if isinstance(value, list):
        sequence = YamlSequence(getattr(value, "line", 0))
        sequence.lines = getattr(value, "lines", [])
        sequence.extend(resolve(item, contexts, functions) for item in value)
        return sequence
    return value


def condition(
    text: str | bool | None,  # noqa: FBT001 - the value of a key of the file
    contexts: Mapping[str, Any],
    status: Status,
    functions: Functions | None = None,
) -> bool:
    """Return whether the job or step with this `if` runs.

    `success() &&` is added where the condition uses no status function, as GitHub does; None is `success()`. With
    unknown values in the contexts use `condition_value`.
    """
    return is_true(condition_value(text, contexts, status, functions))


def condition_value(
    text: str | bool | None,  # noqa: FBT001 - the value of a key of the file
    contexts: Mapping[str, Any],
    status: Status,
    functions: Functions | None = None,
) -> Value:
    """Return the value of an `if`, which is UNKNOWN where only the run can tell.

    Text around `${{ }}` makes the condition a string, and a string that is not empty is true: GitHub evaluates
    `${{ false }} && true` as "false && true", which is true.
    """
    available = {**(functions or {}), **status.functions}
    if text is None or (isinstance(text, str) and not text.strip()):
        return status.success
    if isinstance(text, bool):
        return status.success if text else False
    parts = templates(text)
    if parts and not TEMPLATE.fullmatch(text.strip(" ")):
        value = interpolate(text, contexts, available)
    else:
        value = evaluate(parts[0] if parts else text, contexts, available)
    names = {node.name.lower() for part in parts or [text] for node in walk(parse(part)) if isinstance(node, Call)}
    if names & STATUS_FUNCTIONS:
        return value
    return _both(status.success, value)


def _both(left: Value, right: Value) -> Value:
    """Return `left && right`, where either may be unknown."""
    if isinstance(left, UnknownValue):
        return UNKNOWN if isinstance(right, UnknownValue) or is_true(right) else right
    return right if is_true(left) else left
