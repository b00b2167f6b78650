from __future__ import annotations

from fake_pypi.clients.secrets import Mask


def test_known_secrets_are_hidden() -> None:
    assert Mask(["swordfish", ""]).hide("the swordfish is mine") == "the ******** is mine"


def test_tokens_that_nobody_announced_are_hidden() -> None:
    token = "pypi-" + "Ag" * 20
    assert Mask([]).hide(f"::add-mask::{token}!") == "::add-mask::pypi-********!"


def test_secrets_can_be_added() -> None:
    mask = Mask([])
    mask.add("swordfish")
    assert mask.hide("swordfish") == "********"
    assert "swordfish" not in repr(mask)
