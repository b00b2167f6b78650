"""hatch: builds and runs (with pip or uv), uploads.

Uploads ignore proxies; the shell answers its name lookups instead.
"""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client
from fake_pypi.clients.pip import installer_settings


def _plain_http(index: Address) -> dict[str, str]:
    return {
        "HATCH_INDEX_REPO": index.upload_url,
        "HATCH_INDEX_USER": "__token__",
        "HATCH_INDEX_AUTH": index.token,
        # What environments and builds need is installed with pip or with uv.
        **installer_settings(index),
    }


HATCH = Client(
    "hatch",
    deny=("HATCH_",),
    set={"HATCH_CACHE_DIR": "{caches}/hatch", "HATCH_DATA_DIR": "{caches}/hatch-data"},
    plain_http=_plain_http,
    wired={"HATCH_CONFIG": "{settings}/hatch.toml"},
    empty_files=("hatch.toml",),  # hatch rejects to start when the file is missing
    config_entries=("hatch",),
    limits="`hatch publish -r main` and `-r test` go to the real hosts: their addresses are fixed in hatch",
)
