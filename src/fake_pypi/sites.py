"""The sites that can be imitated, one value each: everything that differs between them.

No other module compares the name of a site. What a layer needs is a field here, and the application, the index and
`FakePyPI` are given the whole value:

>>> SITES["testpypi"].hosts.upload
'test.pypi.org'
"""

from __future__ import annotations

from dataclasses import dataclass

from fake_pypi.errors import UsageError


@dataclass(frozen=True)
class Hosts:
    """The real host names of a site: its pages, its upload address, its files."""

    index: str
    upload: str
    files: str
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name, each once; none for a server that has no public address."""
        return tuple(dict.fromkeys(filter(None, (self.index, self.upload, self.files, *self.others))))


@dataclass(frozen=True)
class NewProjectLimits:
    """How many projects one address and one user may create in a moving window of seconds.

    `are_confirmed`: whether the real site is known to enforce these numbers, so that users are warned of them.
    """

    per_address: int
    per_user: int
    window: int
    are_confirmed: bool = False


@dataclass(frozen=True)
class Site:
    """What distinguishes one site from the others.

    `name` selects the site (`FakePyPI("testpypi")`, and the names of folders and commands), `title` is its name in
    messages. `token_location` is the location of its API tokens, `audience` the `aud` of the identity tokens that
    trusted publishing accepts. `routes` names its addresses in `web.routes.ROUTES`, `rules` its rule set in
    `rules.order.RULE_SETS`. `has_fallback_packages`: whether projects that nobody uploaded may come from the
    environment, from wheelhouses or from another index. `upload_path` and `simple_path` are where tools upload to and
    install from. `has_tokens`: whether uploads need an API token; if not, the name of a user with its password.
    `accepts_passwords`: whether PyPI accepts that as well, as it did until the end of 2023. `flags` are the admin flags
    that are on from the start.
    """

    name: str
    title: str
    hosts: Hosts
    token_location: str
    audience: str
    new_projects: NewProjectLimits
    has_fallback_packages: bool
    routes: str = "warehouse"
    rules: str = "warehouse"
    upload_path: str = "/legacy/"
    simple_path: str = "/simple/"
    has_tokens: bool = True
    accepts_passwords: bool = False
    flags: frozenset[str] = frozenset()

    @property
    def browser_host(self) -> str:
        """The host name for browsers on this machine, which resolve every name below `.localhost` to it."""
        return f"{self.name}.localhost"


PYPI = Site(
    name="pypi",
    title="PyPI",
    hosts=Hosts("pypi.org", "upload.pypi.org", "files.pythonhosted.org", ("pypi.python.org", "www.pypi.org")),
    token_location="pypi.org",  # noqa: S106 - a host name
    audience="pypi",
    new_projects=NewProjectLimits(
        4, 4, window=24 * 3600, are_confirmed=True
    ),  # pypi/support#11827 and #10572, pypi/warehouse#20164
    has_fallback_packages=True,
)
TESTPYPI = Site(
    name="testpypi",
    title="TestPyPI",
    hosts=Hosts("test.pypi.org", "test.pypi.org", "test-files.pythonhosted.org", ("testpypi.python.org",)),
    token_location="test.pypi.org",  # noqa: S106 - a host name
    audience="testpypi",
    new_projects=NewProjectLimits(40, 20, window=3600),  # no figure is known: the defaults of Warehouse's code
    has_fallback_packages=False,
)

SITES = {site.name: site for site in (PYPI, TESTPYPI)}
"""PyPI and TestPyPI, by name: the pair that a session has."""


def _private_server(name: str, title: str, *, upload_path: str, simple_path: str) -> Site:
    """Return a server that has no public address, takes user names with passwords, and limits nothing."""
    return Site(
        name=name,
        title=title,
        hosts=Hosts("", "", ""),
        token_location="",
        audience="",
        new_projects=NewProjectLimits(1_000_000, 1_000_000, window=3600),
        has_fallback_packages=False,
        routes=name,
        upload_path=upload_path,
        simple_path=simple_path,
        has_tokens=False,
    )


_DEVPI_INDEX, _GITLAB_PROJECT, _NEXUS_REPOSITORY = "/maintainer/dev/", "/api/v4/projects/1/", "/repository/pypi-hosted/"
OTHER_SERVERS = {
    site.name: site
    for site in (
        _private_server("pypiserver", "pypiserver", upload_path="/", simple_path="/simple/"),
        _private_server("devpi", "devpi", upload_path=_DEVPI_INDEX, simple_path=f"{_DEVPI_INDEX}+simple/"),
        _private_server(
            "gitlab",
            "GitLab",
            upload_path=f"{_GITLAB_PROJECT}packages/pypi",
            simple_path=f"{_GITLAB_PROJECT}packages/pypi/simple/",
        ),
        _private_server("nexus", "Nexus", upload_path=_NEXUS_REPOSITORY, simple_path=f"{_NEXUS_REPOSITORY}simple/"),
    )
}
"""The other servers to which packages are published, by name."""


ALL_SITES = {**SITES, **OTHER_SERVERS}


def other_server_named(name: str) -> Site:
    """Return the server of that name that is not PyPI. Raises `UsageError` for another name."""
    if name not in OTHER_SERVERS:
        raise UsageError(f"{name!r} is no other server", f"choose from {', '.join(OTHER_SERVERS)}; PyPI is the default")
    return OTHER_SERVERS[name]


def site_named(name: str) -> Site:
    """Return the site of that name. Raises `UsageError` for another one."""
    if name not in ALL_SITES:
        raise UsageError(f"there is no site {name!r}", f"one of {', '.join(ALL_SITES)}")
    return ALL_SITES[name]
