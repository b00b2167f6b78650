"""Stand-ins for services on the internet."""

from __future__ import annotations

import pytest

from fake_pypi.errors import UnknownSetting
from fake_pypi.index.look_ups import LookUps


def test_the_defaults_are_those_of_the_recordings() -> None:
    look_ups = LookUps()
    assert look_ups.is_breached("Breached horse battery 7!")
    assert not look_ups.is_breached("correct horse battery 7!")
    assert look_ups.accepts_mail("example.com")
    assert not look_ups.accepts_mail("nomx.example.net")
    assert look_ups.is_disposable("mailinator.com")
    assert not look_ups.is_disposable("example.com")
    assert look_ups.captcha is None


def test_each_can_be_replaced_and_nothing_else_be_set() -> None:
    look_ups = LookUps()
    look_ups.accepts_mail = lambda domain: False
    assert not look_ups.accepts_mail("example.com")
    with pytest.raises(UnknownSetting, match="accepts_mail"):
        look_ups.accept_mail = lambda domain: True
