"""Turns: requests that compute do so one after another, by kinds that share the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from fake_pypi.turns import Turns

LIMIT = 30.0
"""Seconds that a test waits for what has to happen."""


def in_thread(function: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def wait_until_waiting(turns: Turns, number: int) -> None:
    changed = threading.Event()
    while sum(map(len, turns._waiting.values())) < number:
        changed.wait(0.001)


def test_two_threads_do_not_have_the_turn_at_once() -> None:
    turns = Turns({"read": 1})
    inside, most = 0, 0

    def compute() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns.take("read"):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [in_thread(compute) for _ in range(4)]
    for thread in threads:
        thread.join(LIMIT)
    assert most == 1


def order_of_turns(turns: Turns, kinds: list[str], cost: Callable[[str], float]) -> list[str]:
    """Return the kinds in the order in which they got a turn, when all of them waited for it."""
    order: list[str] = []

    def compute(kind: str) -> None:
        with turns.take(kind):
            order.append(kind)
            turns._used[kind] += cost(kind) / turns._shares[kind]

    with turns.take(kinds[0]):
        threads = []
        for number, kind in enumerate(kinds, start=1):
            threads.append(in_thread(partial(compute, kind)))
            wait_until_waiting(turns, number)
    for thread in threads:
        thread.join(LIMIT)
    return order


def test_a_kind_whose_requests_take_ten_times_as_long_gets_a_tenth_of_the_turns() -> None:
    turns = Turns({"change": 1, "read": 1})
    order = order_of_turns(turns, ["change"] * 5 + ["read"] * 22, lambda kind: 10.0 if kind == "change" else 1.0)
    assert order[:22].count("change") == 2


def test_shares_divide_the_time() -> None:
    turns = Turns({"change": 3, "read": 1})
    order = order_of_turns(turns, ["change"] * 20 + ["read"] * 20, lambda _kind: 1.0)
    assert 14 <= order[:20].count("change") <= 16


def test_a_kind_that_did_not_wait_cannot_make_up_for_the_time_that_it_did_not_use() -> None:
    turns = Turns({"change": 1, "read": 1})
    order_of_turns(turns, ["read"] * 20, lambda _kind: 1.0)
    order = order_of_turns(turns, ["read"] * 10 + ["change"] * 10, lambda _kind: 1.0)
    assert 4 <= order[:10].count("change") <= 6


def test_a_pause_lets_another_thread_have_the_turn() -> None:
    turns = Turns({"read": 1})
    had_it = threading.Event()

    def compute() -> None:
        with turns.take("read"):
            had_it.set()

    with turns.take("read"):
        thread = in_thread(compute)
        wait_until_waiting(turns, 1)
        assert not had_it.is_set()
        with turns.paused():
            assert had_it.wait(LIMIT)
        assert turns.is_mine()
    thread.join(LIMIT)
    assert not turns.is_mine()


def test_a_turn_inside_a_turn_and_a_pause_without_one_have_no_effect() -> None:
    turns = Turns({"read": 1})
    with turns.paused():
        assert not turns.is_mine()
    with turns.take("read"), turns.take("read"):
        assert turns.is_mine()
    assert not turns.is_mine()
    with turns.take("read"):
        assert turns.is_mine()


def test_a_thread_that_waited_too_long_goes_on_without_a_turn() -> None:
    turns = Turns({"read": 1}, longest_wait=0.01)
    has_turn: list[bool] = []

    def compute() -> None:
        with turns.take("read"):
            has_turn.append(turns.is_mine())

    with turns.take("read"):
        in_thread(compute).join(LIMIT)
        assert has_turn == [False]
    in_thread(compute).join(LIMIT)
    assert has_turn == [False, True]


def test_a_pause_after_which_no_turn_comes_in_time_leaves_the_turn_with_its_owner() -> None:
    turns = Turns({"read": 1}, longest_wait=0.01)
    taken, done = threading.Event(), threading.Event()

    def compute() -> None:
        with turns.take("read"):
            taken.set()
            done.wait(LIMIT)

    with turns.take("read"):
        with turns.paused():
            thread = in_thread(compute)
            assert taken.wait(LIMIT)
        assert not turns.is_mine()
    done.set()
    thread.join(LIMIT)
    with turns.take("read"):
        assert turns.is_mine()


def test_an_error_inside_gives_the_turn_back() -> None:
    turns = Turns({"read": 1})
    with pytest.raises(ValueError, match="inside"), turns.take("read"):
        raise ValueError("inside")
    assert not turns._is_taken
