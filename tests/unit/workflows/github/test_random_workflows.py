"""Any text, expression or workflow gives a value or an error of ours that says where, never another exception."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pypi.errors import UsageError
from fake_pypi.workflows.github.availability import AVAILABILITY, CONTEXTS, check_text
from fake_pypi.workflows.github.event_kinds import EVENTS
from fake_pypi.workflows.github.expression_functions import FUNCTIONS
from fake_pypi.workflows.github.expression_values import UNKNOWN, to_text
from fake_pypi.workflows.github.expressions import Status, condition_value, evaluate, resolve
from fake_pypi.workflows.github.filter_patterns import InvalidPattern, includes
from fake_pypi.workflows.github.keys import PLACES
from fake_pypi.workflows.github.plan import make_plan
from fake_pypi.workflows.github.problems.find_problems import find_problems
from fake_pypi.workflows.github.triggers import events_of, starting_event
from fake_pypi.workflows.github.workflow_reader import workflow_from_text
from fake_pypi.workflows.invalid_workflow import InvalidExpression, InvalidWorkflow

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["1", "v1.0", "", "a-b"])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = st.sampled_from([*CONTEXTS, "nothing", "GitHub"])
functions = st.sampled_from([*(function.name for function in FUNCTIONS.values()), "unknown", "STARTSWITH"])
literals = st.one_of(
    st.sampled_from(["null", "true", "false", "NaN", "Infinity", "0xff", "-1.5e3", ".5", "'it''s'", "''", "'v1'"]),
    st.integers().map(str),
)


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["&&", "||", "==", "!=", "<", "<=", ">", ">="])
    return st.one_of(
        st.tuples(inner, operators, inner).map(" ".join),
        inner.map("!{}".format),
        inner.map("({})".format),
        st.tuples(inner, st.sampled_from([".ref", ".*", "['a b']", "[0]", ".event.labels"])).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
        st.tuples(functions, st.lists(inner, max_size=4)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
    )


expressions = st.recursive(names | literals, combined, max_leaves=12)


def error_of(compute: Callable[[], object]) -> UsageError | None:
    """Return the error of ours that a computation raises; other exceptions fail the test."""
    try:
        compute()
    except UsageError as error:
        return error
    return None


@given(expressions, st.fixed_dictionaries({"github": values, "env": values, "matrix": values}))
@settings(max_examples=60, deadline=None)
def test_an_expression_has_a_value_or_an_error_with_a_message(expression: str, contexts: dict[str, Any]) -> None:
    known = {**contexts, "needs": UNKNOWN}
    error = error_of(lambda: to_text(evaluate(expression, known, {"hashfiles": lambda *_: "0" * 64})))
    assert error is None or (isinstance(error, InvalidExpression) and error.message)


@given(st.text(alphabet="abc.'\"()[]{}$!=<>&|*,-+0123 xe\n\\ü", max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    errors = [
        error_of(lambda: evaluate(text, {"a": 1})),
        error_of(lambda: resolve(f"x${{{{{text}", {"a": 1})),
        error_of(lambda: condition_value(text, {"a": 1}, Status())),
    ]
    assert all(error is None or isinstance(error, InvalidExpression) for error in errors)


@given(st.sampled_from(sorted(AVAILABILITY)), expressions)
@settings(max_examples=60, deadline=None)
def test_what_is_not_available_at_a_key_is_an_error_with_advice(key: str, expression: str) -> None:
    error = error_of(lambda: check_text(f"${{{{ {expression} }}}}", key))
    assert error is None or error.next_step or not error.what.startswith("Unrecognized")


@given(st.lists(st.text(alphabet="v1.*?+[]!-/a\\", max_size=8), max_size=4), st.text(alphabet="v1.-/a", max_size=8))
@settings(max_examples=60, deadline=None)
def test_any_pattern_matches_or_is_an_error(patterns: list[str], name: str) -> None:
    assert isinstance(error_of(lambda: includes(patterns, name)), InvalidPattern | None)


keys = st.sampled_from(sorted({name for place in PLACES.values() for name in place} | {"unknown", "a", "TAGS"}))
leaves = st.one_of(scalars, expressions.map("${{{{ {} }}}}".format), expressions, st.sampled_from(sorted(EVENTS)))
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=25
)
STEP = {"run": "twine upload dist/*"}
workflows = st.fixed_dictionaries(
    {
        "on": st.sampled_from(["push", {"push": {"tags": ["v*"]}}, {"pull_request": None, "release": None}]) | trees,
        "jobs": st.fixed_dictionaries(
            {"a": st.fixed_dictionaries({"runs-on": st.just("ubuntu-latest"), "steps": st.just([STEP])})},
            optional={
                "b": st.dictionaries(st.sampled_from(sorted(PLACES["job"])), trees, max_size=4).map(
                    lambda job: {"runs-on": "ubuntu-latest", "steps": [STEP], **job}
                )
            },
        ),
    },
    optional={"permissions": trees, "env": trees, "concurrency": trees, "name": leaves, "unknown": trees},
)


def as_yaml(value: object) -> str:
    """Return a value as YAML of one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)}: {as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in text) + '"'


@given(workflows)
@settings(max_examples=50, deadline=None)
def test_any_workflow_is_planned_or_is_an_error_with_its_line(value: dict[str, Any]) -> None:
    def plan_and_judge() -> None:
        workflow = workflow_from_text(as_yaml(value), "random.yml")
        event, decision = starting_event(workflow, events_of(workflow, tag="v1.0"))
        assert decision.reason
        found = find_problems(make_plan(workflow, event, Path()), Path(), version="1.0")
        assert all(problem.line for problem in found)

    error = error_of(plan_and_judge)
    assert not isinstance(error, InvalidWorkflow) or str(error).startswith("random.yml:")
