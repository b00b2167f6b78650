from tagged_tides import rising


def test_a_flood_tide_rises():
    assert rising([0.6, 1.0, 1.8])


def test_an_ebb_does_not():
    assert not rising([1.8, 1.0])
