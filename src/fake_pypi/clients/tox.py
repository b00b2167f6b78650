"""tox: installs with pip, or uv. Its environments see http(s)_proxy, SSL_CERT_FILE and PIP_*."""

from __future__ import annotations

from fake_pypi.clients.client import Client
from fake_pypi.clients.pip import installer_settings

TOX = Client(
    "tox",
    deny=("TOX_",),
    plain_http=installer_settings,
    wired={"TOX_USER_CONFIG_FILE": "{settings}/tox.ini"},
    empty_files=("tox.ini",),
    config_entries=("tox",),
)
