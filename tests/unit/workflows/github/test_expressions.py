"""Expressions have the values, and the errors, that GitHub's runner gives them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from fake_pypi.workflows.github.expression_values import UNKNOWN, are_equal, is_less, to_text
from fake_pypi.workflows.github.expressions import (
    Status,
    condition,
    condition_value,
    evaluate,
    interpolate,
    resolve,
    templates,
)
from fake_pypi.workflows.invalid_workflow import InvalidExpression

CONTEXTS: dict[str, Any] = {
    "github": {
        "ref": "refs/tags/v1.0",
        "ref_name": "v1.0",
        "event": {"labels": [{"name": "bug"}, {"name": "docs"}, {"other": 1}]},
    },
    "env": {"EMPTY": "", "Name": "value"},
    "matrix": {"python": 3.1, "flags": ["a", "b"], "deep": {"x": {"y": None}}},
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("null", None),
        ("true", True),
        ("711", 711),
        ("-9.2", -9.2),
        (".5", 0.5),
        ("0xff", 255),
        ("0o17", 15),
        ("-2.99e-2", -0.0299),
        ("Infinity", math.inf),
        ("'It''s open source'", "It's open source"),
        ("''", ""),
        ("github.REF_NAME", "v1.0"),
        ("GitHub['ref_name']", "v1.0"),
        ("env.name", "value"),
        ("github.event.labels[1].name", "docs"),
        ("github.event.labels['1'].name", "docs"),
        ("github.event.labels[7]", None),
        ("github.event.labels.*.name", ["bug", "docs"]),
        ("github.event.labels[*]['name']", ["bug", "docs"]),
        ("matrix.deep.*.y", [None]),
        ("matrix.deep.x.y.z", None),
        ("github.nothing.at.all", None),
        ("github.ref.*", []),
        ("!github.nothing", True),
        ("'' || 'default'", "default"),
        ("'first' && 'second'", "second"),
        ("false && 'second'", False),
        ("1 < 2 == true", True),
        ("true || false && false", True),
        ("!true || true", True),
        ("(1 == 1) && (2 > 1)", True),
        ("'abc' == 'ABC'", True),
        ("1 == '1'", True),
        ("null == 0", True),
        ("true == '1'", True),
        ("'a' == 0", False),
        ("NaN == NaN", False),
        ("matrix.flags == matrix.flags", True),
        ("fromJSON('[]') == fromJSON('[]')", False),
        ("'B' > 'a'", True),
        ("null >= 0", True),
        ("matrix.flags > 1", False),
        ("contains('Hello', 'ELL')", True),
        ("contains(fromJSON('[\"v1\", 2]'), '2')", True),
        ("contains(github.event.labels.*.name, 'BUG')", True),
        ("startsWith(github.ref, 'REFS/tags/')", True),
        ("endsWith(github.ref, '.0')", True),
        ("format('{0} {1} {0} {{x}}', 'a', 1.50)", "a 1.5 a {x}"),
        ("join(matrix.flags)", "a,b"),
        ("join(matrix.flags, ' + ')", "a + b"),
        ("join('text')", "text"),
        ("fromJSON('{\"a\": [1, true]}').a[1]", True),
        ("toJSON(matrix.flags)", '[\n  "a",\n  "b"\n]'),
        ("toJSON('ü')", '"ü"'),
        ("toJSON(1.0)", "1"),
        ("case(false, 'a', github.ref_name == 'v1.0', 'b', 'c')", "b"),
        ("case(false, fromJSON('no'), 'c')", "c"),
    ],
)
def test_an_expression_has_the_value_that_github_gives_it(expression: str, value: object) -> None:
    result = evaluate(expression, CONTEXTS)
    assert result == value
    assert isinstance(result, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 <", "Unexpected end of expression: '<'. Located at position 3 within expression: 1 <"),
        ("> 1", "Unexpected symbol: '>'. Located at position 1 within expression: > 1"),
        ("(1,", "Unexpected symbol: ','. Located at position 3 within expression: (1,"),
        ("1 2", "Unexpected symbol: '2'. Located at position 3 within expression: 1 2"),
        ("1 =2 =3", "Unexpected symbol: '=2'. Located at position 3 within expression: 1 =2 =3"),
        ("'foo", "Unexpected symbol: ''foo'. Located at position 1 within expression: 'foo"),
        ('"foo"', 'Unexpected symbol: \'"foo"\'. Located at position 1 within expression: "foo"'),
        ("github.()", "Unexpected symbol: '('. Located at position 8 within expression: github.()"),
        (".github/workflow", "Unexpected symbol: '.github/workflow'. Located at position 1"),
        ("format(1", "Unexpected end of expression: '1'. Located at position 8"),
        ("'a'.b", "Unexpected symbol: '.'. Located at position 4"),
        ("1.2.3", "Unexpected symbol: '1.2.3'. Located at position 1"),
        ("", "An expression was expected"),
        ("nothing.x", "Unrecognized named-value: 'nothing'. Located at position 1"),
        ("false && nothing", "Unrecognized named-value: 'nothing'. Located at position 10"),
        ("starts('a')", "Unrecognized function: 'starts'. Located at position 1"),
        ("success()", "Unrecognized function: 'success'. Located at position 1"),
        ("contains('a')", "Too few parameters supplied: 'contains'. Located at position 1"),
        ("toJSON(1, 2)", "Too many parameters supplied: 'toJSON'. Located at position 1"),
        ("case(true, 1, 2, 3)", "Even number of parameters supplied, requires an odd number of parameters: 'case'"),
        ("case(1, 2, 3)", "case predicate must evaluate to a boolean value. Located at position 6"),
        ("format('{1}', 'a')", "The following format string references more arguments than were supplied: {1}"),
        ("format('{0}{', 'a')", "The following format string is invalid: {0}{"),
        ("fromJSON('{')", "Error parsing fromJson: '{' is not JSON"),
        ("!" * 50 + "true", "Exceeded max expression depth 50"),
        ("(" * 200 + "1" + ")" * 200, "Exceeded max expression depth 50"),
        ("github" + ".x" * 50, "Exceeded max expression depth 50"),
        ("'" + "x" * 21_000 + "'", "Exceeded max expression length 21000"),
    ],
)
def test_what_github_rejects_is_an_error_with_its_message(expression: str, message: str) -> None:
    with pytest.raises(InvalidExpression) as error:
        evaluate(expression, CONTEXTS)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("expression", ["!" * 49 + "true", "github" + ".x" * 49, " && ".join(["true"] * 200)])
def test_depth_counts_levels_and_not_operands(expression: str) -> None:
    evaluate(expression, CONTEXTS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.10, "3.1"),
        (-0.0, "0"),
        (0.84551240822557006, "0.84551240822557"),
        (1e15, "1E+15"),
        (1e-5, "1E-05"),
        (120.0, "120"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (10**400, "Infinity"),
        (None, ""),
        (False, "false"),
        ([], "Array"),
        ({}, "Object"),
    ],
)
def test_a_value_becomes_the_text_that_github_writes(value: object, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (None, "", True),
        (None, "null", False),
        (" +1.2e2 ", 120, True),
        ("0o10", 8, True),
        ("0xFFFFFFFF", -1, True),
        (True, 2, False),
        ("ß", "SS", False),
        ("É", "é", True),
        ({}, {}, False),
        ([], 0, False),
    ],
)
def test_values_of_different_types_are_compared_as_numbers(left: object, right: object, expected: bool) -> None:
    assert are_equal(left, right) is expected
    assert are_equal(right, left) is expected


def test_nothing_is_less_than_an_object_or_null() -> None:
    assert not is_less(None, None)
    assert not is_less({}, 1)
    assert is_less(False, True)
    assert is_less(None, 1)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("needs.build.outputs.version", UNKNOWN),
        ("needs.build.outputs.version == '1'", UNKNOWN),
        ("!needs.build.outputs.version", UNKNOWN),
        ("format('{0}', needs.build)", UNKNOWN),
        ("false && needs.build", False),
        ("needs.build && false", False),
        ("needs.build || true", True),
        ("github[needs.build]", UNKNOWN),
        ("case(needs.build, 1, 2)", UNKNOWN),
        ("toJSON(fromJSON('1'))", "1"),
    ],
)
def test_what_only_the_run_can_tell_stays_unknown(expression: str, value: object) -> None:
    result = evaluate(expression, {**CONTEXTS, "needs": UNKNOWN})
    assert result is value if value is UNKNOWN else result == value


def test_templates_are_replaced_in_a_text() -> None:
    assert interpolate("dist-${{ github.ref_name }}-${{ matrix.python }}", CONTEXTS) == "dist-v1.0-3.1"
    assert interpolate("${{ 'a }} b' }} $x ${y}", CONTEXTS) == "a }} b $x ${y}"


def test_a_template_that_is_not_closed_is_an_error() -> None:
    with pytest.raises(InvalidExpression, match=r"there is \$\{\{ without \}\}: add \}\}"):
        templates("a ${{ github.ref }")


def test_an_object_cannot_be_a_text() -> None:
    with pytest.raises(InvalidExpression, match="A mapping was not expected"):
        interpolate("${{ matrix.deep }}", CONTEXTS)


def test_a_whole_template_keeps_its_type_inside_lists_and_mappings() -> None:
    raw = {"a": "${{ matrix.flags }}", "b": ["x${{ 1 }}", "${{ true }}"], "${{ 'k' }}": 2}
    assert resolve(raw, CONTEXTS) == {"a": ["a", "b"], "b": ["x1", True], "k": 2}


FAILED = Status(success=False, failure=True)


@pytest.mark.parametrize(
    ("text", "status", "runs"),
    [
        (None, Status(), True),
        (None, FAILED, False),
        ("", FAILED, False),
        (True, FAILED, False),
        (False, Status(), False),
        ("github.ref_name == 'v1.0'", Status(), True),
        ("github.ref_name == 'v1.0'", FAILED, False),
        ("${{ github.ref_name == 'v2' }}", Status(), False),
        ("always()", FAILED, True),
        ("failure()", FAILED, True),
        ("failure()", Status(), False),
        ("!cancelled() && github.ref_name", FAILED, True),
        ("cancelled()", Status(success=False, cancelled=True), True),
        ("success() || failure()", FAILED, True),
        # Text around an expression makes the condition a text, which is true.
        ("${{ false }} && true", Status(), True),
        ("${{ false }}\n", Status(), True),
        ("${{ failure() }} or so", FAILED, True),
    ],
)
def test_a_condition_is_true_only_after_success_unless_it_tests_the_status(
    text: str | bool | None, status: Status, runs: bool
) -> None:
    assert condition(text, CONTEXTS, status) is runs


def test_a_condition_on_an_unknown_status_is_unknown_unless_it_is_false() -> None:
    unknown = Status(success=UNKNOWN)
    assert condition_value(None, CONTEXTS, unknown) is UNKNOWN
    assert condition_value("github.ref_name", CONTEXTS, unknown) is UNKNOWN
    assert condition_value("github.nothing", CONTEXTS, unknown) is None
    assert condition_value("always()", CONTEXTS, unknown) is True


def test_functions_of_the_caller_are_available() -> None:
    assert evaluate("hashFiles('a', 'b')", {}, {"hashfiles": lambda *patterns: "-".join(patterns)}) == "a-b"
