from roman_hours import numeral


def test_four_is_written_the_clockmakers_way():
    assert numeral(4) == "IIII"


def test_midnight_and_noon_look_alike():
    assert numeral(0) == numeral(12) == "XII"
