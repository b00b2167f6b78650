"""flit: uploads. Reads .pypirc; trusts REQUESTS_CA_BUNDLE."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _plain_http(index: Address) -> dict[str, str]:
    return {
        "FLIT_INDEX_URL": index.upload_url,
        "FLIT_USERNAME": "__token__",
        "FLIT_PASSWORD": index.token,
        # Before it uploads, flit would fetch the list of classifiers from the real pypi.org.
        "FLIT_NO_NETWORK": "1",
    }


FLIT = Client(
    "flit",
    deny=("FLIT_",),
    plain_http=_plain_http,
    limits="`--repository NAME` needs a .pypirc that knows the name, and classifiers are not checked",
)
