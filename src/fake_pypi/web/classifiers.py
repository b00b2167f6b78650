"""The list of trove classifiers, as `/pypi?:action=list_classifiers` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.answers import Answer

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange


def classifiers(_exchange: Exchange) -> Answer:
    """Every classifier that may be used, one a line."""
    from trove_classifiers import sorted_classifiers

    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Vary", "Accept-Encoding"))
    return Answer(200, "OK", headers, "\n".join(sorted_classifiers).encode())
