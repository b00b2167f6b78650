"""The variables that make the real host names answer here: proxy, certificate authority, name lookups."""

from __future__ import annotations

import os
from collections.abc import Mapping

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.settings_files import write_wgetrc
from fake_pypi.clients.wiring import Wiring

LOOPBACK = "127.0.0.1,localhost"


def real_hosts(wiring: Wiring, folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    """Everything that turns pypi.org into the fake for a child process.

    Both cases of the proxy variables, because requests takes the lower and uv the upper one; NO_PROXY is
    overwritten, because an inherited `.org` would leak. SSL_CERT_DIR is a folder that stays empty: unset,
    OpenSSL would add the system's authorities.
    """
    return {**_proxy(wiring.proxy_url), **_trust(wiring, folders), **_lookups(wiring, folders, user)}


def _proxy(url: str) -> dict[str, str]:
    upper = {"HTTPS_PROXY": url, "HTTP_PROXY": url, "ALL_PROXY": url, "NO_PROXY": LOOPBACK}
    if os.name == "nt":  # names have no case there, and a block with both is ill-formed
        return upper
    return {**upper, **{name.lower(): value for name, value in upper.items()}}


def _trust(wiring: Wiring, folders: Folders) -> dict[str, str]:
    authority = str(wiring.ca_pem)
    files = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
    return {
        **dict.fromkeys(files, authority),
        "SSL_CERT_DIR": str(folders.nothing),
        **write_wgetrc(folders, wiring.ca_pem),
    }


def _lookups(wiring: Wiring, folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    own = user.get("PYTHONPATH")
    return {
        "PYTHONPATH": os.pathsep.join([str(folders.lookups), *([own] if own else [])]),
        "FAKE_PYPI_TLS_PORT": str(wiring.proxy_port),
        "FAKE_PYPI_HOSTS": ",".join(wiring.hosts),
        "FAKE_PYPI_ATTEMPTS": str(folders.attempts),
    }
