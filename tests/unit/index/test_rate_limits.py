"""How many new projects fit into an hour, or a day."""

from __future__ import annotations

from contextlib import closing

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.index import Index
from fake_pypi.index.clock import Clock
from fake_pypi.index.rate_limits import Limit, RateLimits
from fake_pypi.sites import TESTPYPI

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


def test_the_limits_are_those_of_pypi_and_reject_no_request(clock: Clock) -> None:
    limits = RateLimits(clock)
    assert ", ".join(limit.policy for limit in limits.new_projects) == (
        '"project.create.ip";q=4;w=86400;pk=:ip:, "project.create.user";q=4;w=86400;pk=:user:'
    )
    assert not limits.are_enforced


def test_a_number_that_is_set_holds_for_users_and_addresses() -> None:
    with closing(Index()) as index:
        index.limits.new_projects_per_day = 2
        assert [(limit.key, limit.quota, limit.window) for limit in index.rate_limits.new_projects] == [
            ("ip", 2, 86_400),
            ("user", 2, 86_400),
        ]
        enforced = []
        for number in (4, 0, None):
            index.limits.new_projects_per_day = number
            enforced.append(index.rate_limits.are_enforced)
        assert enforced == [True, True, False]
        with pytest.raises(UsageError, match="-1 is no number of projects"):
            index.limits.new_projects_per_day = -1


def test_testpypi_counts_by_the_defaults_of_the_sites_code(clock: Clock) -> None:
    limits = RateLimits(clock, site_limits=TESTPYPI.new_projects)
    assert {(limit.key, limit.quota, limit.window) for limit in limits.new_projects} == {
        ("ip", 40, 3600),
        ("user", 20, 3600),
    }


def test_every_limit_with_a_recent_hit_can_be_read(clock: Clock) -> None:
    limits = RateLimits(clock)
    other = Limit("search", "ip", 5, 1)
    limits.hit(LIMIT, "alice")
    limits.hit(LIMIT, "alice")
    limits.hit(other, "127.0.0.1")
    read = [(use.limit, use.key, use.used, use.remaining) for use in limits.in_use]
    assert read == [(LIMIT, "alice", 2, 1), (other, "127.0.0.1", 1, 4)]
    clock.advance(seconds=5)
    (use,) = limits.in_use
    assert (use.limit, 3590 < use.resets_in <= 3595) == (LIMIT, True)
