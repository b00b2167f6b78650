"""The fields in which a user types what is to be changed, before it is changed for good."""

from __future__ import annotations


def confirmation_problem(action: str, typed: str, expected: str) -> str | None:
    """Return PyPI's message about such a field, or None if it has the right text; upper case and blanks count.

    >>> confirmation_problem("yank release", "1.1", "1.0")
    "Could not yank release - '1.1' is not the same as '1.0'"
    """
    if not typed:
        return "Confirm the request"
    return None if typed == expected else f"Could not {action} - {typed!r} is not the same as {expected!r}"
