"""Fallback packages: files that were not uploaded, from the package sources of an instance, on PyPI's simple pages.

A source is a fallback for reading: it owns no names, an uploaded project hides it and is never hidden by it,
and some sites have none (`Site.has_fallback_packages`). Their files are under `/packages/offered/`, where no uploaded
file can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.errors import PackageSourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pypi.packages.package_source import FallbackFile
    from fake_pypi.web.instance import Instance

FOLDER = "offered"


def files_of(instance: Instance, name: str) -> Sequence[FallbackFile]:
    """Return the files of all sources for a normalized project name; the first source of a file name wins.

    Raises the `PackageSourceError` of a source that failed if no other source has files.
    """
    if not instance.site.has_fallback_packages:
        return ()
    files: dict[str, FallbackFile] = {}
    failed: PackageSourceError | None = None
    for source in instance.sources:
        try:
            for offer in source.files(name):
                files.setdefault(offer.filename, offer)
        except PackageSourceError as error:
            failed = error
    if failed and not files:
        raise failed
    return tuple(files.values())


def find(instance: Instance, filename: str) -> FallbackFile | None:
    """Return the file of that name, the same one that `files_of` returns; None if no source has it."""
    if not instance.site.has_fallback_packages:
        return None
    return next((offer for source in instance.sources if (offer := source.find(filename))), None)


def path_of(offer: FallbackFile) -> str:
    """Return where the file is served, below /packages/."""
    return f"{FOLDER}/{offer.filename}"
