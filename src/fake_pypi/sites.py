"""The sites that can be imitated, one value each: everything that differs between pypi.org and test.pypi.org.

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
        """Every name, each once."""
        return tuple(dict.fromkeys((self.index, self.upload, self.files, *self.others)))


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
    environment, from wheelhouses or from another index.
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
"""Every site, by its name."""


def site_named(name: str) -> Site:
    """Return the site of that name. Raises `UsageError` for another one."""
    if name not in SITES:
        raise UsageError(f"there is no site {name!r}", f"one of {', '.join(SITES)}")
    return SITES[name]
