from __future__ import annotations

from fake_pypi.clients.wiring import Wiring


def test_tokens_and_the_control_secret_stay_out_of_the_repr(wiring: Wiring) -> None:
    shown = repr(wiring)
    assert "token of" not in shown
    assert "secret" not in shown


def test_the_port_of_the_proxy_is_read_from_its_address(wiring: Wiring) -> None:
    assert wiring.proxy_url == f"http://127.0.0.1:{wiring.proxy_port}"
