from harbour_core import free_berths


def test_berths_without_a_ship_are_free():
    assert free_berths(berths=3, moored={1}) == [2, 3]
