"""Kinds of faults that answer in place of the index: errors of the content delivery network and of the site.

The status lines are those that users of PyPI reported: github.com/pypi/warehouse/issues 1372 (503 Service Unavailable),
3247 and 7643 (503 Backend is unhealthy, maintenance), 7642 (504 Gateway Time-out, 502 Bad Gateway), and
pypa/packaging-problems 329 (503 first byte timeout). Their pages are short ones of our own.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from fake_pypi.web.faults.fault_kind import Action, Answer, FaultKind, FaultyRequest, Respond, Setting
from fake_pypi.web.faults.grammar import count, number, parameter, text
from fake_pypi.web.responses import HTML, TEXT, AnyResponse, Header, Response, front_failure, response

CACHE: tuple[Header, ...] = (("Server", "Varnish"), ("X-Served-By", "cache-fake-FAKE"), ("X-Cache", "MISS"))
"""Headers with which the content delivery network signs its own answers."""
UNAVAILABLE = "PyPI is down for maintenance or is having an outage."
READ_ONLY = "Read-only mode: Any write operations will have no effect"
"""The description of PyPI's flag, which its pages show while it is set (migration 6418f7d86a4b of Warehouse)."""
UPLOADS_DISABLED = "Read-only mode: Uploads are temporarily disabled."


def _gateway(status: int, reason: str, *headers: Header) -> Response:
    """Return the page of a server in front of the site."""
    line = html.escape(f"{status} {reason}")
    body = f"<html><head><title>{line}</title></head><body><h1>{line}</h1></body></html>\n"
    return Response(status, reason, (("Content-Type", "text/html"), *headers), body.encode())


def _of_cache(status: int, reason: str, *headers: Header) -> Response:
    """Return the page of a cache server: the error with its reason, and the name of the server."""
    title, why = html.escape(f"{status} {reason}"), html.escape(reason)
    body = (
        f"<!DOCTYPE html><html><head><title>{title}</title></head>"
        f"<body><h1>Error {title}</h1><p>{why}</p><p>cache-fake-FAKE, Varnish cache server</p></body></html>\n"
    )
    return Response(status, reason, (("Content-Type", "text/html; charset=utf-8"), *CACHE, *headers), body.encode())


def _retry_after(seconds: float | None) -> tuple[Header, ...]:
    return () if seconds is None else (("Retry-After", f"{seconds:g}"),)


@dataclass(frozen=True)
class InternalServerError(Answer):
    """The response is 500, with the page of PyPI's front server. Nothing is judged or stored."""

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return front_failure()


@dataclass(frozen=True)
class BadGateway(Answer):
    """The response is 502 Bad Gateway, as from a load balancer that lost its backend."""

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return _gateway(502, "Bad Gateway")


@dataclass(frozen=True)
class ServiceUnavailable(Answer):
    """The response is 503, as from a cache server without a healthy backend.

    `reason` is the reason phrase; others that PyPI's users have seen are "Service Unavailable", "first byte timeout"
    and "backend read error". `retry_after` is the header of that name, in seconds; without it, the header is absent.
    """

    retry_after: float | None = parameter(number)
    reason: str = parameter(text, "Backend is unhealthy")

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return _of_cache(503, self.reason, *_retry_after(self.retry_after))


@dataclass(frozen=True)
class GatewayTimeout(Answer):
    """The response is 504 Gateway Time-out, as from a load balancer whose backend took too long."""

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return _gateway(504, "Gateway Time-out")


@dataclass(frozen=True)
class TooManyRequests(Answer):
    """The response is 429 Too Many Requests, with Retry-After, RateLimit and RateLimit-Policy.

    `retry_after` is in seconds, and `quota` the number of requests that the policy allows in a minute. The form of
    the headers is that of PyPI's other limits.
    """

    retry_after: float = parameter(number, 60.0)
    quota: int = parameter(count, 100)

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        limits = (
            ("RateLimit", f'"requests";r=0;t={self.retry_after:g}'),
            ("RateLimit-Policy", f'"requests";q={self.quota};w=60;pk=:ip:'),
        )
        headers = (("Content-Type", TEXT), *_retry_after(self.retry_after), *limits)
        return Response(429, "Too Many Requests", headers, b"Too Many Requests")


@dataclass(frozen=True)
class Blocked(Answer):
    """The response is 403 Forbidden from a firewall in front of the site: an HTML page without a word about PyPI."""

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        return _gateway(403, "Forbidden", *CACHE)


@dataclass(frozen=True)
class Maintenance(Answer):
    """The response is 503 Service Unavailable with the page that PyPI shows during maintenance and outages."""

    def response(self, _request: FaultyRequest) -> Response:
        """See `Answer`."""
        body = (
            "<!DOCTYPE html><html><head><title>Service Unavailable</title></head>"
            f"<body><h1>Sorry, something went wrong</h1><p>{UNAVAILABLE}</p></body></html>\n"
        )
        return Response(503, "Service Unavailable", (("Content-Type", HTML), *CACHE), body.encode())


@dataclass(frozen=True)
class ReadOnlySite(FaultKind):
    """The site is in its read-only mode: uploads are rejected with 403, and pages for people have a notice.

    Other changes are made. The flag `pypi.flags.read_only` is the same for uploads without a limit in time.
    """

    def start(self, setting: Setting) -> Action:
        """See `FaultKind`."""
        upload_path = setting.index.site.upload_path

        def act(request: FaultyRequest, respond: Respond) -> AnyResponse:
            if request.method == "POST" and request.path == upload_path:
                return response(403, UPLOADS_DISABLED, request.accept)
            request.notice = READ_ONLY
            return respond()

        return act
