"""The address at which a request was sent, and the links in the response that follow from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from fake_pypi.sites import Hosts

PLAIN = "/~!$&'()*+,;=:@"
"""Characters that PyPI leaves as they are in a path (the sub-delimiters of RFC 3986)."""
ORDINARY = re.compile(r"[\w./+-]*", re.ASCII)


@dataclass(frozen=True)
class Origin:
    """Where a request was sent: scheme and host as the client wrote them.

    >>> from fake_pypi.sites import PYPI
    >>> Origin("https", "pypi.org", PYPI.hosts).file_url("aa/bb/demo-1.0.tar.gz")
    'https://files.pythonhosted.org/packages/aa/bb/demo-1.0.tar.gz'
    """

    scheme: str
    host: str
    hosts: Hosts

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"

    @cached_property
    def is_real(self) -> bool:
        """Whether the index was asked under one of its real names."""
        return self.host.partition(":")[0] in self.hosts.all

    @property
    def site(self) -> str:
        """The index's own pages: its real name if it was asked by one, else the address that was asked."""
        return f"https://{self.hosts.index}" if self.is_real else str(self)

    @property
    def upload(self) -> str:
        """Where uploads go: the real name of that host if the index was asked by a real name."""
        return f"https://{self.hosts.upload}" if self.is_real else str(self)

    def file_url(self, path: str) -> str:
        """Return the address of a file, given its path below /packages/."""
        plain = ORDINARY.fullmatch(path) is not None  # thousands of files on one page: quoting takes four times as long
        return self._files + (path if plain else quote(path, safe=PLAIN))

    @cached_property
    def _files(self) -> str:
        return f"https://{self.hosts.files}/packages/" if self.is_real else f"{self}/packages/"
