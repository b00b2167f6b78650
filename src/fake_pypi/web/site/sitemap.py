"""`/sitemap.xml`: pages of projects and people, spread over buckets by the hash of their names."""

from __future__ import annotations

import hashlib
import html
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from fake_pypi.index.listing import pages_before
from fake_pypi.web.not_found import not_found
from fake_pypi.web.responses import Header, Response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

OLD_ENOUGH = timedelta(days=14)
HEADERS: tuple[Header, ...] = (
    ("Content-Type", "text/xml; charset=UTF-8"),
    ("Cache-Control", "max-age=3600, public"),
    ("Vary", "Accept-Encoding"),
)
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def index(exchange: Exchange) -> Response:
    """`/sitemap.xml`: the buckets that have pages."""
    newest: dict[str, float] = {}
    for bucket, _, made in _pages(exchange):
        newest[bucket] = max(made, newest.get(bucket, 0.0))
    shown = "".join(
        f"\n  <sitemap>\n    <loc>{exchange.origin.site}/{bucket}.sitemap.xml</loc>"
        f"    <lastmod>{datetime.fromtimestamp(made, timezone.utc):%Y-%m-%dT%H:%M:%SZ}</lastmod>  </sitemap>"
        for bucket, made in sorted(newest.items())
    )
    return _xml(f'<sitemapindex xmlns="{SCHEMA}">{shown}\n</sitemapindex>')


def bucket(exchange: Exchange, bucket: str) -> Response:
    """`/xx.sitemap.xml`: the pages of one bucket."""
    if len(bucket) != 2:
        return not_found(exchange)
    addresses = sorted(address for each, address, _ in _pages(exchange) if each == bucket)
    shown = "".join(f"\n  <url>\n    <loc>{html.escape(address)}</loc>\n  </url>" for address in addresses)
    return _xml(f'<urlset xmlns="{SCHEMA}">{shown}\n</urlset>')


def _pages(exchange: Exchange) -> list[tuple[str, str, float]]:
    """Bucket, address and age (seconds since 1970) of every page that is old enough to be searched."""
    state, site = exchange.index, exchange.origin.site
    before = state.clock.timestamp() - OLD_ENOUGH.total_seconds()
    return [(_bucket_of(name), f"{site}{path}", made) for name, path, made in pages_before(state.db, before)]


def _bucket_of(name: str) -> str:
    return hashlib.sha512(name.encode()).hexdigest()[:2]


def _xml(text: str) -> Response:
    return Response(200, "OK", HEADERS, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode())
