from sowing_weeks import sowable


def test_march_is_for_carrots_and_peas():
    assert sowable(12) == ["carrots", "peas"]


def test_nothing_is_sown_at_christmas():
    assert sowable(52) == []
