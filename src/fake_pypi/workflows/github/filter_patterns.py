"""Match names of branches and tags, and paths, with the patterns of GitHub's filters.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fake_pypi.errors import UsageError

SPECIAL = re.compile(
    r"\\(?P<escaped>.)|(?P<any>\*\*/?)|(?P<star>\*)|(?P<set>\[[^\]]*\])|(?P<repeat>[?+])|(?P<plain>.)", re.DOTALL
)


class InvalidPattern(UsageError):
    """A pattern of a filter that GitHub does not accept."""

    def __init__(self, pattern: str, why: str) -> None:
        super().__init__(f"the pattern '{pattern}' is invalid: {why}", "correct the pattern")
        self.args = (pattern, why)  # the arguments with which unpickling calls this class


def matches(pattern: str, name: str) -> bool:
    """Return whether a pattern without a leading `!` matches a whole name.

    >>> matches("v[0-9]+.[0-9]+.*", "v10.2.0rc1"), matches("release/*", "release/1/x"), matches("**.md", "docs/a.md")
    (True, False, True)
    """
    return re.fullmatch(_regular_expression(pattern), name, re.DOTALL) is not None


def last_match(patterns: Sequence[str], name: str) -> str | None:
    """Return the last of the patterns that matches a name, with its `!` if it has one; None where none matches."""
    return next((each for each in reversed(patterns) if matches(each.removeprefix("!"), name)), None)


def includes(patterns: Sequence[str], name: str) -> bool:
    """Return whether a list of patterns includes a name: the last pattern that matches decides, `!` excludes."""
    decisive = last_match(patterns, name)
    return decisive is not None and not decisive.startswith("!")


def check_pattern(pattern: str) -> None:
    """Check a pattern. Raise `InvalidPattern` for what GitHub does not accept."""
    if not pattern.removeprefix("!"):
        raise InvalidPattern(pattern, "it is empty")
    _regular_expression(pattern.removeprefix("!"))


def _regular_expression(pattern: str) -> str:
    parts: list[str] = []
    repeatable = False
    for match in SPECIAL.finditer(pattern):
        if match["repeat"]:
            if not repeatable:
                raise InvalidPattern(pattern, f"{match['repeat']} follows no character")
            parts[-1] += match["repeat"]
            repeatable = False
            continue
        repeatable = bool(match["plain"] or match["escaped"] or match["set"])
        if match["any"]:
            # `**/name` matches a name at the top too.
            parts.append(
                "(?:.*/)?"
                if match["any"].endswith("/") and match.start() in {0, *_after_slashes(pattern)}
                else (".*/" if match["any"].endswith("/") else ".*")
            )
        elif match["star"]:
            parts.append("[^/]*")
        elif match["set"]:
            parts.append(_set(pattern, match["set"]))
        elif match["plain"] == "[":
            raise InvalidPattern(pattern, "a ] is missing")
        else:
            parts.append(re.escape(match["escaped"] or match["plain"]))
    return "".join(parts)


def _after_slashes(pattern: str) -> set[int]:
    return {index + 1 for index, character in enumerate(pattern) if character == "/"}


def _set(pattern: str, text: str) -> str:
    """Return `[a-z0-9]` as a part of a regular expression."""
    characters = text[1:-1]
    if not characters:
        raise InvalidPattern(pattern, "[] names no character")
    expression = "[" + re.sub(r"[\\^\[&~|]", r"\\\g<0>", characters) + "]"
    try:
        re.compile(expression)
    except re.error:
        raise InvalidPattern(pattern, f"{text} has a range that ends before it begins") from None
    return expression
