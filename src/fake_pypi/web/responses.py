"""Responses with PyPI's messages, in the media type that the client prefers.

PyPI gives the reason of a rejection in three places: the reason phrase of the status line (twine prints it), an HTML
page, and ``{"message", "code", "title"}`` for clients that prefer JSON (uv). Messages and layouts are those of the
recorded answers (families ``accept``, ``baseline`` and ``protocol``).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

Header = tuple[str, str]

HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
JSON = "application/json"

TITLES = {
    200: "OK",
    206: "Partial Content",
    202: "Accepted",
    301: "Moved Permanently",
    303: "See Other",
    304: "Not Modified",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    409: "Conflict",
    410: "Gone",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
    424: "Failed Dependency",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
EXPLANATIONS = {
    301: "The resource has been moved to",
    303: "The resource has been moved to",
    308: "The resource has been moved to",
    400: "The server could not comply with the request since it is either malformed or otherwise incorrect.",
    401: (
        "This server could not verify that you are authorized to access the document you requested.  "
        "Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand "
        "how to supply the credentials required."
    ),
    403: "Access was denied to this resource.",
    404: "The resource could not be found.",
    409: "There was a conflict when trying to complete your request.",
    410: "This resource is no longer available.  No forwarding address is given.",
    413: "The body of your request was too large for this server.",
    422: "Unable to process the contained instructions",
    429: "The action could not be performed because there were too many requests by the client.",
    500: "The server has either erred or is incapable of performing the requested operation.",
    502: "Bad gateway.",
    503: "The server is currently unavailable. Please try again at a later time.",
    504: "The gateway has timed out.",
}

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALUE = rf'(?:{_WORD}|"(?:[^"\\]|\\.)*")'
_PARAMETER = rf"[ \t]*;[ \t]*(?![qQ]=){_WORD}={_VALUE}"
_WEIGHT = r"[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)"
_EXTENSION = rf"[ \t]*;[ \t]*{_WORD}(?:={_VALUE})?"
_RANGE = rf"({_WORD}/{_WORD})((?:{_PARAMETER})*)(?:{_WEIGHT}(?:{_EXTENSION})*)?"
_ONE = re.compile(_RANGE)
_LIST = re.compile(rf"(?:(?:,|{_RANGE})(?:[ \t]*,(?:[ \t]*{_RANGE})?)*)?")


@dataclass(frozen=True)
class Response:
    """A response in memory: ``Response(404, "Not Found", (("Content-Type", "text/plain"),), b"…")``."""

    status: int
    reason: str
    headers: tuple[Header, ...] = ()
    body: bytes = b""

    @property
    def status_line(self) -> str:
        """``"400 Bad Request"``: the status line for WSGI's ``start_response``, in latin-1."""
        return f"{self.status} {self.reason}"

    def header(self, name: str) -> str | None:
        """Return the value of a header, or None."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    def with_headers(self, *headers: Header) -> Response:
        """Return the same response with more headers at the end."""
        return replace(self, headers=(*self.headers, *headers))


@dataclass(frozen=True)
class StreamedResponse:
    """A response whose body is sent in blocks, such as a file."""

    status_line: str
    headers: tuple[Header, ...]
    body: Iterable[bytes]


AnyResponse = Response | StreamedResponse


def response(
    status: int, message: str, accept: str | None, *, detail: str | None = None, explanation: str | None = None
) -> Response:
    """Return the page for a status and PyPI's message.

        >>> response(400, "File already exists", "text/html").status_line
        '400 File already exists'

    The message is in the status line and on the page; an empty one leaves the status line with its usual
    title. `detail` replaces it in the page alone (``detail=""``: the page only explains the status), `explanation`
    the usual sentence about the status. `accept` is the request's ``Accept`` header; without one (None or empty) the
    page is plain text.
    """
    explained = detail if detail is not None else message
    layout = "{explanation}{br}{br}\n{detail}\n\n"
    about = EXPLANATIONS.get(status, "") if explanation is None else explanation
    return _page(status, message, accept, layout, explanation=about, detail=explained)


def method_not_allowed(method: str, allow: str, accept: str | None) -> Response:
    """Return 405 for a method that the address does not have: ``method_not_allowed("PUT", "POST", accept)``.

    `allow` becomes the ``Allow`` header, for instance ``"GET, HEAD, OPTIONS"``; "" leaves it out.
    """
    layout = "The method {method} is not allowed for this resource. {br}{br}\n"
    return _page(405, "", accept, layout, method=method).with_headers(*([("Allow", allow)] if allow else []))


def redirect(status: int, target: str, accept: str | None, *, origin: str, message: str = "") -> Response:
    """Return a redirect (301, 303 or 308) to a path or an absolute URL.

        >>> redirect(301, "/simple/demo/", None, origin="https://pypi.org").headers[-1]
        ('Location', 'https://pypi.org/simple/demo/')

    The page shows `target` as it is given, the ``Location`` header always names the host: `origin` is scheme
    and host of the request. `message` stands in the status line and below the explanation.
    """
    layout = "{explanation} {target}; you should be redirected automatically.\n{detail}\n"
    page = _page(status, message, accept, layout, explanation=EXPLANATIONS[status], target=target, detail=message)
    return page.with_headers(("Location", urljoin(origin, target)))


def json_response(status: int, value: object, *, content_type: str = JSON) -> Response:
    """Return the response of an API: ``json_response(404, {"message": "Not Found"})``. Text is escaped to ASCII."""
    return Response(status, TITLES[status], (("Content-Type", content_type),), json.dumps(value).encode())


def text_response(status: int, text: str) -> Response:
    """Return one line of text under the usual title: ``text_response(404, "404 Not Found")`` on simple pages."""
    return Response(status, TITLES[status], (("Content-Type", TEXT),), text.encode())


def tls_required() -> Response:
    """Return the response of the real hosts to plain HTTP (recorded ``protocol/plain-http``)."""
    return Response(403, "SSL is required", (("Content-Type", TEXT),), b"SSL is required.")


def front_failure(status: int = 500) -> Response:
    """Return the page of PyPI's front server, as when PyPI itself fails (recorded ``archive/zip-cp437-name``)."""
    body = _FRONT_PAGE.replace("{reason}", TITLES[status]).encode()
    return Response(status, TITLES[status], (("Content-Type", "text/html"),), body)


_FRONT_PAGE = """<html>
  <head>
    <title>{reason}</title>
  </head>
  <body>
    <h1><p>{reason}</p></h1>
    
  </body>
</html>
"""  # noqa: W293 - the blanks are PyPI's


def _page(status: int, message: str, accept: str | None, layout: str, **words: str) -> Response:
    status_line = f"{status} {_latin_1(message or TITLES[status])}"
    form = next(iter(acceptable(accept or "", ["text/html", "application/json"])), "text/plain")
    if form == "text/html":
        content = layout.format(br="<br/>", **{name: _escaped(word) for name, word in words.items()})
        content_type, body = HTML, _html(status_line, content)
    elif form == "application/json":
        content = layout.format(br="\n", **words)
        content_type, body = JSON, json.dumps({"message": content, "code": status_line, "title": TITLES[status]})
    else:
        content_type, body = TEXT, f"{status_line}\n\n" + layout.format(br="\n", **words)
    reason = re.split(r"[\r\n]", status_line[4:], maxsplit=1)[0]
    return Response(status, reason, (("Content-Type", content_type),), body.encode("utf-8", "replace"))


def _html(status_line: str, content: str) -> str:
    """PyPI escapes the message, but not the status line that it repeats as title and heading."""
    head = f"<html>\n <head>\n  <title>{status_line}</title>\n </head>\n"
    return f"{head} <body>\n  <h1>{status_line}</h1>\n  {content}\n </body>\n</html>"


def _escaped(text: str) -> str:
    return html.escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _latin_1(text: str) -> str:
    """Replace characters that are not latin-1, which a status line cannot have, by question marks."""
    return text.encode("latin-1", "replace").decode("latin-1")


@dataclass(frozen=True)
class _MediaRange:
    kind: str
    has_parameters: bool
    weight: float

    def closeness(self, media_type: str) -> int:
        """Return how exactly this range names the type: 3 the very type, 2 ``text/*``, 1 ``*/*``, 0 not at all."""
        if self.kind == media_type:
            return 0 if self.has_parameters else 3
        if self.kind == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.kind == "*/*" else 0


def acceptable(accept: str | None, available: Sequence[str]) -> list[str]:
    """Return the available media types that an ``Accept`` header allows, the most wanted first.

        >>> acceptable("application/json, text/*;q=0.5", ["text/html", "application/json"])
        ['application/json', 'text/html']

    No header at all (``None``) and a header that breaks the grammar of RFC 7231 (5.3.2) allow everything,
    in their order; an empty header allows nothing. Of several ranges that fit a type the most
    exact one counts, and of equally exact ones the first. A range with parameters (``text/html;level=1``)
    never matches, because our types have none.
    """
    ranges = None if accept is None else _media_ranges(accept)
    if ranges is None:
        return list(available)
    weights = {media_type: _weight(media_type, ranges) for media_type in available}
    wanted = [media_type for media_type in available if weights[media_type] > 0]
    return sorted(wanted, key=lambda media_type: -weights[media_type])


def _weight(media_type: str, ranges: Sequence[_MediaRange]) -> float:
    best = max(ranges, key=lambda media_range: media_range.closeness(media_type), default=None)
    return best.weight if best is not None and best.closeness(media_type) else 0.0


def _media_ranges(accept: str) -> list[_MediaRange] | None:
    """Return the ranges of a header, None if it is not a list of media ranges."""
    if not _LIST.fullmatch(accept):
        return None
    return [
        _MediaRange(kind.lower(), bool(parameters), float(weight or 1))
        for kind, parameters, weight in _ONE.findall(accept)
    ]
