"""A browser without a window: it keeps cookies and sends the forms of the pages that it has read."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from fake_pypi.index.accounts import User
from fake_pypi.index.second_factors import totp_code
from fake_pypi.web.application import application
from fake_pypi.web.instance import Instance
from tests.integration.web.site.markup import Page, parsed

PASSWORD = "correct horse battery 7!"


@dataclass
class Visited:
    """A response, with the parts of the page that tests look at."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def location(self) -> str | None:
        """Path and query that a redirect leads to."""
        target = next((value for name, value in self.headers if name == "Location"), None)
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

    @property
    def title(self) -> str:
        return self.page.one("title").text

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages about fields, by the id in front of "-errors"."""
        lists = re.findall(
            r'id="([\w-]+)-errors"[^>]*>(?:<ul class="form-errors" role="alert">)?(<li>.*?)</ul>', self.body.decode()
        )
        return {name: [item.words for item in parsed(items.encode()).all("li")] for name, items in lists}

    @property
    def flashes(self) -> list[str]:
        """The messages in the page, as "kind: text"."""
        bars = [
            element
            for element in self.page.all("div")
            if "notification-bar--dismissable" in element.attributes.get("class", "")
        ]
        kinds = [bar.attributes["class"].split()[1].removeprefix("notification-bar--") for bar in bars]
        return [f"{kind}: {bar.words}" for kind, bar in zip(kinds, bars, strict=True)]


@dataclass
class SiteVisitor:
    """A browser with its cookies, at an index without a socket."""

    instance: Instance
    host: str = "127.0.0.1:8000"
    scheme: str = "http"
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

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

        content = b"".join(application(self.instance)(whole, start_response))
        visited = Visited(started[0], started[1], content)
        for cookie in visited.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return visited

    def get(self, path: str, **environ: Any) -> Visited:
        return self.request("GET", path, **environ)

    @property
    def csrf_token(self) -> str:
        session = self.instance.index.sessions.get(self.cookies.get("session_id", ""))
        if session is None:
            self.get("/account/login/")
            session = self.instance.index.sessions.get(self.cookies["session_id"])
            assert session is not None
        return session.csrf_token

    def post(self, path: str, fields: dict[str, str] | list[tuple[str, str]], **environ: Any) -> Visited:
        """Send a form with the token of the session, unless the fields have another one."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        if "csrf_token" not in dict(pairs):
            pairs.insert(0, ("csrf_token", self.csrf_token))
        headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_ORIGIN": f"{self.scheme}://{self.host}"}
        body = urlencode(pairs).encode()
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
