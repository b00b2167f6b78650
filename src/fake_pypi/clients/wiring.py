"""Where the fakes stand: the plain values that a shell is wired to."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from pathlib import Path

REAL_HOSTS = (
    "pypi.org",
    "www.pypi.org",
    "upload.pypi.org",
    "test.pypi.org",
    "files.pythonhosted.org",
    "test-files.pythonhosted.org",
    "pypi.python.org",
    "testpypi.python.org",
)
"""The hosts that answer inside a shell. `twine upload --skip-existing` still asks pypi.python.org."""


@dataclass(frozen=True)
class Wiring:
    """The addresses, the certificate and the tokens of one pair of indexes.

    >>> Wiring("http://127.0.0.1:8080", Path("ca.pem")).proxy_port
    8080

    `ca_pem` holds the fakes' own authority and nothing else: a client that finds its way to the real host
    cannot finish the handshake, so no token leaves. `control` is the address, secret included, that
    `fake-pypi yank` and its siblings talk to. Tokens stay out of the repr.
    """

    proxy_url: str
    ca_pem: Path
    hosts: tuple[str, ...] = REAL_HOSTS
    pypi_url: str = ""
    testpypi_url: str = ""
    pypi_token: str = field(default="", repr=False)
    testpypi_token: str = field(default="", repr=False)
    control: str = field(default="", repr=False)

    @property
    def proxy_port(self) -> int:
        """The one port of the proxy: CONNECT, plain requests and TLS by its first byte."""
        return int(self.proxy_url.rpartition(":")[2].rstrip("/"))

    def answers(self) -> bool:
        """Whether somebody still listens there."""
        try:
            socket.create_connection(("127.0.0.1", self.proxy_port), timeout=5).close()
        except OSError:
            return False
        return True
