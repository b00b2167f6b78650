"""The upload address and what is said to those who use it wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.answers import Answer, method_not_allowed, redirect, upload_endpoint_page
from fake_pypi.web.upload import receive

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange

WITHOUT_SLASH = (
    "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
)


def upload_address(exchange: Exchange) -> Answer:
    """`/legacy/`: POST takes an upload, GET shows people where they are."""
    if exchange.method == "POST":
        return receive(exchange)
    if exchange.method in ("GET", "HEAD"):
        return upload_endpoint_page(f"{exchange.origin}{exchange.target}", index=f"{exchange.origin.site}/")
    return method_not_allowed(exchange.method, "GET, HEAD, OPTIONS", exchange.accept)


def without_slash(exchange: Exchange) -> Answer:
    """`/legacy`: the address that people type; PyPI sends them on."""
    return redirect(308, "/legacy/", exchange.accept, origin=str(exchange.origin), message=WITHOUT_SLASH)
