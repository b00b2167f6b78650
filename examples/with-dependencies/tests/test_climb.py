from release_ladder import climb, hosts


def test_ten_comes_after_nine():
    assert climb(["1.10", "1.9", "1.10rc1"]) == ["1.9", "1.10rc1", "1.10"]


def test_umlauts_are_sorted_as_they_travel():
    assert hosts(["zebra.example", "äpfel.example"]) == ["äpfel.example", "zebra.example"]
