"""Invalid requests, drawn from a seed: every route, unusual headers, and bodies in JSON, XML and forms."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

METHODS = ("GET", "GET", "HEAD", "POST", "POST", "PUT", "OPTIONS", "DELETE", "PATCH", "get", "X")
PATHS = (
    "/",
    "/simple/",
    "/simple/{}/",
    "/simple/{}",
    "/integrity/{}/{}/{}/provenance",
    "/_/oidc/audience",
    "/_/oidc/mint-token",
    "/_/oidc/github/mint-token",
    "/_/oidc/burn-token",
    "/packages/offered/{}.metadata",
    "/packages/offered/{}",
    "/packages/{}/{}/{}",
    "/packages/{}.metadata",
    "/pypi/{}/json",
    "/pypi/{}/{}/json/",
    "/legacy/",
    "/legacy/",
    "/legacy",
    "/pypi",
    "/pypi/",
    "/project/{}/",
    "/project/{}/{}/",
    "/rss/updates.xml",
    "/rss/project/{}/releases.xml",
    "/sitemap.xml",
    "/{}.sitemap.xml",
    "/pypi/{}/",
    "/p/{}/",
    "/_health/",
    "/_ci/{}/token",
    "/_ci/{}/.well-known/jwks",
    "/{}",
    "*",
    "http://pypi.org/simple/{}/",
    "http://[::1/simple/",
    "//{}/simple/",
)
HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Authorization",
    "Connection",
    "Content-Type",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Referer",
    "TE",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-HTTP-Method-Override",
)
WORDS = (
    "",
    "a",
    "demo",
    "demo-1.0-py3-none-any.whl",
    "demo-1.0.tar.gz",
    "1.0",
    "..",
    "%2e%2e%2f",
    "%00",
    "%ff",
    "%c3%a9",
    "\xe9\xff",
    "a;b=c",
    "q=0",
    "text/html",
    "text/xml",
    "application/json",
    "application/vnd.pypi.simple.v1+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary*=utf-8''b",
    "bytes=0-",
    "bytes=-1",
    "bytes=1-0",
    "Basic Og==",
    "Basic !!!!",
    "Bearer x",
    "Basic X190b2tlbl9fOnB5cGktQWdF",
    "pypi-AgE",
    "[::1",
    "[::1]:99999",
    "[v1.a]",
    "[1.2.3.4]",
    "127.0.0.1:x",
    "pypi.org",
    "files.pythonhosted.org:443",
    "upload.pypi.org",
    "chunked",
    "100-continue",
    "close",
    "https",
    '"x"',
    "*",
    "W/",
    "Thu, 99 Foo 9999 99:99:99 GMT",
    "9" * 5000,
    "-1",
    "NaN",
    "eyJhbGciOiJub25lIn0.e30.",
)
REPEATED = ("(", "[", "{", '"', "\\", "a,", "a;", "a=b;", "a=b&", "%", "<", " ", "\t", "/", ".", "-", "é", "&", "a@b,")
CONTROL_PATHS = (
    "indexes/{}",
    "indexes/main/snapshot",
    "indexes/main/restore",
    *(
        f"indexes/main/{site}/{path}"
        for site in ("pypi", "testpypi", "{}")
        for path in (
            "users", "users/{}", "users/{}/totp", "tokens", "tokens/revoke", "projects", "projects/{}", "files/{}",
            "projects/demo/releases/{}/yank", "projects/{}/roles/{}", "publishers/github", "publishers/{}", "rules",
            "jobs/github", "identity-tokens", "flags/{}", "limits", "clock", "clock/advance", "faults", "requests",
            "scenario", "packages", "packages/{}", "squat",
        )
    ),
)  # fmt: skip
CONTROL_MEMBERS = (
    "name", "project", "version", "reason", "user", "projects", "token", "seconds", "days", "now", "role", "status",
    "without", "toml", "claims", "fault", "owner", "repository", "workflow", "file_size", "on", "snapshot", "x",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One request as bytes."""

    data: bytes
    what: str


class Requests:
    """Requests drawn one after the other; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def draw(self, host: str, *, control: str = "", secret: str = "") -> Sent:
        """Return the next request to `host`; with `control`, a path, it is one to the control API below it."""
        chance = self._chance
        path = control + chance.choice(CONTROL_PATHS) if control else chance.choice(PATHS)
        while "{}" in path:
            path = path.replace("{}", self._target(), 1)
        if chance.random() < 0.2:
            path += "?" + self._target()
        method = chance.choice(("POST", "PUT", "PATCH", "DELETE", "GET") if control else METHODS)
        headers = {"Host": host, **({"Authorization": f"Bearer {secret}"} if secret else {})}
        for _ in range(chance.randrange(4)):
            headers[chance.choice(HEADERS)] = self._header()
        body = b""
        if method in ("POST", "PUT", "PATCH"):
            content_type, body = self._command() if control else self._body(path)
            headers = {"Content-Type": content_type, **headers, "Content-Length": str(len(body))}
        elif headers.get("Transfer-Encoding") == "chunked":
            body = b"0\r\n\r\n"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        lines.append("Connection: close")
        head = "\r\n".join(lines).encode("latin-1", "replace")
        return Sent(head + b"\r\n\r\n" + body, f"{method} {path[:80]}")

    def text(self) -> str:
        """Return a text: a word, a few of them, or one thing very often."""
        kind = self._chance.random()
        if kind < 0.6:
            return self._chance.choice(WORDS)
        if kind < 0.8:
            return "".join(self._chance.choice((*WORDS, *REPEATED)) for _ in range(self._chance.randrange(6)))
        return self._chance.choice(REPEATED) * self._chance.choice((3, 300, 3000, 60_000))

    def _header(self) -> str:
        return "".join(each for each in self.text() if each not in "\r\n\0")[:50_000]

    def _target(self) -> str:
        return "".join(each for each in self.text() if "!" <= each <= "\xff")[:60_000].replace("#", "")

    def _body(self, path: str) -> tuple[str, bytes]:
        kinds: list[Callable[[], tuple[str, bytes]]] = [self._json, self._xml, self._form, self._urlencoded]
        likely = {"/pypi": self._xml, "/legacy/": self._form, "/_/oidc/mint-token": self._json}
        return likely.get(path, self._chance.choice(kinds))()

    def _command(self) -> tuple[str, bytes]:
        members = {name: self._value() for name in CONTROL_MEMBERS if self._chance.random() < 0.1}
        return ("application/json", json.dumps(members).encode()) if self._chance.random() < 0.8 else self._json()

    def _value(self) -> object:
        return self._chance.choice(
            [self.text(), None, True, 1, -1.5, 10**400, 1e308, [], {}, [self.text()], {"a": [1]}, "demo", "\ud800"]
        )

    def _json(self) -> tuple[str, bytes]:
        kind = self._chance.randrange(6)
        if kind == 0:
            body = json.dumps({"token": self._value(), self.text(): self._value()}).encode()
        elif kind == 1:
            pair = self._chance.choice((b"[]", b'{"a":|}', b'{"token":|}', b'["",|]')).partition(b"|")
            opening, closing = (b"[", b"]") if not pair[1] else (pair[0], pair[2])
            times = self._chance.choice((10, 150, 199, 200, 201, 900, 5_000, 100_000))
            body = opening * times + b"1" + closing * self._chance.choice((times, times - 1))
        elif kind == 2:
            body = json.dumps({"token": f"{self._jwt()}.{self._jwt()}.{self.text()}"}).encode()
        elif kind == 3:
            body = self._chance.choice(
                (b"", b"\xff", b"{", b"null", b"1" * 5_000, b'{"token": 1e999}', b'{"token": "\\ud800"}')
            )
        else:
            body = self.text().encode()
        return "application/json", body

    def _jwt(self) -> str:
        from base64 import urlsafe_b64encode

        claims = {"iss": "https://token.actions.githubusercontent.com", "alg": "none", "kid": self._value()}
        text = json.dumps({**claims, "aud": self._value(), "exp": self._value()})
        text = self._chance.choice((text, "[" * 5_000 + "]" * 5_000, '{"iss":' * 5_000, self.text()))
        return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")

    def _xml(self) -> tuple[str, bytes]:
        methods = ("changelog", "changelog_since_serial", "user_packages", "package_roles", "browse", "search", "x")
        value = self._chance.choice(
            (
                "<int>9</int>",
                f"<int>{'9' * 5_000}</int>",
                "<double>nan</double>",
                "<double>1e999</double>",
                "<string>a</string>",
                "<nil/>",
                "<dateTime.iso8601>x</dateTime.iso8601>",
                "<base64>!</base64>",
                "<boolean>7</boolean>",
                "<array><data><value>" * 3_000 + "</value></data></array>" * 3_000,
                "<struct><member><name>a</name><value>" * 2_000 + "</value></member></struct>" * 2_000,
                f"<string>{self.text()}</string>",
            )
        )
        params = f"<param><value>{value}</value></param>" * self._chance.randrange(3)
        call = (
            f"<methodCall><methodName>{self._chance.choice(methods)}</methodName><params>{params}</params></methodCall>"
        )
        return "text/xml", ("<?xml version='1.0'?>" + call).encode("utf-8", "replace")

    def _urlencoded(self) -> tuple[str, bytes]:
        action = self._chance.choice((":action=file_upload&", ":action=submit&", ""))
        return "application/x-www-form-urlencoded", (action + self.text()).encode()

    def _form(self) -> tuple[str, bytes]:
        parts = []
        for _ in range(self._chance.randrange(6)):
            name = self._chance.choice((":action", "name", "version", "content", "description", self.text()))
            value = "file_upload" if name == ":action" else self.text()
            more = self._chance.choice(("", "", '; filename="a-1.tar.gz"', f'; filename="{self.text()}"'))
            head = f'Content-Disposition: form-data; name="{name}"{more}'
            if self._chance.random() < 0.2:
                head += f"\r\n{self._chance.choice(HEADERS)}: {self.text()}"
            parts.append(f"--b\r\n{head}\r\n\r\n{value}\r\n".encode())
        body = b"".join(parts) + self._chance.choice((b"--b--\r\n", b"--b", b"", b"--b--" + b"x" * 70_000))
        boundary = self._chance.choice(("b", "b", "b", '"b"', self._header()))
        return f"multipart/form-data; boundary={boundary}", body
