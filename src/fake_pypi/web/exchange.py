"""One request on its way through an index, and what is noted of it for the record."""

from __future__ import annotations

import math
import re
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from fake_pypi.errors import CloseConnection
from fake_pypi.index.names import normalized
from fake_pypi.index.sender import ANONYMOUS, Sender
from fake_pypi.packages.wheelhouse_packages import parse_filename
from fake_pypi.rules.upload import Form
from fake_pypi.sites import Hosts
from fake_pypi.turns import TURNS
from fake_pypi.web.form import ReceivedForm, TooMuchText, read_form
from fake_pypi.web.recording.recorded_request import RejectedUpload

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from fake_pypi.index import Index
    from fake_pypi.web.browser import Browser
    from fake_pypi.web.instance import Instance
    from fake_pypi.web.propagation import Delay
    from fake_pypi.web.responses import Header
    from fake_pypi.web.routing import Route

PLAIN = "/~!$&'()*+,;=:@"
"""Characters that PyPI leaves as they are in a path (the sub-delimiters of RFC 3986)."""
LONGEST_PAUSE = 0.1
"""Seconds after which a request that waits looks again whether it is still wanted."""
ORDINARY = re.compile(r"[\w./+-]*", re.ASCII)


@dataclass(frozen=True)
class Origin:
    """Where a request was sent: scheme and host as the client wrote them.

    >>> from fake_pypi.sites import PYPI
    >>> Origin("https", "pypi.org", PYPI.hosts).file_url("aa/bb/demo-1.0.tar.gz")
    'https://files.pythonhosted.org/packages/aa/bb/demo-1.0.tar.gz'
    """

    scheme: str
    host: str
    hosts: Hosts

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def hostname(self) -> str:
        """The host without port, in lower case; "" for a Host header that is not valid.

        >>> from fake_pypi.sites import PYPI
        >>> Origin("http", "pypi.localhost:8080", PYPI.hosts).hostname
        'pypi.localhost'
        """
        try:
            return urlsplit(str(self)).hostname or ""
        except ValueError:  # such as "[::1"
            return ""

    @cached_property
    def name(self) -> str:
        """The host without its port."""
        return self.host if self.host.endswith("]") else self.host.rpartition(":")[0] or self.host

    @cached_property
    def is_real(self) -> bool:
        """Whether the request names one of the site's real hosts."""
        return self.host.partition(":")[0] in self.hosts.all

    @property
    def for_programs(self) -> Origin:
        """The origin that a page shows to users of tools: not every system finds the names for browsers.

        >>> from fake_pypi.sites import PYPI
        >>> str(Origin("http", "pypi.localhost:8080", PYPI.hosts).for_programs)
        'http://127.0.0.1:8080'
        """
        if not self.name.lower().endswith(".localhost"):
            return self
        return Origin(self.scheme, f"127.0.0.1{self.host[len(self.name) :]}", self.hosts)

    @property
    def site(self) -> str:
        """The base URL of the pages: the real host if the request names one, else the address of the request."""
        return f"https://{self.hosts.index}" if self.is_real else str(self)

    @property
    def upload(self) -> str:
        """The base URL for uploads: the real upload host if the request names a real host."""
        return f"https://{self.hosts.upload}" if self.is_real else str(self)

    def file_url(self, path: str) -> str:
        """Return the address of a file, given its path below /packages/."""
        plain = ORDINARY.fullmatch(path) is not None  # thousands of files on one page: quoting takes four times as long
        return self._files + (path if plain else quote(path, safe=PLAIN))

    @cached_property
    def _files(self) -> str:
        return f"https://{self.hosts.files}/packages/" if self.is_real else f"{self}/packages/"


@dataclass
class Exchange:
    """A request, what the layers add to it, and what its view notes for the record.

    `index` is the state that the request sees. `route` and `arguments` are its address and the named parts of the path,
    `delays` the faults that make its pages stale, `faults` the text of every fault that acted on it, and `notice` the
    notice of a fault on pages for people. `stored` tells whether it
    added a file to the index.
    """

    environ: WSGIEnvironment
    instance: Instance
    started: float = field(default_factory=time.perf_counter)
    sender: Sender = ANONYMOUS
    rule: str | None = None
    filename: str | None = None
    form: tuple[tuple[str, str], ...] = ()
    rejection: RejectedUpload | None = None
    stored: bool = False
    received: ReceivedForm | None = None
    route: Route | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    form_error: TooMuchText | None = None
    delays: tuple[Delay, ...] = ()
    faults: tuple[str, ...] = ()
    notice: str = ""

    def __post_init__(self) -> None:
        self.index: Index = self.instance.index

    @cached_property
    def browser(self) -> Browser:
        """The browser behind the request. Its session is of the present, also where `index` is an earlier state."""
        from fake_pypi.web.browser import Browser  # for pages only: most sessions open none

        origin = self.origin
        visited = origin.site if origin.is_real or origin.name.lower().endswith(".localhost") else ""
        return Browser(self.instance.index, self.environ, is_secure=origin.scheme == "https", site_url=visited)

    @property
    def cookie_headers(self) -> tuple[Header, ...]:
        """The headers that set cookies, if a view has looked at the browser."""
        return self.browser.headers if "browser" in self.__dict__ else ()

    @property
    def content_type(self) -> str:
        """The Content-Type header, "" without one."""
        return str(self.environ.get("CONTENT_TYPE", ""))

    def received_form(self) -> ReceivedForm:
        """Return the form in the body, which is read once. PyPI reads none with GET and HEAD.

        Other methods but POST need a Content-Type for it. Raises `TooMuchText`, each time that it is called.
        """
        if self.form_error is not None:
            raise self.form_error
        if self.received is None:
            unread = self.method in {"GET", "HEAD"} or (self.method != "POST" and not self.content_type)
            instance = self.instance  # a function with `self` would keep exchange and form alive for each other
            try:
                self.received = ReceivedForm(Form(), []) if unread else read_form(self.environ, lambda: instance.spool)
            except TooMuchText as error:
                self.form_error = error
                raise
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
        """Path and query as the client wrote them, still quoted; quoted again where the WSGI server has neither."""
        written = self.environ.get("RAW_URI") or self.environ.get("REQUEST_URI")
        if written:
            return str(written)
        path = quote(str(self.environ.get("SCRIPT_NAME", "")) + str(self.environ["PATH_INFO"]), encoding="latin-1")
        query = str(self.environ.get("QUERY_STRING", ""))
        return f"{path}?{query}" if query else path

    @cached_property
    def path(self) -> str:
        """The path, with what is quoted in it decoded; bytes that are no UTF-8 as surrogates."""
        return str(self.environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "surrogateescape")

    @property
    def url(self) -> str:
        """The whole address, as the client wrote it."""
        return f"{self.origin}{self.target}"

    @property
    def kind_of_page(self) -> str:
        """What a fault may make stale here: "list", "simple", "json", "files", or ""."""
        return self.route.stale_as if self.route is not None else ""

    @property
    def accept(self) -> str | None:
        """The Accept header, or None."""
        return self.environ.get("HTTP_ACCEPT")

    @TURNS.paused()
    def wait(self, seconds: float | None, over: threading.Event) -> None:
        """Wait for `seconds` (None: without a limit), or until `over`.

        Raises `CloseConnection` when the client has ended the connection, or the index was closed.
        """
        client_has_gone = self.environ.get("fake_pypi.client_has_gone")
        until = math.inf if seconds is None else time.monotonic() + seconds
        while not over.is_set() and (left := until - time.monotonic()) > 0:
            pause = min(left, LONGEST_PAUSE)
            if client_has_gone is None:
                over.wait(pause)
            elif client_has_gone(pause):
                raise CloseConnection
            if self.instance.is_closed:
                raise CloseConnection

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

    @cached_property
    def project_name(self) -> str:
        """The normalized name of the project in the address, the file name or the form; "" without one."""
        if name := self.arguments.get("name"):
            return normalized(name)
        parsed = parse_filename(self.requested_filename)
        return parsed[0] if parsed else normalized(self._form_of_upload().get("name") or "")

    @cached_property
    def requested_filename(self) -> str:
        """The name of the file in the address or in the form; "" without one."""
        path = self.arguments.get("filename") or self.arguments.get("path")
        if path:
            return str(path).rpartition("/")[2]
        files = self._form_of_upload().files()
        return (files[0][1].filename or "") if files else ""

    def _form_of_upload(self) -> Form:
        """Return the form of a POST request; an empty one if it is too large, which the view will find too."""
        try:
            return self.received_form().form if self.method == "POST" else Form()
        except TooMuchText:
            return Form()
