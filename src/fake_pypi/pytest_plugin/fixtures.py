"""The fixtures. One set of sockets a session, one pair of instances a test; each is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.options import settings_of
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.fake.session_servers import SessionServers
    from fake_pypi.packages.package import Package
    from fake_pypi.pytest_plugin.building import PackageBuilders
    from fake_pypi.sites import Site

Telling = Callable[[], "dict[str, list[str]]"]
TOLD: pytest.StashKey[list[Telling]] = pytest.StashKey()
"""What the report of a test carries to the summary: asked for after the test, before its instances are gone."""
ERRORS: pytest.StashKey[list[Callable[[], list[BaseException]]]] = pytest.StashKey()
"""How to take what the applications behind a test's indexes raised: such errors fail that test."""


@pytest.fixture(scope="session")
def fake_pypi_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings of the session; override this fixture to change them for a directory of tests."""
    return settings_of(pytestconfig)


@pytest.fixture(scope="session")
def fake_pypi_servers() -> Iterator[SessionServers]:
    """The sockets of the session: addresses stay the same while instances come and go."""
    from fake_pypi.fake.session_servers import SessionServers

    servers = SessionServers()
    yield servers
    servers.close()
    _raise_first(servers.take_errors())


@pytest.fixture
def fake_pypi_indexes(
    request: pytest.FixtureRequest, fake_pypi_settings: Settings, fake_pypi_servers: SessionServers
) -> Iterator[FakeIndexes]:
    """A fresh PyPI and a fresh TestPyPI, which the marker `fake_pypi` may fill and loosen."""
    from fake_pypi.fake import FakeIndexes

    marked = _marked(request)
    indexes = FakeIndexes(
        wheelhouse=fake_pypi_settings.wheelhouse,
        upstream=fake_pypi_settings.upstream,
        without=(*fake_pypi_settings.without, *marked.pop("without", ())),
        servers=fake_pypi_servers,
    )
    with indexes:
        for index in indexes.both:
            _make_ready(request, index)
        _fill(indexes, marked)
        _tell(request, lambda: {"attempts": indexes.blocked_requests})
        request.node.stash.setdefault(ERRORS, []).append(fake_pypi_servers.take_errors)
        yield indexes
    _raise_first(fake_pypi_servers.take_errors())


@pytest.fixture
def fake_pypi(fake_pypi_indexes: FakeIndexes) -> FakePyPI:
    """A PyPI of this test's own."""
    return fake_pypi_indexes.pypi


@pytest.fixture
def fake_testpypi(fake_pypi_indexes: FakeIndexes) -> FakePyPI:
    """A TestPyPI of this test's own."""
    return fake_pypi_indexes.testpypi


@pytest.fixture
def fake_pypi_factory(request: pytest.FixtureRequest) -> Callable[..., FakePyPI]:
    """Make more indexes, with settings of their own: `fake_pypi_factory("testpypi", without=["…"])`."""
    from fake_pypi.fake import FakePyPI

    def make(site: str | Site = "pypi", **settings: Any) -> FakePyPI:
        index = FakePyPI(site, **settings)
        request.addfinalizer(lambda: _close(index))
        request.node.stash.setdefault(ERRORS, []).append(index.errors.take)
        _make_ready(request, index)
        return index

    return make


@pytest.fixture
def fake_pypi_shell(fake_pypi_indexes: FakeIndexes, fake_pypi_settings: Settings) -> Shell:
    """A clean home in which pypi.org is `fake_pypi` and test.pypi.org is `fake_testpypi`."""
    try:
        return fake_pypi_indexes.shell(strict=fake_pypi_settings.strict, pass_env=fake_pypi_settings.pass_env)
    except UsageError as mistake:
        pytest.fail(str(mistake), pytrace=False)


@pytest.fixture
def fake_pypi_venv(fake_pypi_shell: Shell, tmp_path: Path) -> VirtualEnvironment:
    """A new virtual environment whose pip and uv see only the fakes."""
    from fake_pypi.clients.venv import VirtualEnvironment

    return VirtualEnvironment(tmp_path / "venv", fake_pypi_shell)


@pytest.fixture
def fake_pypi_packages(tmp_path: Path) -> PackageBuilders:
    """Builders of wheels, sdists and whole projects: `.wheel("hello", "1.0")`, `.project("hello")`."""
    from fake_pypi.pytest_plugin.building import PackageBuilders

    return PackageBuilders(tmp_path)


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("fake_pypi"))):
        if marker.args:
            raise pytest.UsageError("the marker fake_pypi takes names only: fake_pypi(packages=[…], without=[…])")
        settings.update(marker.kwargs)
    return settings


def _fill(indexes: FakeIndexes, marked: dict[str, Any]) -> None:
    """Put the marker's packages into PyPI; its other settings are the index's own attributes."""
    packages: list[Package | str | Path] = list(marked.pop("packages", ()))
    if packages:
        from fake_pypi.pytest_plugin.building import built

        indexes.pypi.add(*(built(each) for each in packages))
    for name, value in marked.items():
        for index in indexes.both:
            for holder in (index.flags, index.limits):
                if hasattr(type(holder), name) or name.replace("_", "-") in getattr(holder, "KNOWN", ()):
                    setattr(holder, name, value)
                    break
            else:
                raise pytest.UsageError(f"the marker fake_pypi knows no {name!r}: it is no flag and no limit")


def _make_ready(request: pytest.FixtureRequest, index: FakePyPI) -> None:
    changed = request.config.hook.pytest_fake_pypi_rules(rule_set=index.rules, config=request.config)
    if changed is not None:
        index.rules = changed
    _tell(request, lambda: {"rejected": [str(rejection) for rejection in index.rejections]})
    request.config.hook.pytest_fake_pypi_ready(pypi=index, request=request)


def raise_errors(item: pytest.Item) -> None:
    """Raise the first error of the applications behind a test's indexes."""
    _raise_first([error for take in item.stash.get(ERRORS, []) for error in take()])


def _raise_first(errors: list[BaseException]) -> None:
    if errors:
        raise errors[0]


def _close(index: FakePyPI) -> None:
    index.close()
    _raise_first(index.errors.take())


def _tell(request: pytest.FixtureRequest, telling: Telling) -> None:
    request.node.stash.setdefault(TOLD, []).append(telling)
