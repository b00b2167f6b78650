from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_pypi.workflows.gitlab.rule_expressions import ExpressionError, evaluate_expression, is_true, parse_expression

VARIABLES = {"A": "a", "TAG": "v1.2.0", "EMPTY": "", "BLANK": " ", "PATTERN": "/^v1/", "TEXT": "has v1.2.0 inside"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$A", True),
        ("$EMPTY", False),
        ("$BLANK", False),
        ("$MISSING", False),
        ("$MISSING == null", True),
        ("$EMPTY == null", False),
        ('$EMPTY == ""', True),
        ('$A == "a"', True),
        ("$A == 'b'", False),
        ("$A != 'b'", True),
        ("$A == $MISSING", False),
        (r"$TAG =~ /^v\d+\.\d+/", True),
        (r"$TAG !~ /^v\d+\.\d+/", False),
        ("$TAG =~ /^V1/i", True),
        ("$TAG =~ /^V1/", False),
        ("$MISSING =~ /^v1/", False),
        ("$MISSING !~ /^v1/", True),
        ("$TAG =~ $PATTERN", True),
        ("$TAG =~ $MISSING", False),
        ("$TAG =~ $TEXT", True),
        ('"23" =~ "1234"', True),
        (r"'a/b' =~ /a\/b/", True),
        (r"$TAG =~ /0\z/", True),
        ("$A && $MISSING", False),
        ("$MISSING || $A", True),
        ("$EMPTY || $A", False),
        ("$EMPTY && $A", True),
        ("$A || $MISSING && $MISSING", True),
        ("($A || $MISSING) && $MISSING", False),
        ("(($A))", True),
        ("!$A", False),
        ("!$MISSING && $A", True),
        ("$A =~ /^a.*c/ || $A == 'b' && $MISSING", False),
    ],
)
def test_an_expression_has_the_value_that_gitlab_gives_it(expression: str, expected: bool) -> None:
    assert is_true(evaluate_expression(expression, VARIABLES)) is expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "a value is missing"),
        ("$A ==", "a value is missing"),
        ("== $A", "== is not expected here"),
        ("$A $A", r"\$A is not expected here"),
        ("($A", "not closed"),
        ("$A)", r"\) is not expected here"),
        ("${A}", r"written \$NAME"),
        ("$A = 'b'", "is not part of an expression"),
        ("$A =~ /v/", "one character"),
        ("$A =~ /^(?!main)/", "look-around"),
        ("$A =~ /(a/", "missing"),
        (r"$A =~ /\pL+/", "not supported here"),
        ("&& " * 101, "more than 100 parts"),
        ("startsWith($A)", "is not part of an expression"),
    ],
)
def test_an_invalid_expression_has_a_reason(expression: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        parse_expression(expression)


PARTS = st.sampled_from(
    [
        "$A",
        "$MISSING",
        "null",
        '"x"',
        "'y'",
        "/^a+/",
        r"/\d.[a-z]/i",
        "==",
        "!=",
        "=~",
        "!~",
        "&&",
        "||",
        "(",
        ")",
        "!",
        " ",
    ]
)


@given(st.lists(PARTS | st.text(max_size=4), max_size=30).map(" ".join))
def test_any_text_has_a_value_or_a_reason(expression: str) -> None:
    with contextlib.suppress(ExpressionError):
        is_true(evaluate_expression(expression, VARIABLES))
