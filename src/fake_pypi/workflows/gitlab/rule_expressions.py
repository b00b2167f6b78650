"""Expressions of `rules: if` and `only: variables`, with GitLab's syntax, precedence and notion of truth.

https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions · lib/gitlab/ci/pipeline/expression in GitLab's
source. A value is None, a text, a boolean or a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

MOST_TOKENS = 100
_TOKEN = re.compile(
    r"""(?P<open>\() | (?P<close>\)) | \$(?P<variable>\w+) | "(?P<double>.*?)" | '(?P<single>.*?)'
    | (?P<pattern>/(?:[^/]|\\/)+[^\\]/[ismU]*) | (?P<null>null\b) | (?P<boolean>(?:true|false)\b)
    | (?P<operator>==|=~|!=|!~|&&|\|\|) | (?P<not>!)""",
    re.VERBOSE,
)
_NOT_IN_RE2 = re.compile(r"\(\?(?:[=!#>]|<[=!])|(?<!\\)(?:\\\\)*\\[1-9]|(?<!\\)(?:\\\\)*\\[GKXRZhH]")
_NOT_KNOWN_HERE = re.compile(r"(?<!\\)(?:\\\\)*\\[pPCQ]|\(\?[a-z-]*U|\[\[:")


class ExpressionError(ValueError):
    """An expression that GitLab does not accept, or that is not understood here; the text says why."""


@dataclass(frozen=True)
class Pattern:
    """A regular expression between slashes."""

    source: str
    regex: re.Pattern[str]


@dataclass(frozen=True)
class _Variable:
    name: str


@dataclass(frozen=True)
class _Operation:
    operator: str
    left: object
    right: object


Expression = object


def is_true(value: object) -> bool:
    """Return whether a value counts as true: not null, not false, and not a blank text."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def evaluate_expression(text: str, variables: Mapping[str, str]) -> object:
    """Return the value of an expression. Raises `ExpressionError`.

    >>> evaluate_expression('$CI_COMMIT_TAG =~ /^v/ && $CI_COMMIT_BRANCH == null', {"CI_COMMIT_TAG": "v1"})
    True
    """
    return _value(parse_expression(text), variables)


def variables_in(text: str) -> list[str]:
    """Return the names of the variables in an expression, in order."""
    return [token.name for token in _tokens(text) if isinstance(token, _Variable)]


@cache
def parse_expression(text: str) -> Expression:
    """Return the tree of an expression. Raises `ExpressionError` where GitLab reports invalid syntax."""
    tokens = _tokens(text)
    try:
        tree = _or(tokens)
    except RecursionError:
        raise ExpressionError("too many parentheses") from None
    if tokens:
        raise ExpressionError(f"{_shown(tokens[0])} is not expected here")
    return tree


def _tokens(text: str) -> list[object]:
    tokens: list[object] = []
    position = 0
    while True:
        rest = len(text) - len(text[position:].lstrip())
        if rest == len(text):
            return tokens
        match = _TOKEN.match(text, rest)
        if match is None:
            raise ExpressionError(_unknown(text[rest:]))
        tokens.append(_token(match))
        if len(tokens) > MOST_TOKENS:
            raise ExpressionError(f"it has more than {MOST_TOKENS} parts")
        position = match.end()


def _token(match: re.Match[str]) -> object:
    kind = match.lastgroup
    text = match[kind or 0]
    if kind == "variable":
        return _Variable(text)
    if kind in {"double", "single"}:
        return ("text", text)
    if kind == "pattern":
        return build_pattern(text)
    if kind == "null":
        return ("text", None)
    if kind == "boolean":
        return ("text", text == "true")
    return text


def _unknown(text: str) -> str:
    if text.startswith("${"):
        return "a variable is written $NAME here, not ${NAME}"
    if re.match(r"/[^/]/", text):
        return "a regular expression of one character is not supported by GitLab"
    return f"{text[:20]!r} is not part of an expression"


def build_pattern(text: str) -> Pattern:
    """Return the pattern that is written between slashes. Raises `ExpressionError`."""
    match = re.fullmatch(r"/(?P<source>.*)/(?P<flags>[ismU]*)", text.replace("\\/", "/"), re.DOTALL)
    if match is None:
        raise ExpressionError(f"{text!r} is no regular expression")
    source, flags = match["source"], match["flags"]
    if _NOT_IN_RE2.search(source):
        raise ExpressionError(f"{text}: RE2, which GitLab uses, has no look-around and no back-references")
    if "U" in flags or _NOT_KNOWN_HERE.search(source):
        raise ExpressionError(f"{text}: this part of RE2's syntax is not supported here")
    translated = re.sub(r"(?<!\\)((?:\\\\)*)\\z", r"\1\\Z", source)
    options = (re.IGNORECASE if "i" in flags else 0) | (re.DOTALL if "s" in flags else 0)
    options |= re.MULTILINE if "m" in flags else 0
    try:
        return Pattern(text, re.compile(translated, options))
    except (re.error, RecursionError, OverflowError) as error:
        raise ExpressionError(f"{text}: {error}") from None


def _or(tokens: list[object]) -> Expression:
    left = _and(tokens)
    while tokens and tokens[0] == "||":
        tokens.pop(0)
        left = _Operation("||", left, _and(tokens))
    return left


def _and(tokens: list[object]) -> Expression:
    left = _comparison(tokens)
    while tokens and tokens[0] == "&&":
        tokens.pop(0)
        left = _Operation("&&", left, _comparison(tokens))
    return left


def _comparison(tokens: list[object]) -> Expression:
    left = _operand(tokens)
    while tokens and tokens[0] in {"==", "!=", "=~", "!~"}:
        operator = str(tokens.pop(0))
        left = _Operation(operator, left, _operand(tokens))
    return left


def _operand(tokens: list[object]) -> Expression:
    if not tokens:
        raise ExpressionError("a value is missing at the end")
    first = tokens.pop(0)
    if first == "(":
        inner = _or(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ExpressionError("a parenthesis is not closed")
        return inner
    if first == "!":
        return _Operation("!", _operand(tokens), None)
    if isinstance(first, str):
        raise ExpressionError(f"{first} is not expected here")
    return first


def _shown(token: object) -> str:
    if isinstance(token, _Variable):
        return f"${token.name}"
    if isinstance(token, tuple):
        return repr(token[1])
    return token.source if isinstance(token, Pattern) else str(token)


def _value(tree: Expression, variables: Mapping[str, str]) -> object:
    if isinstance(tree, _Variable):
        return variables.get(tree.name)
    if not isinstance(tree, _Operation):
        return tree[1] if isinstance(tree, tuple) else tree
    left = _value(tree.left, variables)
    if tree.operator == "!":
        return not is_true(left)
    right = _value(tree.right, variables)
    # As in Ruby, where GitLab evaluates them, an empty text is true for && and ||, and a blank result is false.
    if tree.operator in {"&&", "||"}:
        is_false = left is None or left is False
        return left if is_false is (tree.operator == "&&") else right
    if tree.operator in {"==", "!="}:
        return (left == right) is (tree.operator == "==")
    return _matches(left, right) is (tree.operator == "=~")


def _matches(left: object, right: object) -> bool:
    text = "" if left is None else str(left).lower() if isinstance(left, bool) else str(left)
    if isinstance(right, str):
        try:
            return build_pattern(right).regex.search(text) is not None
        except ExpressionError:
            return text in right  # GitLab looks for the left text in the right one
    return isinstance(right, Pattern) and right.regex.search(text) is not None
