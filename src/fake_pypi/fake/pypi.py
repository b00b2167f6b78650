"""One fake index: its instance, its socket, and the parts with which tests use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import IndexClosed, UploadRejected
from fake_pypi.fake.ci import FakeCI
from fake_pypi.fake.package_sources import sources_for
from fake_pypi.fake.projects import FakeProjects
from fake_pypi.fake.publishers import FakePublishers
from fake_pypi.fake.rules_of_day import RulesOfDay
from fake_pypi.fake.saved_state import FakeState
from fake_pypi.fake.seeding import Dist, Seeding, packages_in
from fake_pypi.fake.uploads import FakeUploads
from fake_pypi.fake.users import FakeTokens, FakeUsers
from fake_pypi.fake.web_site import FakeWebSite, address_for_browsers
from fake_pypi.fixed_attributes import FixedAttributes
from fake_pypi.index.sender import TOKEN_USER
from fake_pypi.serving.server import Server
from fake_pypi.sites import Site, site_named
from fake_pypi.web.application import Application
from fake_pypi.web.instance import Instance

if TYPE_CHECKING:
    from typing_extensions import Self

    from fake_pypi.index import Index
    from fake_pypi.index.accounts import User
    from fake_pypi.index.admin_settings import Flags, Limits, ProhibitedNames
    from fake_pypi.index.clock import Clock
    from fake_pypi.index.macaroons import Token
    from fake_pypi.index.mailbox import Mailbox
    from fake_pypi.packages.package_source import PackageSource
    from fake_pypi.rules.rule_set import RuleSet
    from fake_pypi.serving.connection import ApplicationErrors
    from fake_pypi.web.faults.active import Faults
    from fake_pypi.web.recording.bounded_entries import Entries
    from fake_pypi.web.recording.recorded_request import RejectedUpload
    from fake_pypi.web.recording.requests import RecordedRequests


class FakePyPI(FixedAttributes):
    """A PyPI (or a TestPyPI) on this machine, until it is closed.

    >>> from fake_pypi import FakePyPI
    >>> with FakePyPI() as pypi:
    ...     pypi.project("hello") is None
    True

    `site` is "pypi", "testpypi", another server ("pypiserver", "devpi", "gitlab", "nexus") or a `Site`. `data` is a
    folder in which everything is stored; without one it is in memory. `installed`, `wheelhouse` and `upstream` are
    the sources of fallback packages: the running environment, folders of wheels, a real index. `without` leaves
    rules out, by id. `as_of` is a date ("2024-06-01") whose rules, messages and limits the index has; its clock is not
    changed. `server` is a socket that exists already. Raises `PortInUse`, `UnknownRule` and `UsageError`.

    The methods are grouped in parts (`users`, `tokens`, `projects`, `publishers`, `ci`, `seeding`, `state`, `uploads`,
    `web_site`); those that tests call most have a name here too, as `add_user` for `users.add`.
    """

    def __init__(
        self,
        site: str | Site = "pypi",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | Path | None = None,
        installed: bool = False,
        wheelhouse: str | Path | Iterable[str | Path] = (),
        upstream: str | None = None,
        without: Iterable[str] = (),
        as_of: str | date | None = None,
        sources: Sequence[PackageSource] = (),
        server: Server | None = None,
    ) -> None:
        self.site = site if isinstance(site, Site) else site_named(site)
        self.hosts = self.site.hosts
        all_sources = (*sources, *sources_for(installed=installed, wheelhouse=wheelhouse, upstream=upstream))
        self.instance = Instance(self.site, data=None if data is None else Path(data), sources=all_sources)
        self._own_server = server is None
        self._closed = False
        self.app = Application(self.instance)
        try:
            self._rules_of_day = RulesOfDay(self.instance, tuple(without), as_of)
            self._server = server or Server(self.app, names=self.site.hosts.all, host=host, port=port)
        except BaseException:
            self.instance.close()
            raise
        self._server.app = self.app
        self._compose()

    def _compose(self) -> None:
        """Make the parts, and give their methods the names that tests call."""
        index, files = self.index, self.instance
        self.users = users = FakeUsers(index)
        self.add_user, self.change_user, self.remove_user = users.add, users.change, users.remove
        self.web_site = web_site = FakeWebSite(index, users, address_for_browsers(self.site, self._server))
        self.instance.browser_url = index.site_url = web_site.url
        self.log_in, self.totp = web_site.log_in, web_site.totp
        self.tokens = tokens = FakeTokens(index, users)
        self.add_token, self.adopt_token = tokens.create, tokens.adopt
        self.revoke, self.last_used = tokens.remove, tokens.last_used
        self.state = state = FakeState(self.instance, tokens)
        self.snapshot, self.restore, self.reset, self.at_start = state.save, state.restore, state.reset, state.at_start
        self.projects = projects = FakeProjects(index, users, files)
        self.project, self.add_project, self.delete = projects.get, projects.add, projects.delete
        self.change_role, self.remove_role = projects.change_role, projects.remove_role
        self.add_organization, self.yank, self.unyank = projects.add_organization, projects.yank, projects.unyank
        self.set_status, self.backdate, self.prune = projects.set_status, projects.backdate, projects.prune
        self.publishers = publishers = FakePublishers(index, users)
        self.add_github_publisher, self.add_gitlab_publisher = publishers.add_github, publishers.add_gitlab
        self.add_google_publisher, self.add_activestate_publisher = publishers.add_google, publishers.add_activestate
        self.remove_publisher = publishers.remove
        self.ci = ci = FakeCI(self.instance, self.url)
        self.identity_provider = ci.identity_provider
        self.github_oidc, self.gitlab_oidc = ci.github_oidc, ci.gitlab_oidc
        self.seeding = seeding = Seeding(index, users, files, self._rules_of_day)
        self.add, self.squat = seeding.add, seeding.squat
        self.add_scenario, self.add_requirements = seeding.add_scenario, seeding.add_requirements
        self.back_up, self.uploads = self.instance.back_up, FakeUploads(self.requests, self.site.title)
        self.assert_uploaded, self.assert_not_uploaded = self.uploads.assert_uploaded, self.uploads.assert_not_uploaded

    @property
    def mail(self) -> Mailbox:
        """The e-mails that the site has sent, the oldest first: `pypi.mail[-1].links`."""
        return self.web_site.mail

    @property
    def index(self) -> Index:
        """The state of the index, below the public interface."""
        return self.instance.index

    @property
    def user(self) -> User:
        """The default user: with a verified address and a second factor, added at the first use."""
        return self.users.default

    @property
    def token(self) -> Token:
        """An account-wide token of the default user, created at the first use. `.secret` is the text to send."""
        return self.tokens.default

    @property
    def username(self) -> str:
        """The user name with which tools upload: "__token__" on PyPI, the default user's name on other servers."""
        return TOKEN_USER if self.site.has_tokens else self.user.name

    @property
    def password(self) -> str:
        """The password with which tools upload: the secret of `token`, or a password of the default user."""
        return self.token.secret if self.site.has_tokens else self.users.default_password

    @property
    def url(self) -> str:
        """The index's own address, as "http://127.0.0.1:8080"."""
        return self._server.url

    @property
    def browser_url(self) -> str:
        """The address for browsers, as "http://pypi.localhost:8080", a name of its own for its cookies."""
        return self.web_site.url

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
        """The address to which publishing tools send files."""
        return self.url + self.site.upload_path

    @property
    def simple_url(self) -> str:
        """The address at which installers find files."""
        return self.url + self.site.simple_path

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
        """Names that cannot be registered: `pypi.prohibited_names.add("forbidden")`."""
        return self.index.prohibited_names

    @property
    def clock(self) -> Clock:
        """The index's clock: `pypi.clock.advance(days=15)`."""
        return self.index.clock

    @property
    def as_of(self) -> str | None:
        """The date whose rules, messages and limits the index has, as "2024-06-01"; None for those of today."""
        return self._rules_of_day.day

    @property
    def rules(self) -> RuleSet:
        """The rule set in force; assign another one to change it."""
        return self.instance.rule_set

    @rules.setter
    def rules(self, rule_set: RuleSet) -> None:
        self.instance.rule_set = rule_set

    @property
    def faults(self) -> Faults:
        """The faults of the index: `pypi.faults.add("stale seconds=60 pages=simple")`."""
        return self.instance.faults

    @property
    def verify_attestations(self) -> bool | None:
        """How attestations are verified: None compares name and digest, False checks their format only.

        True checks signatures too, which needs the extra `attestations`; without it that raises `UsageError`.
        """
        return self.index.verify_attestations

    @verify_attestations.setter
    def verify_attestations(self, value: bool | None) -> None:
        from fake_pypi.rules.attestation_signature import require_library

        self.index.verify_attestations = require_library() if value else value

    @property
    def requests(self) -> RecordedRequests:
        """The requests, oldest first; `.wait_for(…)`, `.matching(…)` and `.assert_received(…)` look for some."""
        return self.instance.record.requests

    @property
    def rejections(self) -> Entries[RejectedUpload]:
        """The uploads that were rejected, oldest first; `.dropped` counts older ones that are not stored any more."""
        return self.instance.record.rejections

    @property
    def errors(self) -> ApplicationErrors:
        """The errors inside the index itself, on its own socket; clients received 500."""
        return self._server.errors

    def upload(self, *dists: Dist, token: Token | str | None = None) -> None:
        """Upload files over HTTP, where the rules check them; the first rejection is raised as `UploadRejected`.

        Raises `IndexClosed` after the index was closed.
        """
        from fake_pypi.fake.http_upload import upload

        if self._closed:
            raise IndexClosed(self.site.name)
        for package in packages_in(dists):
            status, message = upload(self.upload_url, package, self._secret(token), user=self.username)
            if status not in {200, 201}:
                raise UploadRejected(status, message, self.requests[-1].rule)

    def env(self, *clients: str, token: Token | str | None = None) -> dict[str, str]:
        """Return the environment that points clients here over plain HTTP; all of them if none is named.

        They upload with `token`, by default that of the default user (on a server without tokens: its password). What
        a client cannot do this way raises an error that names the client.
        """
        from fake_pypi.clients.client_variables import env_for, env_for_server

        secret = self._secret(token)
        if self.site.has_tokens:
            return env_for(clients, pypi_url=self.url, token=secret)
        addresses = {"upload_url": self.upload_url, "simple_url": self.simple_url}
        return env_for_server(clients, **addresses, username=self.username, password=secret)

    def _secret(self, token: Token | str | None) -> str:
        return self.password if token is None else token if isinstance(token, str) else token.secret

    def close(self) -> None:
        """Close the socket, unless it was given, and the instance."""
        self._closed = True
        if self._own_server:
            self._server.close()
        self.instance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<FakePyPI {self.site.name} at {self.url}>"
