"""Needs the built extension: `pip install -e .` first."""

from swift_fletcher import fletcher16


def test_a_published_test_vector():
    assert fletcher16(b"abcde") == 51440


def test_nothing_sums_up_to_nothing():
    assert fletcher16(b"") == 0
