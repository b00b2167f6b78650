"""Pages that only have a text: security, sponsors, trademarks, policies, the site map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pypi.web.rendering import page

if TYPE_CHECKING:
    from fake_pypi.web.exchange import Exchange
    from fake_pypi.web.responses import Response

TEXTS = {
    "security": (
        "Security",
        (
            "There is nothing to report here: this index is a program on this machine. The real site takes reports of "
            "security issues at its own page of this name."
        ),
    ),
    "sponsors": ("Sponsors", "The real index is paid for by sponsors. This one has none, and needs none."),
    "trademarks": (
        "Trademarks",
        (
            "PyPI, Python Package Index and their logos are trademarks of the Python Software Foundation. This is an "
            "imitation for tests; it uses the names to say what it imitates, and no logo."
        ),
    ),
    "terms-of-use": ("Terms of Use", "The terms of the real site do not apply to an index on this machine."),
    "acceptable-use-policy": (
        "Acceptable Use Policy",
        "The policy of the real site does not apply to an index on this machine.",
    ),
}
PLACES = {
    "Projects": (("/search/", "Search"), ("/simple/", "Simple index"), ("/classifiers/", "Classifiers")),
    "Feeds": (("/rss/updates.xml", "Newest releases"), ("/rss/packages.xml", "Newest projects")),
    "About": (
        ("/help/", "Help"),
        ("/stats/", "Statistics"),
        ("/security/", "Security"),
        ("/trademarks/", "Trademarks"),
    ),
}


def text_page(exchange: Exchange, name: str) -> Response:
    """Return one of the texts."""
    heading, text = TEXTS[name]
    return page(exchange, "text.html", heading=heading, text=text)


def site_map(exchange: Exchange) -> Response:
    """`/sitemap/`: links to what there is."""
    return page(exchange, "site-map.html", places=PLACES)
