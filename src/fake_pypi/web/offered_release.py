"""`/pypi/NAME/VERSION/json` of other people's distributions: poetry reads dependencies nowhere else.

`/pypi/NAME/json` stays unanswered for them, because it is how tools find out whether a name is taken.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fake_pypi.index.names import normalized
from fake_pypi.web import offered
from fake_pypi.web.answers import JSON, Answer, Header
from fake_pypi.web.missing import missing
from fake_pypi.web.simple import CORS, moment, parsed

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

    from fake_pypi.packages.offer import Offer
    from fake_pypi.web.exchange import Exchange

FRESH: tuple[Header, ...] = (("Cache-Control", "max-age=900, public"), ("Vary", "Accept-Encoding"))
WRITTEN = ("summary", "requires_dist", "requires_python", "license", "author", "author_email", "home_page")


def release(exchange: Exchange, name: str, version: str) -> Answer:
    """One release that the sources of the instance offer; 404 as for any other unknown one if they do not."""
    if name != normalized(name):
        return missing(exchange)
    found = [each for each in offered.offers(exchange.instance, name) if parsed(each.version) == parsed(version)]
    if not found:
        return missing(exchange)
    info = {**_metadata(found), "name": name, "version": found[0].version, **_yank(found[0])}
    urls = [_file(exchange, each) for each in sorted(found, key=lambda each: each.filename)]
    value = {
        "info": dict(sorted(info.items())),
        "last_serial": exchange.instance.index.journal.last_serial,
        "urls": urls,
        "vulnerabilities": [],
    }
    return Answer(200, "OK", (("Content-Type", JSON), *FRESH, *CORS), json.dumps(value).encode())


def _metadata(offers: list[Offer]) -> dict[str, Any]:
    """What the first file that has metadata of its own says; a field that it leaves out is null."""
    from packaging.metadata import parse_email

    content = next((each for offer in offers if (each := offer.metadata()) is not None), b"")
    said: RawMetadata = parse_email(content)[0]
    return {field: said.get(field) for field in WRITTEN}


def _yank(offer: Offer) -> dict[str, Any]:
    return {"yanked": bool(offer.yanked), "yanked_reason": offer.yanked if isinstance(offer.yanked, str) else None}


def _file(exchange: Exchange, offer: Offer) -> dict[str, Any]:
    uploaded = moment(offer.upload_time.timestamp())
    return {
        "digests": {"sha256": offer.sha256},
        "filename": offer.filename,
        "packagetype": "bdist_wheel" if offer.filename.endswith(".whl") else "sdist",
        "requires_python": offer.requires_python,
        "size": offer.size,
        "upload_time": uploaded[:19],
        "upload_time_iso_8601": uploaded,
        "url": exchange.origin.file_url(offered.path_of(offer)),
        **_yank(offer),
    }
