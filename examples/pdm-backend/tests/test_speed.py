import pytest
from knots_and_miles import Speed


def test_a_knot_is_defined_in_kilometres():
    assert Speed.from_knots(10).kilometres_an_hour == pytest.approx(18.52)


def test_miles_are_longer_than_kilometres():
    assert Speed(100).miles_an_hour == pytest.approx(62.137, abs=0.001)
