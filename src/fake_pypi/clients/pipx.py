"""pipx: installs applications, with pip or uv. Before the first one it asks the index for a newer pip."""

from __future__ import annotations

from fake_pypi.clients.client import Client
from fake_pypi.clients.pip import installer_settings

PIPX = Client("pipx", deny=("PIPX_",), plain_http=installer_settings)
