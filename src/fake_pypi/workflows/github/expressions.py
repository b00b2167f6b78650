"""Evaluate the expressions of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions

    contexts = {"github": {"ref_name": "v1.0"}, "env": {}}
    evaluate("startsWith(github.ref_name, 'v')", contexts)               # True
    interpolate("dist-${{ github.ref_name }}", contexts)                  # "dist-v1.0"
    condition("success() && github.ref_name == 'V1.0'", contexts, Status())  # True

Contexts are plain dicts, lists and scalars; keys are compared without regard to case. A context that is missing is
unknown at that place, and its use is an error; a missing key is null. `Unknown` stands for a value that is known only
when the workflow runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fake_pypi.workflows.github.yaml_values import Value

Functions = Mapping[str, Callable[..., Value]]
"""Functions besides the built-in ones, by lower-case name: `hashfiles` of a step that runs takes patterns."""


@dataclass(frozen=True)
class Status:
    """What the functions success(), failure() and cancelled() return.

    For the `if` of a step: the state of its job so far. For the `if` of a job: that of all jobs that it needs, and
    of those that these need. always() is always true.
    """

    success: bool = True
    failure: bool = False
    cancelled: bool = False


def evaluate(expression: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> Value:
    """Return the value of an expression without `${{ }}`.

    Raise `InvalidExpression` (a `UsageError`) for what GitHub does not accept, with its position.
    """
    raise NotImplementedError


def interpolate(text: str, contexts: Mapping[str, Any], functions: Functions | None = None) -> str:
    """Return a text with the value of each `${{ }}` in its place, as GitHub converts it to a string."""
    raise NotImplementedError


def resolve(value: Value, contexts: Mapping[str, Any], functions: Functions | None = None) -> Value:
    """Return a raw value of a workflow with its templates evaluated, in lists and mappings too.

    A string that is one template as a whole (`${{ fromJSON(inputs.versions) }}`) gives its value, not a string.
    """
    raise NotImplementedError


def condition(
    text: str | bool | None, contexts: Mapping[str, Any], status: Status, functions: Functions | None = None
) -> bool:
    """Return whether the job or step with this `if` runs.

    `success() &&` is added where the condition uses no status function, as GitHub does; None is `success()`.
    """
    raise NotImplementedError
