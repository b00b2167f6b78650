"""The words for a time in PyPI's messages."""

from __future__ import annotations

import pytest

from fake_pypi.operations.password_check import natural_time


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "a second"),
        (59, "59 seconds"),
        (60, "a minute"),
        (89, "a minute"),
        (271, "5 minutes"),
        (300, "5 minutes"),
        (3599, "an hour"),
        (5000, "an hour"),
        (7200, "2 hours"),
        (86_400, "a day"),
    ],
)
def test_a_time_is_rounded(seconds: int, text: str) -> None:
    assert natural_time(seconds) == text
