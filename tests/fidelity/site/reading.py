"""Read from a page what the recording has of it: title, headings, forms with their fields, tables, tabs, messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})
HEADINGS = ("h1", "h2", "h3")
ATTRIBUTES = ("pattern", "maxlength", "minlength", "placeholder", "autocomplete", "inputmode", "value")
QUEUES = {"danger": "error", "success": "success", "warning": "warning", "dismissable": ""}


@dataclass
class Node:
    """An element of a page, with its elements and texts in their order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Node]:
        """The elements of these names in this one, in the order of the document."""
        for part in self.parts:
            if isinstance(part, Node):
                if part.name in names:
                    yield part
                yield from part.all(*names)

    @property
    def raw_text(self) -> str:
        """The text as it is; elements are apart from each other."""
        return "".join(part if isinstance(part, str) else f" {part.raw_text} " for part in self.parts)

    @property
    def text(self) -> str:
        """The text with single blanks."""
        return " ".join(self.raw_text.split())


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and len(self.open) > 1 and self.open.pop().name != tag:
            continue

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def parsed(body: bytes) -> Node:
    """Return the tree of a page."""
    parser = _Parser()
    parser.feed(body.decode())
    parser.close()
    return parser.open[0]


class ReadPage:
    """What the recording has of a page."""

    def __init__(self, body: bytes) -> None:
        self.tree = parsed(body)
        mains = list(self.tree.all("main"))
        self.main = mains[0] if mains else self.tree
        self.labels = {
            label.attributes["for"]: label.text for label in self.tree.all("label") if "for" in label.attributes
        }

    @property
    def title(self) -> str | None:
        return next((title.text for title in self.tree.all("title")), None)

    @property
    def dialogs(self) -> dict[str, Node]:
        """The boxes that a link to their id opens."""
        return {
            node.attributes["id"]: node
            for node in self.main.all("div")
            if "modal" in node.attributes.get("class", "").split()
        }

    @property
    def dialog_parts(self) -> dict[str, dict[str, Any]]:
        """Title, form and expected text of each dialog, by its id."""
        return {
            dialog_id: {
                "title": next((heading.text for heading in node.all(*HEADINGS)), None),
                "form": next(map(self.form, node.all("form")), None),
                "expected": next(
                    (text for each in node.all("button") if (text := each.attributes.get("data-expected"))), None
                ),
            }
            for dialog_id, node in self.dialogs.items()
        }

    @property
    def links(self) -> list[list[str]]:
        """The links: [text, address]."""
        return [[node.text, node.attributes.get("href", "")] for node in self.tree.all("a")]

    @property
    def body_text(self) -> str:
        """The text of the whole page."""
        return next((body.text for body in self.tree.all("body")), "")

    @property
    def project(self) -> dict[str, Any]:
        """What the recording has of a project's page: its heading, notices about it, command, and summary."""
        banners = [
            node for node in self.main.all("div") if "project-status" in node.attributes.get("class", "").split()
        ]
        commands = [node.text for node in self.main.all("code") if node.attributes.get("id") == "pip-command"]
        classes = "package-description__summary"
        return {
            "h1": next((node.text for node in self.main.all("h1")), ""),
            "status": [banner.text for banner in banners],
            "command": "".join(commands),
            "summary": "".join(node.text for node in self.main.all("p") if classes in node.attributes.get("class", "")),
        }

    @property
    def headings(self) -> list[list[str]]:
        """The headings outside dialogs: [name, text]."""
        inside = {id(heading) for dialog in self.dialogs.values() for heading in dialog.all(*HEADINGS)}
        return [[node.name, node.text] for node in self.main.all(*HEADINGS) if id(node) not in inside]

    @property
    def forms(self) -> list[dict[str, Any]]:
        """The forms outside dialogs."""
        inside = {id(form) for dialog in self.dialogs.values() for form in dialog.all("form")}
        return [self.form(node) for node in self.main.all("form") if id(node) not in inside]

    def form(self, node: Node) -> dict[str, Any]:
        """A form as the recording writes it."""
        fields = [self._field(each) for each in node.all("input", "select", "textarea")]
        hidden = [
            [each.attributes.get("name"), each.attributes.get("value")]
            for each in node.all("input")
            if each.attributes.get("type") == "hidden"
        ]
        return {
            "method": node.attributes.get("method", "GET"),
            "action": node.attributes.get("action"),
            "id": node.attributes.get("id"),
            "hidden": hidden,
            "fields": [each for each in fields if each["type"] != "hidden"],
            "buttons": [button.text for button in node.all("button")],
        }

    def _field(self, node: Node) -> dict[str, Any]:
        given = node.attributes
        own_type = {"input": given.get("type", "text")}.get(node.name, node.name)
        found: dict[str, Any] = {"name": given.get("name"), "type": own_type}
        if node.name == "select":
            found["options"] = [
                [
                    option.attributes.get("value", ""),
                    option.text,
                    *(mark.upper() for mark in ("selected", "disabled") if mark in option.attributes),
                ]
                for option in node.all("option")
            ]
        found |= {name: True for name in ("required", "autofocus") if name in given}
        found |= {name: given[name] for name in ATTRIBUTES if name in given}
        if "id" in given:
            found["id"] = given["id"]
            if given["id"] in self.labels:
                found["label"] = self.labels[given["id"]]
        enclosing = [label for label in self.tree.all("label") if any(each is node for each in label.all(node.name))]
        if "label" not in found and enclosing:
            found["label"] = enclosing[0].text
        return found

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The tables: caption, columns (a text for screen readers only counts as none), and rows."""
        return [
            {
                "caption": next((caption.text for caption in table.all("caption")), ""),
                "columns": [visible(cell) for head in table.all("thead") for cell in head.all("th")],
                "rows": [
                    [cell.text for cell in row.all("td", "th")] for body in table.all("tbody") for row in body.all("tr")
                ],
            }
            for table in self.main.all("table")
        ]

    @property
    def errors(self) -> list[list[str]]:
        """The messages about fields: [id without "-errors", text]."""
        return [
            [node.attributes["id"].removesuffix("-errors"), item.text if not list(item.all("a")) else markup(item)]
            for node in self.tree.all("div", "ul")
            if node.attributes.get("id", "").endswith("-errors")
            for item in node.all("li")
        ]

    @property
    def flashes(self) -> list[list[str]]:
        """The messages of a page or of the part that scripts fetch: [queue, text]."""
        return [
            [QUEUES[node.attributes["class"].split()[1].removeprefix("notification-bar--")], node.text]
            for node in self.tree.all("div")
            if "notification-bar--dismissable" in node.attributes.get("class", "")
        ]


def visible(node: Node) -> str:
    """The text of an element, without what only screen readers say."""
    if "sr" in node.attributes.get("class", "").split():
        return ""
    return " ".join("".join(part if isinstance(part, str) else visible(part) for part in node.parts).split())


def markup(node: Node) -> str:
    """The content of an element with its links as markup."""
    parts = []
    for part in node.parts:
        if isinstance(part, str):
            parts.append(part)
        else:
            address = part.attributes.get("href", "").replace("&", "&amp;")
            parts.append(f'<a href="{address}">{markup(part)}</a>')
    return "".join(parts)
