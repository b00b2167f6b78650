"""A browser with a session, without a socket: it sends forms, and takes pages apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fake_pypi.index.sessions import Session
from fake_pypi.web.instance import Instance
from tests.integration.asking import ask
from tests.integration.web.site.markup import Page, parsed

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ERRORS = re.compile(
    r'<div id="([^"]+)-errors">(?:<ul[^>]*>(.*?)</ul>)?</div>|<ul id="([^"]+)-errors"[^>]*>(.*?)</ul>', re.DOTALL
)
"""Lists of messages about a field; those of pages of projects have no element around them."""
FORM = "application/x-www-form-urlencoded"


@dataclass
class Shown:
    """A response: where it leads, its page, and its messages (those of the next page if it leads elsewhere)."""

    status: int
    location: str | None
    allow: str | None
    body: bytes
    flashes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return parsed(self.body)

    @property
    def title(self) -> str:
        return self.page.one("title").words

    def values(self, field: str) -> list[str]:
        """The values of the fields of that name."""
        inputs = [each.attributes for each in self.page.all("input")]
        return [each["value"] for each in inputs if each.get("name") == field and "value" in each]

    def words(self, *names: str) -> list[str]:
        """The words of every element of these names."""
        return [element.words for name in names for element in self.page.all(name)]

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages about fields, by the id of their list without "-errors"."""
        found = ((match[1] or match[3], match[2] or match[4]) for match in ERRORS.finditer(self.body.decode()))
        return {name: [item.words for item in parsed(items.encode()).all("li")] for name, items in found if items}


class Browsing:
    """A browser in which a user is logged in; None is a visitor."""

    def __init__(self, instance: Instance, user: str | None = None) -> None:
        self.instance = instance
        self._session = instance.index.sessions.create()
        if user is not None:
            account = instance.index.accounts[user]
            changed = instance.index.passwords.changed(account.id)
            self._session = instance.index.sessions.log_in(self._session, account.id, changed)

    @property
    def session(self) -> Session:
        return self._session

    def get(self, path: str) -> Shown:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Shown:
        return self.send(path, {"csrf_token": self._session.csrf_token, **fields})

    def send(self, path: str, fields: dict[str, str]) -> Shown:
        """Send a form without adding the CSRF token."""
        return self._ask("POST", path, urlencode(fields).encode())

    def _ask(self, method: str, path: str, body: bytes = b"") -> Shown:
        headers = {
            "HTTP_HOST": "pypi.org",
            "HTTP_ACCEPT": "text/html",
            "HTTP_COOKIE": f"session_id={self._session.id}",
            "HTTP_ORIGIN": "https://pypi.org",
            "HTTP_USER_AGENT": FIREFOX,
            "CONTENT_TYPE": FORM if method == "POST" else None,
            "CONTENT_LENGTH": str(len(body)),
        }
        got = ask(self.instance, method, path, body, **headers)
        location = got.headers.get("Location")
        shown = Shown(
            got.status,
            None if location is None else location.removeprefix("https://pypi.org"),
            got.headers.get("Allow"),
            got.body,
        )
        if location is None:
            bars = [each for each in shown.page.all("div") if "notification-bar" in each.attributes.get("class", "")]
            shown.flashes = [(_queue(each.attributes["class"]), each.words) for each in bars]
        else:
            flashes = self.instance.index.sessions.take_flashes(self._session)
            shown.flashes = [(flash.queue, flash.message) for flash in flashes]
        return shown


def _queue(classes: str) -> str:
    if "notification-bar--danger" in classes:
        return "error"
    return "success" if "notification-bar--success" in classes else ""
