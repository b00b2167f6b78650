"""Where a request was sent."""

from __future__ import annotations

import pytest

from fake_pypi.sites import PYPI
from fake_pypi.web.exchange import Origin


@pytest.mark.parametrize(
    ("host", "hostname"),
    [
        ("pypi.org", "pypi.org"),
        ("PyPI.localhost:8080", "pypi.localhost"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:8080", "::1"),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_the_hostname_has_no_port(host: str, hostname: str) -> None:
    assert Origin("http", host, PYPI.hosts).hostname == hostname
