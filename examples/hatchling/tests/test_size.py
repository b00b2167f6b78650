from paper_folds import size


def test_a4_is_what_printers_hold():
    assert size(4) == (210, 297)


def test_a0_is_not_folded():
    assert size(0) == (841, 1189)
