from __future__ import annotations

import pytest

from fake_pypi.serving.tunnel import is_loopback


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.255.0.9", "::1"])
def test_names_of_this_machine(host: str) -> None:
    assert is_loopback(host) is True


@pytest.mark.parametrize(
    "host",
    [
        "",
        "pypi.org",
        "localhost.com",
        "127.0.0.1.com",
        "127.evil.co.uk",
        "1.127.0.0",
        "127.0.0",
        "127.\xb2.0.1",
    ],
)
def test_names_that_only_look_like_this_machine(host: str) -> None:
    assert is_loopback(host) is False
