"""The README of a release as PyPI shows it: an HTML page to look at, and the links that do not work there."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from fake_pypi.inspection.readme import READMES
from fake_pypi.packages.distribution_metadata import read_metadata
from fake_pypi.rehearsal.built_release import BuiltRelease

SHOWN = 3
"""Most links in one warning."""
STYLE = """
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; color: #222; }
pre { overflow-x: auto; padding: 1rem; background: #f6f6f6; } code { font-size: .9em; }
table { border-collapse: collapse; } td, th { padding: .3rem .6rem; border: 1px solid #ccc; } img { max-width: 100%; }
"""


@dataclass(frozen=True)
class ReadmePage:
    """A README of a release. `html` is None if PyPI cannot render it or there is none."""

    title: str
    html: str | None
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, release: BuiltRelease) -> ReadmePage:
        """Render the description of a release: that of the wheel, as PyPI shows what is uploaded first."""
        metadata = read_metadata(release.files[0])
        description = metadata.get("description", "")
        html = READMES.render(description, metadata.get("description_content_type")) if description.strip() else None
        return cls(str(release), html, tuple(_link_warnings(html)) if html else ())

    @property
    def document(self) -> str:
        """The whole HTML document, which fetches nothing but the images that the README names."""
        body = self.html if self.html is not None else "<p>PyPI shows no description for this release.</p>"
        title = escape(self.title)
        return (
            f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
        )

    def write_to(self, folder: Path) -> Path:
        """Write the document into a folder, named for the release, and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.title.replace(' ', '-')}.html"
        file.write_text(self.document, encoding="utf-8")
        return file


class _Links(HTMLParser):
    """The addresses of images and links in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "img" and attributes.get("src"):
            self.images.append(str(attributes["src"]))
        if tag == "a" and attributes.get("href"):
            self.links.append(str(attributes["href"]))


def _link_warnings(html: str) -> list[str]:
    """Return warnings about addresses that are relative: PyPI has no files of the repository beside the page."""
    parser = _Links()
    parser.feed(html)
    warnings = []
    for kind, addresses in (("images", parser.images), ("links", parser.links)):
        relative = list(dict.fromkeys(address for address in addresses if _is_relative(address)))
        if relative:
            more = f" and {len(relative) - SHOWN} more" if len(relative) > SHOWN else ""
            warnings.append(
                f"the README has {kind} that do not work on PyPI, because they are relative: "
                f"{', '.join(relative[:SHOWN])}{more}: write full addresses (https://…)"
            )
    return warnings


def _is_relative(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and bool(parts.path)
