"""build: asks pip, or uv, for what a project's backend needs."""

from __future__ import annotations

from fake_pypi.clients.client import Client
from fake_pypi.clients.pip import installer_settings

BUILD = Client("build", plain_http=installer_settings)
