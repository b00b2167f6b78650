"""PyPI and TestPyPI side by side, with the proxy that gives them their real names, and the shell; or another server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fake_pypi.errors import UsageError
from fake_pypi.fake.package_sources import sources_for
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.fake.session_indexes import checked_server, open_indexes
from fake_pypi.fake.session_servers import SessionServers
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.sites import PYPI, TESTPYPI, Site
from fake_pypi.temporary import new_folder

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.clients.connection_settings import ConnectionSettings
    from fake_pypi.clients.shell import Shell
    from fake_pypi.fake.control.api import ControlApi
    from fake_pypi.report import RunReport
    from fake_pypi.web.snapshots import Snapshot


class FakeIndexes(FixedAttributes):
    """A PyPI and a TestPyPI: two indexes that share nothing.

    >>> with FakeIndexes() as indexes:
    ...     indexes.shell().run("twine upload --repository testpypi dist/*")    # doctest: +SKIP

    `installed` (True by default), `wheelhouse` and `upstream` are the sources of fallback packages, on PyPI only.
    `data` is a folder in which the state of both is stored. `servers` are sockets that exist already.
    `control_secret` is the secret of the control API (None: a new one). `control_of` is the pair whose control API
    serves this one too. `as_of` is the date whose rules both have, as for `FakePyPI`. `site` names another server
    ("pypiserver", "devpi", "gitlab", "nexus") that takes the place of both: it has one address, no rules, no fallback
    packages and no shell. Raises `PortInUse`, and `UsageError` for what does not fit that server.
    """

    _api: ControlApi | None = None

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        testpypi_port: int = 0,
        data: str | Path | None = None,
        installed: bool = True,
        wheelhouse: str | Path | Iterable[str | Path] = (),
        upstream: str | None = None,
        without: Iterable[str] = (),
        as_of: str | date | None = None,
        hidden: Iterable[str] = (),
        servers: SessionServers | None = None,
        control_host: str = "127.0.0.1",
        control_port: int = 0,
        control_secret: str | None = None,
        control_of: FakeIndexes | None = None,
        site: str | None = None,
    ) -> None:
        rules: dict[str, Any] = {"without": tuple(without), "as_of": as_of}
        server = checked_server(site, **rules, testpypi_port=testpypi_port, wheelhouse=wheelhouse, upstream=upstream)
        self._chosen_secret, self._main = control_secret, control_of or self
        self._own_servers = servers is None
        ports = {"port": port, "testpypi_port": testpypi_port, "control_port": control_port}
        self.servers = servers or SessionServers(host=host, control_host=control_host, site=server, **ports)
        self.servers.forget_blocked_requests()
        self._folders: list[Path] = []
        self._shells: list[Shell] = []
        try:
            own = installed and not server
            sources = sources_for(installed=own, wheelhouse=wheelhouse, upstream=upstream, without=hidden)
            opened = open_indexes(self.servers.indexes, data=data, **rules, sources=sources)
            self.by_name, self._notices = opened
        except BaseException:
            if self._own_servers:
                self.servers.close()
            raise

    @property
    def all(self) -> tuple[FakePyPI, ...]:
        """PyPI, then TestPyPI; or the other server alone."""
        return tuple(self.by_name.values())

    @property
    def pypi(self) -> FakePyPI:
        """The PyPI. Raises `UsageError` where another server is in its place."""
        return self._of_the_pair(PYPI)

    @property
    def testpypi(self) -> FakePyPI:
        """The TestPyPI. Raises `UsageError` where another server is in its place."""
        return self._of_the_pair(TESTPYPI)

    def _of_the_pair(self, site: Site) -> FakePyPI:
        if site.name not in self.by_name:
            other = self.all[0].site.title
            raise UsageError(f"there is no {site.title}: {other} is served in its place", "leave `site` out for both")
        return self.by_name[site.name]

    @property
    def notices(self) -> list[str]:
        """Lines for the user about the data folders: what was unexpected in them, and what was done."""
        return [*self._notices, *(notice for index in self.all for notice in index.instance.notices)]

    @property
    def blocked_requests(self) -> list[str]:
        """The requests to other hosts that were rejected, a line for each: host, port, client, how often."""
        looked_up = [blocked for shell in self._shells for blocked in shell.blocked_lookups]
        return list(dict.fromkeys(map(str, [*self.servers.blocked_requests, *looked_up])))

    def shell(
        self,
        *,
        credentials: bool = True,
        strict: bool = False,
        fake_sleep: bool = False,
        pass_env: Iterable[str] = (),
    ) -> Shell:
        """Open a clean home folder in which the real host names, as pypi.org, are these indexes.

        `credentials=False` leaves the tokens out. With `strict` (Linux), commands run in a network where
        nothing but these indexes exists. With `fake_sleep`, `sleep 60` advances their clocks and returns at
        once. `pass_env` are names or patterns of variables to pass, as `["DEMO_*"]`. Raises `UsageError` where
        strict shells are not possible.
        """
        from fake_pypi.clients.shell import Shell

        shell = Shell(
            self.connection(credentials=credentials),
            directory=self._new_folder(),
            credentials=credentials,
            launcher=self.servers.strict.launcher if strict else (),
            fake_sleep=fake_sleep,
            pass_env=pass_env,
            jobs={"github": self.pypi.github_oidc, "gitlab": self.pypi.gitlab_oidc},
        )
        self._shells.append(shell)
        return shell

    def environment(self) -> dict[str, str | None]:
        """Return the changes of an environment with which its subprocesses use these indexes.

        A value of None removes a variable. HOME is not changed.
        """
        from fake_pypi.clients.environment import environment_changes

        return environment_changes(self.connection(), self._new_folder(), os.environ)

    def chromium_arguments(self) -> list[str]:
        """Return the arguments with which Chromium shows these indexes as https://pypi.org/ and https://test.pypi.org/.

            playwright.chromium.launch(executable_path="/usr/bin/chromium", args=indexes.chromium_arguments())

        It trusts the certificates of these indexes and of no other, and finds no other host.
        """
        from fake_pypi.clients.chromium import launch_arguments

        return launch_arguments(self.proxy_url)

    @property
    def proxy_url(self) -> str:
        """The address of the proxy behind which the real host names are these indexes.

        Raises `UsageError` for a server without a public host name.
        """
        if not any(index.hosts.all for index in self.all):
            raise UsageError(f"{self.all[0].site.title} has no public host name", "use its plain-HTTP addresses")
        self.servers.proxy.hosts = {name: index.app for index in self.all for name in index.hosts.all}
        return self.servers.proxy.url

    def connection(self, *, credentials: bool = True) -> ConnectionSettings:
        """Return the addresses, the certificate and the tokens of these indexes."""
        from fake_pypi.clients.connection_settings import ConnectionSettings

        return ConnectionSettings(
            proxy_url=self.proxy_url,
            ca_pem=self.servers.ca_pem,
            hosts=tuple(self.servers.proxy.hosts),
            pypi_url=self.pypi.url,
            testpypi_url=self.testpypi.url,
            pypi_token=self.pypi.token.secret if credentials else "",
            testpypi_token=self.testpypi.token.secret if credentials else "",
            control=self.control,
            control_secret=self.control_secret,
            control_id=self.control_id,
        )

    @property
    def control(self) -> str:
        """The address of the control API, which ends in "/_fake/api/v1/"; see `control_secret`."""
        if self._main is not self:
            return self._main.control
        from fake_pypi.web.control.control_application import API

        self._opened_api  # noqa: B018 - opens it
        return f"{self.servers.control.url}{API}/"

    @property
    def control_secret(self) -> str:
        """The secret of the control API: clients send `Authorization: Bearer SECRET`."""
        return self._main._opened_api.secret  # noqa: SLF001 - of the same class

    @property
    def control_id(self) -> str:
        """The id of this pair in the control API."""
        return self._main._opened_api.pairs.id_of(self)  # noqa: SLF001 - of the same class

    @property
    def _opened_api(self) -> ControlApi:
        if self._api is None:
            from fake_pypi import __version__
            from fake_pypi.fake.control.api import ControlApi

            self._api = ControlApi(self, self._another, secret=self._chosen_secret, version=__version__)
            self.servers.control.app = self._api.app
        return self._api

    def _another(self, **options: Any) -> FakeIndexes:
        """Open a pair with ports of its own, which the control API of this one serves too."""
        return FakeIndexes(host=self.all[0].host, control_of=self, **options)

    def redact(self, text: str) -> str:
        """Return a text without tokens and the other secrets of these indexes and their shells."""
        from fake_pypi.redaction import Mask

        for shell in self._shells:
            text = shell.redact(text)
        control = self._api.secret if self._api else ""
        providers = [provider for index in self.all for provider in index.instance.identity_providers]
        return Mask([control, *(secret for provider in providers for secret in provider.job_secrets)]).redact(text)

    def report(self, path: str | Path, *more_paths: str | Path, title: str = "PyPI and TestPyPI") -> None:
        """Write what has happened so far into files that end in .html, .json or .md.

        Raises `UsageError` for another ending, and for a file that cannot be written.
        """
        from fake_pypi.report import Report, write_report

        write_report(Report.of(self.report_content(title)), map(Path, (path, *more_paths)), self.redact)

    def report_content(self, title: str = "PyPI and TestPyPI") -> RunReport:
        """Return the content of a report about the indexes."""
        from fake_pypi.report import RunReport
        from fake_pypi.report.index_content import index_report
        from fake_pypi.report.remaining_tasks import tasks_of_publishers

        indexes = tuple(index_report(index.instance) for index in self.all)
        blocked, tasks = (*self.blocked_requests,), tasks_of_publishers(indexes)
        return RunReport("indexes", title, indexes=indexes, blocked_requests=blocked, remaining=tasks)

    def snapshot(self) -> dict[str, Snapshot]:
        """Return the state of both indexes, by the names of their sites; see `FakePyPI.snapshot`."""
        return {index.site.name: index.snapshot() for index in self.all}

    def restore(self, snapshots: Mapping[str, Snapshot]) -> None:
        """Return both indexes to the state of their snapshots; see `FakePyPI.restore`."""
        for index in self.all:
            index.restore(snapshots[index.site.name])

    def reset(self) -> None:
        """Empty both indexes; see `FakePyPI.reset`."""
        for index in self.all:
            index.reset()

    def _new_folder(self) -> Path:
        self._folders.append(new_folder("shell"))
        return self._folders[-1]

    def close(self) -> None:
        """Close both indexes, and remove the home folders of their shells."""
        if self._api is not None:
            self._api.close()
        self.servers.remove_apps([*(index.app for index in self.all), *([self._api.app] if self._api else [])])
        if self._own_servers:
            self.servers.close()
        for index in self.all:
            index.close()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<FakeIndexes {' '.join(index.url for index in self.all)}>"
