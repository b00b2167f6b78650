"""pdm: uploads and installs. Takes any of the CA variables; REQUESTS_CA_BUNDLE wins."""

from __future__ import annotations

from fake_pypi.clients.client import Address, Client


def _plain_http(index: Address) -> dict[str, str]:
    return {
        "PDM_PUBLISH_REPO": index.upload_url,
        "PDM_PUBLISH_USERNAME": "__token__",
        "PDM_PUBLISH_PASSWORD": index.token,
        "PDM_PYPI_URL": index.simple_url,
        "PDM_CHECK_UPDATE": "false",
    }


PDM = Client(
    "pdm",
    deny=("PDM_",),
    set={"PDM_CACHE_DIR": "{caches}/pdm", "PDM_CHECK_UPDATE": "false"},
    plain_http=_plain_http,
    wired={"PDM_CONFIG_FILE": "{settings}/pdm.toml"},
    config_entries=("pdm",),
    limits="`pdm publish -r NAME` needs the address in pdm's configuration file",
)
