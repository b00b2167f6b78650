"""The options `--url` and `--port`, which choose between several running `fake-pypi serve`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fake_pypi.cli.control_client import ControlClient
from fake_pypi.errors import UsageError


@dataclass(frozen=True)
class RunningIndexes:
    """A running pair of indexes: the control API, its id there, the URLs of both, and that of their proxy."""

    control: ControlClient
    id: str
    urls: tuple[str, ...] = ()
    proxy: str = ""

    def __str__(self) -> str:
        return self.urls[0]

    def call(self, method: str, *path: str, **members: Any) -> Any:
        """Call an endpoint of the control API, below the address of this pair; see `ControlClient.call`."""
        return self.control.call(method, "indexes", self.id, *path, **members)

    def addresses(self) -> dict[str, dict[str, Any]]:
        """Return the addresses and credentials of each index, by the name of its site."""
        members = self.call("GET")
        return {name: value for name, value in members.items() if name != "id" and value is not None}

    def chosen_sites(self, site: str | None) -> list[str]:
        """Return the named site, or those of all indexes. Raises `UsageError` for a site that is not running."""
        running = list(self.addresses())
        if site is not None and site not in running:
            raise UsageError(f"{site} is not running at {self}", f"choose from {', '.join(running)}")
        return running if site is None else [site]


@dataclass(frozen=True)
class IndexChoice:
    """The values of `--url` and `--port`, which are needed only if several pairs are running."""

    url: str | None = None
    port: int | None = None

    def __bool__(self) -> bool:
        return self.url is not None or self.port is not None

    def pick(self, running: Sequence[RunningIndexes]) -> RunningIndexes:
        """Return the chosen pair. Raises `UsageError`, which lists all pairs, if none or several match."""
        matches = [indexes for indexes in running if self._matches(indexes)]
        names = " and ".join(map(str, running))
        if not matches:
            address = self.url or f"port {self.port}"
            raise UsageError(f"no index is running at {address}", f"choose from {names}")
        if len(matches) > 1:
            raise UsageError(f"several indexes are running: {names}", "choose one with --url or --port")
        return matches[0]

    def _matches(self, indexes: RunningIndexes) -> bool:
        urls = [url.rstrip("/") for url in indexes.urls]
        url_matches = self.url is None or any(self.url.rstrip("/").startswith(url) for url in urls)
        port_matches = self.port is None or any(urlsplit(url).port == self.port for url in urls)
        return url_matches and port_matches


def add_index_choice(parser: argparse.ArgumentParser) -> None:
    """Add `--url` and `--port`."""
    parser.add_argument("--url", help="the URL of an index of a running `fake-pypi serve`")
    parser.add_argument("--port", type=int, help="the port of an index of a running `fake-pypi serve`")


def add_site_choice(parser: argparse.ArgumentParser, default: str = "PyPI, or the server that `--site` chose") -> None:
    """Add `--index`."""
    from fake_pypi.sites import ALL_SITES

    parser.add_argument("--index", choices=tuple(ALL_SITES), help=f"the index (default: {default})")


def index_choice(options: argparse.Namespace) -> IndexChoice:
    """Return the choice on the command line."""
    return IndexChoice(options.url, options.port)
