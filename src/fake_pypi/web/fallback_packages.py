"""Other people's distributions on PyPI's simple pages: what the sources of an instance offer.

A source is a fallback for reading: it owns no names, an uploaded project hides it and is never hidden by it,
and TestPyPI has none. What is offered lies under `/packages/offered/`, where no uploaded file can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import PackageSourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pypi.packages.offer import Offer
    from fake_pypi.web.instance import Instance

FOLDER = "offered"


def offers(instance: Instance, name: str) -> Sequence[Offer]:
    """Return what all sources offer under a normalized project name; of one file name the first counts.

    A source that fails counts only where no other one helps: then its `PackageSourceError` goes on.
    """
    if not instance.site.has_fallback_packages:
        return ()
    found: dict[str, Offer] = {}
    failed: PackageSourceError | None = None
    for source in instance.sources:
        try:
            for offer in source.offers(name):
                found.setdefault(offer.filename, offer)
        except PackageSourceError as error:
            failed = error
    if failed and not found:
        raise failed
    return tuple(found.values())


def find(instance: Instance, filename: str) -> Offer | None:
    """Return the offer of that file name, the same one that `offers` shows; None if no source has it."""
    if not instance.site.has_fallback_packages:
        return None
    return next((offer for source in instance.sources if (offer := source.find(filename))), None)


def path_of(offer: Offer) -> str:
    """Return where the file is served, below /packages/."""
    return f"{FOLDER}/{offer.filename}"
