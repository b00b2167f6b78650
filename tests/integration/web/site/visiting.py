"""A browser without a window: it keeps cookies and sends the forms of the pages that it has read."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from fake_pypi.index.accounts import User
from fake_pypi.index.second_factors import totp_code
from fake_pypi.index.sessions import Session
from fake_pypi.web.application import Application
from fake_pypi.web.instance import Instance
from tests.integration.web.site.markup import Page, parsed

PASSWORD = "correct horse battery 7!"
ERRORS = re.compile(
    r'<div id="([^"]+)-errors">(?:<ul[^>]*>(.*?)</ul>)?</div>|<ul id="([^"]+)-errors"[^>]*>(.*?)</ul>', re.DOTALL
)
"""Lists of messages about a field; those of some pages have no element around them."""


@dataclass
class Visited:
    """A response to a browser: where it leads, its page, and its messages."""

    browser: SiteVisitor
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return next((value for each, value in self.headers if each == name), None)

    @property
    def location(self) -> str | None:
        """Path and query that a redirect leads to."""
        target = self.header("Location")
        return None if target is None else re.sub(r"^https?://[^/]*", "", target)

    @property
    def cookies(self) -> list[str]:
        return [value for name, value in self.headers if name == "Set-Cookie"]

    @property
    def page(self) -> Page:
        return parsed(self.body)

    def field(self, name: str) -> dict[str, str]:
        """The attributes of the input with that name."""
        (found,) = [each for each in self.page.all("input") if each.attributes.get("name") == name]
        return found.attributes

    def values(self, field: str) -> list[str]:
        """The values of the fields of that name."""
        inputs = [each.attributes for each in self.page.all("input")]
        return [each["value"] for each in inputs if each.get("name") == field and "value" in each]

    def words(self, *names: str) -> list[str]:
        """The words of every element of these names."""
        return [element.words for name in names for element in self.page.all(name)]

    @property
    def title(self) -> str:
        return self.page.one("title").words

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages about fields, by the id of their list without "-errors"."""
        found = ((match[1] or match[3], match[2] or match[4]) for match in ERRORS.finditer(self.body.decode()))
        return {name: [item.words for item in parsed(items.encode()).all("li")] for name, items in found if items}

    @property
    def flashes(self) -> list[tuple[str, str]]:
        """The messages in the page as (queue, text); those of a redirect are taken from the next page."""
        if self.location is not None:
            taken = self.browser.instance.index.sessions.take_flashes(self.browser.session)
            return [(flash.queue, flash.message) for flash in taken]
        classes = ((element, element.attributes.get("class", "")) for element in self.page.all("div"))
        return [(_queue(names), bar.words) for bar, names in classes if "notification-bar--dismissable" in names]


def _queue(classes: str) -> str:
    """The queue of a message whose element has these classes."""
    queues = {"notification-bar--danger": "error", "notification-bar--warning": "warning"}
    queues["notification-bar--success"] = "success"
    return next((queue for name, queue in queues.items() if name in classes), "")


@dataclass
class SiteVisitor:
    """A browser with its cookies, at an index without a socket."""

    instance: Instance
    host: str = "127.0.0.1:8000"
    scheme: str = "http"
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, instance: Instance, name: str) -> SiteVisitor:
        """A browser at https://pypi.org in which that user is logged in, without typing a password."""
        index, browser = instance.index, cls(instance, host="pypi.org", scheme="https")
        account = index.accounts[name]
        session = index.sessions.log_in(index.sessions.create(), account.id, index.passwords.changed(account.id))
        browser.cookies["session_id"] = session.id
        return browser

    def request(self, method: str, path: str, body: bytes = b"", **environ: Any) -> Visited:
        path, _, query = path.partition("#")[0].partition("?")
        whole = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": self.host,
            "HTTP_ACCEPT": "text/html",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(body),
            **environ,
        }
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
            started[:] = [int(status[:3]), headers]

        content = b"".join(Application(self.instance)(whole, start_response))
        visited = Visited(self, started[0], started[1], content)
        for cookie in visited.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return visited

    def get(self, path: str, **environ: Any) -> Visited:
        return self.request("GET", path, **environ)

    @property
    def session(self) -> Session:
        """The session of the browser, which is started if there is none."""
        sessions = self.instance.index.sessions
        if sessions.get(self.cookies.get("session_id", "")) is None:
            self.get("/account/login/")
        session = sessions.get(self.cookies["session_id"])
        assert session is not None
        return session

    @property
    def csrf_token(self) -> str:
        return self.session.csrf_token

    def post(self, path: str, fields: Mapping[str, str] | Sequence[tuple[str, str]] = (), /, **more: str) -> Visited:
        """Send a form with the token of the session, unless the fields have another one.

        Keywords in lower case are fields too, those in upper case variables of the request.
        """
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        pairs += [(name, value) for name, value in more.items() if not name.isupper()]
        if "csrf_token" not in dict(pairs):
            pairs.insert(0, ("csrf_token", self.csrf_token))
        headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_ORIGIN": f"{self.scheme}://{self.host}"}
        body = urlencode(pairs).encode()
        environ = {name: value for name, value in more.items() if name.isupper()}
        return self.request("POST", path, body, **{"CONTENT_LENGTH": str(len(body)), **headers, **environ})

    def followed(self, visited: Visited) -> Visited:
        """Read the page that a redirect leads to."""
        assert visited.location is not None, (visited.status, visited.body[:500])
        return self.get(visited.location)

    def open_link(self, subject: str) -> Visited:
        """Open the link in the newest e-mail with that subject."""
        message = [message for message in self.instance.index.mailbox if subject in message.subject][-1]
        parts = urlsplit(message.links[0])
        return self.get(urljoin("/", f"{parts.path}?{parts.query}"))

    def totp(self, user: User) -> str:
        """The code that the user's authentication application shows now."""
        secret = self.instance.index.second_factors.totp_secret(user.id)
        assert secret is not None
        return totp_code(secret, self.instance.index.clock.timestamp())

    def log_in(self, name: str, password: str = PASSWORD) -> Visited:
        """Log in from a known address, with a code if the user has an authentication application."""
        index = self.instance.index
        user = index.accounts[name]
        index.devices.confirm(user.id, self.address)
        visited = self.post("/account/login/", {"username": name, "password": password})
        if visited.location is not None and visited.location.startswith("/account/two-factor/"):
            visited = self.post(visited.location, {"method": "totp", "totp_value": self.totp(user)})
        return visited
