"""The addresses of the fake indexes, and the variables with which a process reaches them by the real host names."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fake_pypi.clients.folders import Folders
from fake_pypi.clients.settings_files import write_wgetrc
from fake_pypi.sites import SITES

REAL_HOSTS = tuple(host for site in SITES.values() for host in site.hosts.all)
"""The hosts that the fake indexes replace. `twine upload --skip-existing` still asks pypi.python.org."""

LOOPBACK = "127.0.0.1,localhost"


@dataclass(frozen=True)
class ConnectionSettings:
    """The addresses, the certificate and the tokens of a pair of fake indexes. Tokens are not in the repr.

    >>> ConnectionSettings("http://127.0.0.1:8080", Path("ca.pem")).proxy_port
    8080
    """

    proxy_url: str
    ca_pem: Path
    """The certificate of the fakes' own authority and of no other: a client that reaches the real host in spite of
    the proxy cannot finish the TLS handshake, so it sends no token."""

    hosts: tuple[str, ...] = REAL_HOSTS
    pypi_url: str = ""
    testpypi_url: str = ""
    pypi_token: str = field(default="", repr=False)
    testpypi_token: str = field(default="", repr=False)
    control: str = ""
    """The address of the control API, to which `fake-pypi yank` and similar commands send requests."""
    control_secret: str = field(default="", repr=False)
    control_id: str = ""
    """The id of the pair of indexes in the control API."""

    @property
    def proxy_port(self) -> int:
        """The port of the proxy, which accepts CONNECT, plain requests, and TLS from the first byte."""
        return int(self.proxy_url.rpartition(":")[2].rstrip("/"))

    def is_open(self) -> bool:
        """Return whether the proxy accepts connections."""
        try:
            socket.create_connection(("127.0.0.1", self.proxy_port), timeout=5).close()
        except OSError:
            return False
        return True


def real_host_variables(connection: ConnectionSettings, folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make pypi.org the fake for a child process: proxy, authority, name lookups.

    Proxy variables are set in both cases, because requests reads the lower and uv the upper one. NO_PROXY is
    replaced, because an inherited `.org` would bypass the proxy. SSL_CERT_DIR is an empty folder, because OpenSSL adds
    the system's authorities when it is not set.
    """
    return {**_proxy(connection.proxy_url), **_authority(connection, folders), **_lookups(connection, folders, user)}


def address_variables(connection: ConnectionSettings) -> dict[str, str]:
    """Return the variables that name the plain-HTTP addresses, and the address for `fake-pypi` commands."""
    return {
        "FAKE_PYPI_URL": connection.pypi_url,
        "FAKE_TESTPYPI_URL": connection.testpypi_url,
        **control_variables(connection.control, connection.control_secret, connection.control_id),
    }


def control_variables(url: str, secret: str, indexes: str) -> dict[str, str]:
    """Return the variables with which `fake-pypi` commands find a pair of indexes in a control API."""
    return {"FAKE_PYPI_CONTROL": url, "FAKE_PYPI_CONTROL_SECRET": secret, "FAKE_PYPI_INDEXES": indexes}


def _proxy(url: str) -> dict[str, str]:
    upper = {"HTTPS_PROXY": url, "HTTP_PROXY": url, "ALL_PROXY": url, "NO_PROXY": LOOPBACK}
    if os.name == "nt":  # names are case-insensitive there, and a block with both is ill-formed
        return upper
    return {**upper, **{name.lower(): value for name, value in upper.items()}}


def _authority(connection: ConnectionSettings, folders: Folders) -> dict[str, str]:
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
    return {
        **dict.fromkeys(names, str(connection.ca_pem)),
        "SSL_CERT_DIR": str(folders.nothing),
        **write_wgetrc(folders, connection.ca_pem),
    }


def _lookups(connection: ConnectionSettings, folders: Folders, user: Mapping[str, str]) -> dict[str, str]:
    user_path = user.get("PYTHONPATH")
    return {
        "PYTHONPATH": os.pathsep.join([str(folders.lookups), *([user_path] if user_path else [])]),
        "FAKE_PYPI_TLS_PORT": str(connection.proxy_port),
        "FAKE_PYPI_HOSTS": ",".join(connection.hosts),
        "FAKE_PYPI_BLOCKED_LOOKUPS": str(folders.blocked_lookups),
    }
