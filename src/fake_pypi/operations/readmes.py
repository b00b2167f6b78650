"""Render the readmes of releases. An index that is stored on disk keeps the HTML, as PyPI does in its database."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from fake_pypi.errors import StorageError
from fake_pypi.inspection.readme import READMES, digest_of

if TYPE_CHECKING:
    from fake_pypi.index import Index


def rendered_readme(index: Index, description: str, content_type: str | None) -> str | None:
    """Return a description as HTML, None if it cannot be rendered; a new one is rendered once in the life of an index.

    A disk that is full or broken does not matter: the HTML is made again later on.
    """
    digest = digest_of(description, content_type)
    if index.db.path is not None and digest not in READMES:
        stored = index.readmes.get(digest, renderer())
        if stored is None:
            html = READMES.render(description, content_type)
            with suppress(StorageError):
                index.readmes.put(digest, html, renderer())
            return html
        READMES.put(digest, stored.html)
    return READMES.render(description, content_type)


def keep_readme(index: Index, description: str | None, content_type: str | None) -> None:
    """Store the HTML that the check of an upload has made, if the index is stored on disk."""
    if index.db.path is None or not description:
        return
    digest = digest_of(description, content_type)
    if digest in READMES:
        index.readmes.put(digest, READMES.render(description, content_type), renderer())


@cache
def renderer() -> str:
    """Return the versions of the libraries that make the HTML."""
    return " ".join(f"{name} {version(name)}" for name in ("readme-renderer", "docutils"))
