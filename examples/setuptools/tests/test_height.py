import pytest
from harbour_tides import height


def test_half_tide_comes_after_three_hours():
    assert height(low=0.6, high=5.4, hours_after_low=3) == pytest.approx(3.0)


def test_the_rule_ends_at_high_water():
    with pytest.raises(ValueError, match="0 to 6 hours"):
        height(low=0.6, high=5.4, hours_after_low=7)
