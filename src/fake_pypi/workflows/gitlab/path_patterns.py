"""Patterns of paths in `changes`, `exists`, `artifacts` and `include: local`.

As Ruby's File.fnmatch with FNM_PATHNAME, FNM_DOTMATCH and FNM_EXTGLOB: https://docs.gitlab.com/ci/yaml/#ruleschanges
"""

from __future__ import annotations

import re
from functools import cache


def matches_path(pattern: str, path: str) -> bool:
    """Return whether a path with / as separator matches a pattern.

    >>> matches_path("src/**/*.{py,pyi}", "src/demo/a.py"), matches_path("*.toml", "sub/a.toml")
    (True, False)
    """
    return _regex(pattern).fullmatch(path) is not None


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("|".join(_translated(each) for each in _alternatives(pattern)) or r"(?!)", re.DOTALL)


def _alternatives(pattern: str) -> list[str]:
    """Return the patterns without braces, the innermost replaced first."""
    pending, complete = [pattern], list[str]()
    while pending:
        text = pending.pop()
        match = re.search(r"\{([^{}]*)\}", text)
        if match is None or len(pending) + len(complete) > 200:
            complete.append(text)
        else:
            pending += [text[: match.start()] + each + text[match.end() :] for each in match[1].split(",")]
    return complete


def _translated(pattern: str) -> str:
    result, position = "", 0
    while position < len(pattern):
        at_begin = position == 0 or pattern[position - 1] == "/"
        if pattern.startswith("**/", position) and at_begin:
            result, position = result + "(?:.*/)?", position + 3
        elif pattern.startswith("**", position):
            result, position = result + (".*" if position + 2 == len(pattern) else "[^/]*"), position + 2
        elif pattern[position] == "*":
            result, position = result + "[^/]*", position + 1
        elif pattern[position] == "?":
            result, position = result + "[^/]", position + 1
        elif (set_match := re.compile(r"\[([!^]?)([^\]/]+)\]").match(pattern, position)) is not None:
            members = "".join(char if char == "-" else re.escape(char) for char in set_match[2])
            result, position = result + _character_set(set_match[1], members), set_match.end()
        elif pattern[position] == "\\" and position + 1 < len(pattern):
            result, position = result + re.escape(pattern[position + 1]), position + 2
        else:
            result, position = result + re.escape(pattern[position]), position + 1
    return result


def _character_set(negation: str, members: str) -> str:
    text = f"[{'^' if negation else ''}{members}]"
    try:
        re.compile(text)
    except re.error:
        return "(?!)"
    return text
