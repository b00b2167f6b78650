"""Files of the site that programs read: robots.txt, security.txt, opensearch.xml and the icon."""

from __future__ import annotations

import html
import struct
from functools import cache
from typing import TYPE_CHECKING

from fake_pypi.web.responses import TEXT, Header, Response

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

FOR_A_DAY: tuple[Header, ...] = (("Cache-Control", "max-age=86400, public"), ("Vary", "Accept-Encoding"))
FOR_A_YEAR: tuple[Header, ...] = (("Cache-Control", "max-age=31536000, public"), ("Vary", "Accept-Encoding"))
NOT_FOR_ROBOTS = (
    "/simple/",
    "/packages/",
    "/_includes/authed/",
    "/project/*/submit-malware-report/",
    "/pypi/*/json",
    "/pypi/*/*/json",
    "/pypi*?",
    "/search*",
    "/_/",
    "/integrity/",
    "/account/",
    "/admin/",
)
ICON_NAME = "favicon.35549fe8.ico"
"""The icon's file name on PyPI, which its opensearch.xml names."""
ICON_COLOUR = b"\x8a\x4a\x16\xff"  # blue, green, red, opacity
ICON = (
    "................",
    ".##############.",
    ".##############.",
    ".##..........##.",
    ".##..######..##.",
    ".##..#....#..##.",
    ".##..#....#..##.",
    ".##..######..##.",
    ".##..#.......##.",
    ".##..#.......##.",
    ".##..#.......##.",
    ".##..........##.",
    ".##############.",
    ".##############.",
    "................",
    "................",
)


def robots(exchange: Exchange) -> Response:
    """`/robots.txt`."""
    lines = (f"Sitemap: {exchange.origin.site}/sitemap.xml", "", "User-agent: *")
    text = "\n".join((*lines, *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), ""))
    return Response(200, "OK", (("Content-Type", TEXT), *FOR_A_DAY), text.encode())


def security_txt(exchange: Exchange) -> Response:
    """`/.well-known/security.txt` (RFC 9116), valid for a year on the clock of the index."""
    from datetime import datetime, timedelta, timezone

    index = exchange.index
    host = exchange.instance.site.hosts.index
    expires = datetime.fromtimestamp(index.clock.timestamp(), timezone.utc) + timedelta(days=365)
    lines = (
        f"Contact: mailto:security@{'.'.join(host.split('.')[-2:])}",
        f"Expires: {expires.isoformat(timespec='seconds')}",
        "Preferred-Languages: en",
        f"Canonical: https://{host}/.well-known/security.txt",
        f"Policy: https://{host}/security/",
    )
    headers = (("Content-Type", "text/plain; charset=utf-8"), *FOR_A_DAY)
    return Response(200, "OK", headers, "".join(f"{line}\n" for line in lines).encode())


def opensearch(exchange: Exchange) -> Response:
    """`/opensearch.xml`: how a browser searches the index."""
    title, site = exchange.instance.site.title, html.escape(exchange.origin.site)
    elements = (
        f"<Description>Search {title}</Description>",
        f'<Image height="16" width="16" type="image/icon">{site}/static/images/{ICON_NAME}</Image>',
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        f"<ShortName>{title}</ShortName>",
        f'<Url type="text/html" method="GET" template="{site}/search/?q={{searchTerms}}"/>',
    )
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
    body = "".join(f"    {element}\n" for element in elements)
    headers = (("Content-Type", "text/xml; charset=UTF-8"), *FOR_A_DAY)
    return Response(200, "OK", headers, f"{head}{body}</OpenSearchDescription>".encode())


def icon(_exchange: Exchange) -> Response:
    """`/favicon.ico`: an icon of this project's own."""
    return Response(200, "OK", (("Content-Type", "image/vnd.microsoft.icon"), *FOR_A_YEAR), _icon())


@cache
def _icon() -> bytes:
    """Return the icon: a directory of one entry, and a bitmap of 32 bits per pixel from the bottom row up."""
    size = len(ICON)
    rows = (b"".join(ICON_COLOUR if mark == "#" else bytes(4) for mark in row) for row in reversed(ICON))
    mask = bytes(4 * size)
    bitmap = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0) + b"".join(rows) + mask
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, size, size, 0, 0, 1, 32, len(bitmap), 22) + bitmap
