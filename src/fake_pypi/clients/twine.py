"""twine: uploads. Reads .pypirc; honours proxies; trusts REQUESTS_CA_BUNDLE."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _plain_http(index: Address) -> dict[str, str]:
    return {
        "TWINE_REPOSITORY_URL": index.upload_url,
        "TWINE_USERNAME": "__token__",
        "TWINE_PASSWORD": index.token,
        "TWINE_NON_INTERACTIVE": "1",
    }


TWINE = Client(
    "twine",
    deny=("TWINE_",),
    plain_http=_plain_http,
    limits="`--repository` is ignored; `--skip-existing` and trusted publishing work on the real hosts only",
)
