"""maturin: builds Rust extensions, uploads. Reads .pypirc; trusts REQUESTS_CA_BUNDLE.

After an upload it stores the token in the desktop's keyring and has no switch against that: the shell
takes the D-Bus address away.
"""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _plain_http(index: Address) -> dict[str, str]:
    return {"MATURIN_REPOSITORY_URL": index.upload_url, "MATURIN_PYPI_TOKEN": index.token}


MATURIN = Client(
    "maturin",
    deny=("MATURIN_",),
    plain_http=_plain_http,
    limits="`--repository NAME` needs a .pypirc that knows the name, and the desktop's keyring gets a copy",
)
