"""build: asks pip, or uv, for what a project's backend needs."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client
from fake_pypi.clients.pip import pip_settings


def _plain_http(index: Address) -> dict[str, str]:
    return {**pip_settings(index), "UV_DEFAULT_INDEX": index.simple_url}


BUILD = Client("build", plain_http=_plain_http)
