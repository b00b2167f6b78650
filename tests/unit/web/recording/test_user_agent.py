"""Name and version of a client, from the User-Agent headers that the real ones send."""

from __future__ import annotations

import pytest

from fake_pypi.web.recording.user_agent import client_of

HEADERS = {
    'pip/25.3 {"ci":null,"cpu":"x86_64","implementation":{"name":"CPython","version":"3.11.7"}}': ("pip", "25.3"),
    'uv/0.9.5 {"installer":{"name":"uv","version":"0.9.5"}}': ("uv", "0.9.5"),
    "twine/6.2.0 keyring/25.6.0 requests/2.32.5 CPython/3.11.7": ("twine", "6.2.0"),
    "requests/2.20.0 setuptools/40.5.0 requests-toolbelt/0.8.0 tqdm/4.28.1 twine/1.12.1": ("twine", "1.12.1"),
    "poetry/2.1.1 CPython/3.11.7 Linux/6.1": ("poetry", "2.1.1"),
    "Hatch/1.14.1 cpython/3.11.7": ("hatch", "1.14.1"),
    "Python-urllib/3.11": ("python-urllib", "3.11"),
    "bandersnatch/6.6.0 (cpython 3.11.7-final0, Linux x86_64) (aiohttp 3.11)": ("bandersnatch", "6.6.0"),
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36": (
        "chrome",
        "140.0.0.0",
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": ("firefox", "143.0"),
    "curl": ("curl", ""),
    "": ("", ""),
    "(nothing but a comment)": ("", ""),
}


@pytest.mark.parametrize("header", HEADERS)
def test_the_client_is_the_product_that_sends_the_request(header: str) -> None:
    assert client_of(header) == HEADERS[header]
