"""One fake index, put together: its instance, its socket, and everything a test may ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from fake_pypi.errors import IndexClosed, UploadRejected, UsageError
from fake_pypi.fake.lifecycle import Dist, packages_in
from fake_pypi.fake.people import People
from fake_pypi.fake.supply import Supply
from fake_pypi.fake.trusted import Trusted
from fake_pypi.serving.server import Server
from fake_pypi.web.app import application
from fake_pypi.web.hosts import HOSTS, Hosts
from fake_pypi.web.instance import Instance

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.index.clock import Clock
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.site import Flags, Limits, ProhibitedNames
    from fake_pypi.packages.offer import Source
    from fake_pypi.rules.rule_set import RuleSet
    from fake_pypi.serving.conversation import Errors
    from fake_pypi.web.recording import Entries, Recorded, RejectedUpload


class FakePyPI(People, Trusted, Supply):
    """A PyPI (or a TestPyPI) on this machine, from the moment it is made until it is closed.

    >>> from fake_pypi import FakePyPI
    >>> with FakePyPI() as pypi:
    ...     pypi.project("hello") is None
    True

    `kind` is "pypi" or "testpypi". `data` is a folder where everything lasts; without one it is in memory.
    `installed`, `wheelhouse` and `upstream` say where other people's distributions come from: the running
    environment, folders of wheels, a real index. `without` leaves rules out, by id. `server` is a socket that
    is there already, to be shown on. Raises `PortInUse`, `UnknownRule` and `UsageError`.
    """

    def __init__(
        self,
        kind: str = "pypi",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | Path | None = None,
        installed: bool = False,
        wheelhouse: str | Path | Iterable[str | Path] = (),
        upstream: str | None = None,
        without: Iterable[str] = (),
        sources: Sequence[Source] = (),
        server: Server | None = None,
    ) -> None:
        if kind not in HOSTS:
            raise UsageError(f"there is no index kind {kind!r}", f"one of {', '.join(HOSTS)}")
        from fake_pypi.fake.sources import sources_for

        self.kind = kind
        found = (*sources, *sources_for(installed=installed, wheelhouse=wheelhouse, upstream=upstream))
        self.instance = Instance(kind, data=None if data is None else Path(data), sources=found)
        self._own_server = server is None
        self._closed = False
        self.app = application(self.instance)
        try:
            if without := tuple(without):
                self.instance.rule_set = self.instance.rule_set.without(*without)
            self._server = server or Server(self.app, names=HOSTS[kind].all, host=host, port=port)
        except BaseException:
            self.instance.close()
            raise
        self._server.app = self.app

    @property
    def url(self) -> str:
        """The index's own address, as "http://127.0.0.1:8080"."""
        return self._server.url

    @property
    def host(self) -> str:
        """The address that its socket listens on."""
        return self._server.host

    @property
    def port(self) -> int:
        """The port that its socket listens on."""
        return self._server.port

    @property
    def upload_url(self) -> str:
        """Where publishing tools send files."""
        return f"{self.url}/legacy/"

    @property
    def simple_url(self) -> str:
        """Where installers look for files."""
        return f"{self.url}/simple/"

    @property
    def hosts(self) -> Hosts:
        """The names that the index has in the real world."""
        return HOSTS[self.kind]

    @property
    def flags(self) -> Flags:
        """The site's admin flags: `pypi.flags.read_only = True`."""
        return self.index.flags

    @property
    def limits(self) -> Limits:
        """Size limits in bytes (`pypi.limits.file_size = 1024`), and `pypi.limits.new_projects_per_day = 4`."""
        return self.index.limits

    @property
    def prohibited_names(self) -> ProhibitedNames:
        """Names that nobody may register: `pypi.prohibited_names.add("forbidden")`."""
        return self.index.prohibited_names

    @property
    def clock(self) -> Clock:
        """The index's clock: `pypi.clock.advance(days=15)`."""
        return self.index.clock

    @property
    def rules(self) -> RuleSet:
        """The rule set in force; assign another one to change it."""
        return self.instance.rule_set

    @rules.setter
    def rules(self, rule_set: RuleSet) -> None:
        self.instance.rule_set = rule_set

    @property
    def requests(self) -> Entries[Recorded]:
        """The requests that came in, oldest first; `.dropped` counts those that are not kept any more."""
        return self.instance.record.requests

    @property
    def rejections(self) -> Entries[RejectedUpload]:
        """The uploads that were rejected, oldest first; `.dropped` counts those that are not kept any more."""
        return self.instance.record.rejections

    @property
    def errors(self) -> Errors:
        """What went wrong inside the index itself, on its own socket; clients were answered 500."""
        return self._server.errors

    def upload(self, *dists: Dist, token: Token | str | None = None) -> None:
        """Send files through HTTP and the rules; the first rejection is raised as `UploadRejected`.

        Raises `IndexClosed` after the index was closed.
        """
        from fake_pypi.fake.uploading import upload

        if self._closed:
            raise IndexClosed(self.kind)
        chosen = self.token if token is None else token
        for package in packages_in(dists):
            status, message = upload(self.upload_url, package, chosen if isinstance(chosen, str) else chosen.secret)
            if status != 200:
                raise UploadRejected(status, message, self.requests[-1].rule)

    def env(self, *clients: str, token: Token | str | None = None) -> dict[str, str]:
        """Return the environment that points clients here over plain HTTP; all of them if none is named.

        They upload with `token`, if none is given with the default user's. What a client cannot do this way
        is an error that says so by name.
        """
        from fake_pypi.clients.client_variables import env_for

        chosen = self.token if token is None else token
        return env_for(clients, pypi_url=self.url, token=chosen if isinstance(chosen, str) else chosen.secret)

    def close(self) -> None:
        """Close the socket (if it is ours) and throw the instance away."""
        self._closed = True
        if self._own_server:
            self._server.close()
        self.instance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<FakePyPI {self.kind} at {self.url}>"
