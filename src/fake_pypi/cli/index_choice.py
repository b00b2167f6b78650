"""Which of several running `fake-pypi serve` a command is meant for: `--url` or `--port`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fake_pypi.errors import UsageError


@dataclass(frozen=True)
class RunningIndexes:
    """One running pair of indexes: the address of its control channel, and the URLs of PyPI and TestPyPI."""

    control: str
    urls: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.urls[0] if self.urls else "an index of another version of fake-pypi"


@dataclass(frozen=True)
class IndexChoice:
    """What was given with `--url` and `--port`; both may be left out where only one pair is running."""

    url: str | None = None
    port: int | None = None

    def __bool__(self) -> bool:
        return self.url is not None or self.port is not None

    def pick(self, running: Sequence[RunningIndexes]) -> RunningIndexes:
        """Return the pair that is meant; `UsageError`, naming all of them, if that is none or several."""
        chosen = [indexes for indexes in running if self._fits(indexes)]
        names = " and ".join(map(str, running))
        if not chosen:
            wanted = self.url or f"port {self.port}"
            raise UsageError(f"no index is running at {wanted}", f"running: {names}")
        if len(chosen) > 1:
            raise UsageError(f"several indexes are running: {names}", "name one with --url or --port")
        return chosen[0]

    def _fits(self, indexes: RunningIndexes) -> bool:
        urls = [url.rstrip("/") for url in indexes.urls]
        fits_url = self.url is None or any(self.url.rstrip("/").startswith(url) for url in urls)
        fits_port = self.port is None or any(urlsplit(url).port == self.port for url in urls)
        return fits_url and fits_port


def add_index_choice(parser: argparse.ArgumentParser) -> None:
    """Add `--url` and `--port`."""
    parser.add_argument("--url", help="which running `fake-pypi serve`: the URL of its PyPI or TestPyPI")
    parser.add_argument("--port", type=int, help="the same, by port")


def index_choice(options: argparse.Namespace) -> IndexChoice:
    """Return what was given on the command line."""
    return IndexChoice(options.url, options.port)
