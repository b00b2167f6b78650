from __future__ import annotations

from two_shores import by_bridge


def test_the_bridge_is_walked_to_and_back_from() -> None:
    assert by_bridge(30.0, 100.0) == 230.0
