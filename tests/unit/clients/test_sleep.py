"""The `sleep` of a shell on the fakes' clock: what its arguments mean."""

from __future__ import annotations

import pytest

from fake_pypi.clients.sleep import seconds_of


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        (["60"], 60),
        (["0.5"], 0.5),
        ([".5s"], 0.5),
        (["2m"], 120),
        (["1h", "30m", "5"], 5405),
        (["1d"], 86400),
        (["1e1"], 10),
        (["0"], 0),
    ],
)
def test_numbers_and_their_suffixes_are_added_up(words: list[str], seconds: float) -> None:
    assert seconds_of(words) == seconds


@pytest.mark.parametrize("word", ["soon", "1x", "-1", "", "1 m", "1mm"])
def test_an_invalid_interval_is_named(word: str) -> None:
    with pytest.raises(ValueError, match=f"invalid time interval '{word}'"):
        seconds_of(["1", word])
