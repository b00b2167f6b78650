"""Addresses of other days: PyPI sends whoever uses them on to where things are now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.web.answers import Answer, redirect
from fake_pypi.web.hosts import PLAIN

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange


def to(exchange: Exchange, target: str, **words: str) -> Answer:
    """Redirect for good to a target such as "/project/{name}/", filled in with what the address gave."""
    filled = target.format(**{name: quote(word, safe=PLAIN) for name, word in words.items()})
    page = redirect(301, filled, exchange.accept, origin=str(exchange.origin))
    return page.with_headers(("Vary", "Accept-Encoding"))


def to_files(exchange: Exchange, path: str) -> Answer:
    """Redirect to the host that serves the files."""
    return to(exchange, "{address}", address=exchange.origin.file_url(path))
