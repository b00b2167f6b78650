from bell_tower import strokes


def test_noon_and_midnight_have_twelve_strokes():
    assert [strokes(0), strokes(12)] == [12, 12]


def test_the_afternoon_starts_at_one():
    assert strokes(13) == 1
