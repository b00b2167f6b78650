"""One request on its way through an index, and what is noted of it for the record."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from fake_pypi.index.sender import NOBODY, Sender
from fake_pypi.rules.upload import Form
from fake_pypi.web.form import ReceivedForm, read_form
from fake_pypi.web.hosts import Origin
from fake_pypi.web.recording import Recorded, RejectedUpload

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.web.instance import Instance


@dataclass
class Exchange:
    """A request and its notes; the views read the one and write the other."""

    environ: WSGIEnvironment
    instance: Instance
    started: float = field(default_factory=time.perf_counter)
    sender: Sender = NOBODY
    rule: str | None = None
    filename: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    rejection: RejectedUpload | None = None
    received: ReceivedForm | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type header, "" without one."""
        return str(self.environ.get("CONTENT_TYPE", ""))

    def received_form(self) -> ReceivedForm:
        """Return the form in the body, which is read once. PyPI reads none with GET and HEAD.

        Other methods but POST need a Content-Type for it.
        """
        if self.received is None:
            unread = self.method in {"GET", "HEAD"} or (self.method != "POST" and not self.content_type)
            instance = (
                self.instance
            )  # not `self` in the function, which the form keeps: they would keep each other alive
            self.received = ReceivedForm(Form(), []) if unread else read_form(self.environ, lambda: instance.spool)
        return self.received

    def close(self) -> None:
        """Forget the form, and remove the uploaded files that were not stored."""
        self.form = ()
        if self.received is not None:
            self.received.discard()

    @property
    def method(self) -> str:
        """The request's method, as "GET"."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def target(self) -> str:
        """Path and query as the client wrote them, still quoted; quoted again where the WSGI server kept neither."""
        written = self.environ.get("RAW_URI") or self.environ.get("REQUEST_URI")
        if written:
            return str(written)
        path = quote(str(self.environ.get("SCRIPT_NAME", "")) + str(self.environ["PATH_INFO"]), encoding="latin-1")
        query = str(self.environ.get("QUERY_STRING", ""))
        return f"{path}?{query}" if query else path

    @property
    def path(self) -> str:
        """The path, with what is quoted in it decoded; bytes that are no UTF-8 as surrogates."""
        return str(self.environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "surrogateescape")

    @property
    def accept(self) -> str | None:
        """The Accept header, or None."""
        return self.environ.get("HTTP_ACCEPT")

    @cached_property
    def origin(self) -> Origin:
        """Scheme and host as the client wrote them.

        On the plain loopback port a real host name counts as reached over https, unless X-Forwarded-Proto denies it.
        """
        host = str(self.environ.get("HTTP_HOST") or f"{self.environ['SERVER_NAME']}:{self.environ['SERVER_PORT']}")
        origin = Origin(str(self.environ["wsgi.url_scheme"]), host, self.instance.site.hosts)
        if origin.is_real and self.environ.get("fake_pypi.via", "direct") == "direct":
            scheme = self.environ.get("HTTP_X_FORWARDED_PROTO", "https")
            origin = Origin("http" if scheme == "http" else "https", host, origin.hosts)
        return origin

    def recorded(self, status_line: str) -> Recorded:
        """Return what the record keeps of the exchange."""
        status, _, reason = status_line.partition(" ")
        return Recorded(
            method=self.method,
            scheme=self.origin.scheme,
            host=self.origin.host,
            path=self.target.partition("?")[0],
            query=str(self.environ.get("QUERY_STRING", "")),
            user_agent=str(self.environ.get("HTTP_USER_AGENT", "")),
            via=str(self.environ.get("fake_pypi.via", "direct")),
            status=int(status),
            reason=reason,
            sender=self.sender.name,
            token_id=self.sender.token_id,
            rule=self.rule,
            filename=self.filename,
            form=self.form,
            seconds=time.perf_counter() - self.started,
        )
