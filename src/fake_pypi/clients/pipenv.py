"""pipenv: installs with a pip of its own."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _plain_http(index: Address) -> dict[str, str]:
    return {"PIPENV_PYPI_MIRROR": index.simple_url.rstrip("/")}


PIPENV = Client(
    "pipenv",
    deny=("PIPENV_",),
    set={"PIPENV_CACHE_DIR": "{caches}/pipenv", "PIPENV_NOSPIN": "1"},
    plain_http=_plain_http,
)
