"""poetry: uploads and installs. Trusts REQUESTS_CA_BUNDLE; for pypi.org nothing but interception moves it."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _repository(name: str, index: Address) -> dict[str, str]:
    return {f"POETRY_REPOSITORIES_{name}_URL": index.upload_url, f"POETRY_PYPI_TOKEN_{name}": index.token}


def _plain_http(index: Address) -> dict[str, str]:
    return {**_repository("PYPI", index), "POETRY_KEYRING_ENABLED": "false"}


def _both(pypi: Address, testpypi: Address) -> dict[str, str]:
    return {**_plain_http(pypi), **_repository("TESTPYPI", testpypi)}


POETRY = Client(
    "poetry",
    deny=("POETRY_",),
    set={"POETRY_CACHE_DIR": "{caches}/pypoetry", "POETRY_KEYRING_ENABLED": "false"},
    plain_http=_plain_http,
    two_indexes=_both,
    wired={"POETRY_CONFIG_DIR": "{settings}/pypoetry"},
    config_entries=("pypoetry",),
    limits="plain `poetry publish` goes to the real host (write `-r pypi`), as `poetry add` does",
)
