"""How many new projects fit into an hour."""

from __future__ import annotations

import pytest

from fake_pypi.index.clock import Clock
from fake_pypi.index.rate_limits import NEW_PROJECTS, Limit, RateLimits

LIMIT = Limit("project.create.user", "user", 3)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_quota_is_used_up_hit_by_hit_and_never_below_zero(clock: Clock) -> None:
    limits = RateLimits(clock)
    seen = []
    for _ in range(5):
        seen.append(limits.remaining(LIMIT, "alice"))
        limits.hit(LIMIT, "alice")
    assert seen == [3, 2, 1, 0, 0]


def test_each_user_and_each_limit_counts_alone(clock: Clock) -> None:
    limits = RateLimits(clock)
    limits.hit(LIMIT, "alice")
    assert limits.remaining(LIMIT, "bob") == 3
    assert limits.remaining(Limit("other", "user", 3), "alice") == 3


def test_after_an_hour_a_hit_no_longer_counts(clock: Clock) -> None:
    limits = RateLimits(clock)
    limits.hit(LIMIT, "alice")
    clock.advance(minutes=30)
    limits.hit(LIMIT, "alice")
    clock.advance(minutes=31)
    assert limits.remaining(LIMIT, "alice") == 2
    assert 0 < limits.resets_in(LIMIT, "alice") <= 29 * 60
    clock.advance(minutes=30)
    assert (limits.remaining(LIMIT, "alice"), limits.resets_in(LIMIT, "alice")) == (3, 0)


def test_the_limits_are_pypis() -> None:
    assert {(limit.key, limit.quota) for limit in NEW_PROJECTS} == {("ip", 40), ("user", 20)}
