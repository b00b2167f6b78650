"""uv: builds, installs, publishes. Trusts SSL_CERT_FILE only; takes the upper case of a proxy variable."""

from __future__ import annotations

import sys

from fake_pypi.clients.client import Address, Client
from fake_pypi.clients.folders import Folders


def pin_python(folders: Folders) -> None:
    """Let uv make its environments from the Python that runs here, unless the project or the line names one.

    Left alone, uv skips virtual environments on PATH and takes the machine's first Python; the wheels that are
    at hand are those of this one.
    """
    python: str = getattr(sys, "_base_executable", "") or sys.executable
    for settings in (folders.windows_home()["APPDATA"] / "uv", folders.home / ".config" / "uv"):
        settings.mkdir(parents=True, exist_ok=True)
        (settings / ".python-version").write_text(f"{python}\n", encoding="utf-8")


def _plain_http(index: Address) -> dict[str, str]:
    return {
        "UV_DEFAULT_INDEX": index.simple_url,
        "UV_PUBLISH_URL": index.upload_url,
        "UV_PUBLISH_TOKEN": index.token,
        "UV_NO_SYSTEM_CONFIG": "1",
        "UV_KEYRING_PROVIDER": "disabled",
    }


UV = Client(
    "uv",
    deny=("UV_",),
    set={
        "UV_NO_SYSTEM_CONFIG": "1",
        "UV_CACHE_DIR": "{caches}/uv",
        "UV_CREDENTIALS_DIR": "{caches}/uv-credentials",
        "UV_KEYRING_PROVIDER": "disabled",
        "UV_PYTHON_DOWNLOADS": "never",
        # A rejected host is rejected at once: trying again would only make the error late.
        "UV_HTTP_RETRIES": "0",
    },
    plain_http=_plain_http,
    config_entries=("uv",),
    limits="`uv publish --index NAME` is an error next to UV_PUBLISH_URL: name the index in uv.toml instead",
)
