"""Pages taken apart by the standard library's parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


@dataclass
class Element:
    """An element of a page, with the text in it and in the elements in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def words(self) -> str:
        """The text with single blanks."""
        return " ".join(self.text.split())


@dataclass
class Page:
    """A page: every element in the order of the document."""

    elements: list[Element] = field(default_factory=list)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """The elements of that name with these attributes."""
        return [
            element
            for element in self.elements
            if element.name == name and all(element.attributes.get(key) == value for key, value in attributes.items())
        ]

    def one(self, name: str, **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(name, **attributes)
        return element

    def by_id(self, id: str) -> Element:
        """The element with that id, which is there once."""
        (element,) = [element for element in self.elements if element.attributes.get("id") == id]
        return element

    @property
    def links(self) -> list[str]:
        """Where the links lead."""
        return [link.attributes["href"] for link in self.all("a") if "href" in link.attributes]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_data(" ")  # words of neighbours stay apart, as on the screen
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().name != tag:
            continue

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def parsed(body: bytes) -> Page:
    """Return a page's elements."""
    parser = _Parser()
    parser.feed(body.decode())
    parser.close()
    return parser.page
