"""A request's head, read from bytes: request line and fields, or what is malformed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address

from fake_pypi.serving.buffered_socket import BufferedSocket
from fake_pypi.serving.connection_limits import ConnectionLimits

TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
VERSION = re.compile(rb"HTTP/([0-9])\.([0-9])")
TARGET = re.compile(rb"[!-~\x80-\xff]+")
ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\s]+)(?::([0-9]{0,5}))?")
LARGEST_LENGTH_DIGITS = 18
NO_HOST = "the Host field names no host"


class MalformedRequest(Exception):
    """A request that violates HTTP itself: the response is `status` with one line, and the connection is closed."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status = status
        self.explanation = why

    @property
    def status_line(self) -> str:
        """Status and reason phrase."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


@dataclass(frozen=True)
class HostPort:
    """A host and a port as written in a request target or a Host field, the host in lower case."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, *, default_port: int) -> HostPort | None:
        """Read `host[:port]`; None when it is neither a name nor an address.

        >>> HostPort.parse("PyPI.org.", default_port=443)
        HostPort(host='pypi.org', port=443)
        >>> HostPort.parse("[::1]:8080", default_port=80)
        HostPort(host='::1', port=8080)
        """
        match = AUTHORITY.fullmatch(text)
        port = int(match[2] or default_port) if match else 0
        if match is None or port > 65535 or not _is_host(match[1]):
            return None
        return cls(match[1].strip("[]").lower().rstrip("."), port)


def _is_host(host: str) -> bool:
    """Return False for brackets without an IPv6 address in them; anything else counts as a name."""
    if not host.startswith("["):
        return True
    try:
        IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Request:
    """The head of one request. Names of fields are in lower case, repeated fields are joined with a comma."""

    method: str
    target: str
    minor_version: int
    fields: dict[str, str]

    @property
    def protocol(self) -> str:
        """The version in the request line, at most HTTP/1.1."""
        return f"HTTP/1.{self.minor_version}"

    @property
    def keeps_alive(self) -> bool:
        """Whether the client keeps the connection open for further requests (RFC 9112, 9.3)."""
        options = {option.strip().lower() for option in self.fields.get("connection", "").split(",")}
        if self.minor_version == 0:
            return "keep-alive" in options and "close" not in options
        return "close" not in options

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1)."""
        return self.minor_version > 0 and self.fields.get("expect", "").lower() == "100-continue"

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return "transfer-encoding" in self.fields

    @property
    def content_length(self) -> int:
        """Bytes of the body to come, 0 without a Content-Length (RFC 9112, 6.3)."""
        return int(self.fields.get("content-length") or 0)

    def absolute(self) -> tuple[str, str, str] | None:
        """Return scheme, authority and path of a target `http://host/path`; None for the usual form `/path`."""
        if self.target[:1] in ("/", "*"):
            return None
        match = ABSOLUTE.fullmatch(self.target)
        if match is None:
            return None
        rest = match[3] if match[3].startswith("/") else "/" + match[3]
        return match[1].lower(), match[2], rest


def read_request(connection: BufferedSocket) -> Request | None:
    """Return the head of the next request, None at the end. Raises `MalformedRequest` and `ConnectionLost`."""
    try:
        head = connection.read_head()
    except TimeoutError:
        raise MalformedRequest(408, "the head of the request took too long") from None
    return parse_head(head, connection.limits) if head else None


def parse_head(head: bytes, limits: ConnectionLimits) -> Request:
    r"""Read a head that ends with its empty line.

    >>> parse_head(b"GET /simple/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n", ConnectionLimits()).fields
    {'host': 'pypi.org'}
    """
    line, _, rest = head.partition(b"\n")
    if len(line) > limits.request_line:
        raise MalformedRequest(414, f"the request line is longer than {limits.request_line} bytes")
    if len(rest) >= limits.fields:
        raise MalformedRequest(431, f"the header fields are longer than {limits.fields} bytes")
    method, target, minor_version = _parse_request_line(line.removesuffix(b"\r"))
    request = Request(method, target, minor_version, _parse_fields(rest, limits))
    _check_fields(request)
    return request


def _parse_request_line(line: bytes) -> tuple[str, str, int]:
    words = line.split(b" ")
    version = VERSION.fullmatch(words[-1])
    if len(words) != 3 or version is None:
        raise MalformedRequest(400, "the request line is not METHOD TARGET HTTP/1.1")
    if version[1] != b"1":
        raise MalformedRequest(505, "this server supports HTTP/1.1 and HTTP/1.0 only")
    method, target, _ = words
    if not TOKEN.fullmatch(method) or not TARGET.fullmatch(target):
        raise MalformedRequest(400, "the request line has characters that it may not have")
    return method.decode("latin-1"), target.decode("latin-1"), min(int(version[2]), 1)


def _parse_fields(text: bytes, limits: ConnectionLimits) -> dict[str, str]:
    fields: dict[str, str] = {}
    lines = text.split(b"\n")
    if len(lines) > limits.field_count:
        raise MalformedRequest(431, f"more than {limits.field_count} header fields")
    for line in lines:
        if not (line := line.removesuffix(b"\r")):
            continue
        raw_name, colon, raw_value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(raw_name):
            raise MalformedRequest(400, "a header field is not NAME: VALUE")
        if b"\r" in raw_value or b"\0" in raw_value:
            raise MalformedRequest(400, "a header field has characters that it may not have")
        name, value = raw_name.decode("latin-1").lower(), raw_value.strip(b" \t").decode("latin-1")
        fields[name] = f"{fields[name]},{value}" if name in fields else value
    return fields


def _check_fields(request: Request) -> None:
    fields = request.fields
    if request.minor_version == 1 and "host" not in fields:
        raise MalformedRequest(400, "the Host field is missing")
    if "," in fields.get("host", ""):
        raise MalformedRequest(400, "more than one Host field")
    absolute = request.absolute()
    for host in (fields.get("host", ""), absolute[1] if absolute else ""):
        if host and HostPort.parse(host, default_port=80) is None:  # RFC 9112, 3.2
            raise MalformedRequest(400, "the Host field names no host")
    if "transfer-encoding" in fields:
        _check_transfer_encoding(request)
    if "content-length" in fields:
        _check_content_length(fields)
    if fields.get("expect", "100-continue").lower() != "100-continue":
        raise MalformedRequest(417, "the only expectation that can be met is 100-continue")


def _check_transfer_encoding(request: Request) -> None:
    # Both lengths at once are a sign of request smuggling (RFC 9112, 6.1).
    if "content-length" in request.fields or request.minor_version == 0:
        raise MalformedRequest(400, "Transfer-Encoding with Content-Length, or in HTTP/1.0")
    if request.fields["transfer-encoding"].lower() != "chunked":
        raise MalformedRequest(501, "the only transfer coding that is understood is chunked")


def _check_content_length(fields: dict[str, str]) -> None:
    lengths = {length.strip() for length in fields["content-length"].split(",")}
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit()) or len(length) > LARGEST_LENGTH_DIGITS:
        raise MalformedRequest(400, "Content-Length is not one number")
    fields["content-length"] = length
