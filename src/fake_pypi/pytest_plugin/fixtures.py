"""The fixtures: sockets for the session and a pair of indexes for each test, all made on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fake_pypi.errors import UsageError
from fake_pypi.pytest_plugin.failed_requests import remember_index
from fake_pypi.pytest_plugin.options import settings_of
from fake_pypi.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from fake_pypi.clients.shell import Shell
    from fake_pypi.clients.venv import VirtualEnvironment
    from fake_pypi.fake import FakeIndexes, FakePyPI
    from fake_pypi.fake.session_servers import SessionServers
    from fake_pypi.packages.package import Package
    from fake_pypi.pytest_plugin.package_builders import PackageBuilders
    from fake_pypi.sites import Site

Reporter = Callable[[], "dict[str, list[str]]"]
REPORTERS: pytest.StashKey[list[Reporter]] = pytest.StashKey()
"""Functions that return lines for the summary by section; called after the test, before its indexes are closed."""
ERRORS: pytest.StashKey[list[Callable[[], list[BaseException]]]] = pytest.StashKey()
"""Functions that return the exceptions in the servers of a test's indexes; such an exception fails the test."""


@pytest.fixture(scope="session")
def fake_pypi_settings(pytestconfig: pytest.Config) -> Settings:
    """The settings of the session; override this fixture to change them for a directory of tests."""
    return settings_of(pytestconfig)


@pytest.fixture(scope="session")
def fake_pypi_servers() -> Iterator[SessionServers]:
    """The sockets of the session: all tests have the same addresses, but their own indexes."""
    from fake_pypi.fake.session_servers import SessionServers

    servers = SessionServers()
    yield servers
    servers.close()
    _raise_first(servers.take_errors())


@pytest.fixture
def fake_pypi_indexes(
    request: pytest.FixtureRequest, fake_pypi_settings: Settings, fake_pypi_servers: SessionServers
) -> Iterator[FakeIndexes]:
    """A new PyPI and TestPyPI, with the packages and settings of the marker `fake_pypi`."""
    from fake_pypi.fake import FakeIndexes

    marker_settings = _marker_settings(request)
    indexes = FakeIndexes(
        wheelhouse=fake_pypi_settings.wheelhouse,
        upstream=fake_pypi_settings.upstream,
        without=(*fake_pypi_settings.without, *marker_settings.pop("without", ())),
        as_of=_date(marker_settings.pop("as_of", fake_pypi_settings.as_of)),
        servers=fake_pypi_servers,
    )
    with indexes:
        for index in indexes.all:
            _prepare(request, index)
        _apply_marker(indexes, marker_settings)
        _add_reporter(request, lambda: {"blocked_requests": indexes.blocked_requests})
        request.node.stash.setdefault(ERRORS, []).append(fake_pypi_servers.take_errors)
        yield indexes
    _raise_first(fake_pypi_servers.take_errors())


@pytest.fixture
def fake_pypi(fake_pypi_indexes: FakeIndexes) -> FakePyPI:
    """The PyPI of this test."""
    return fake_pypi_indexes.pypi


@pytest.fixture
def fake_testpypi(fake_pypi_indexes: FakeIndexes) -> FakePyPI:
    """The TestPyPI of this test."""
    return fake_pypi_indexes.testpypi


@pytest.fixture
def fake_pypi_factory(request: pytest.FixtureRequest) -> Callable[..., FakePyPI]:
    """A function that makes more indexes: `fake_pypi_factory("testpypi", without=["…"])`."""
    from fake_pypi.fake import FakePyPI

    def make(site: str | Site = "pypi", **settings: Any) -> FakePyPI:
        index = FakePyPI(site, **settings)
        request.addfinalizer(lambda: _close(index))
        request.node.stash.setdefault(ERRORS, []).append(index.errors.take)
        _prepare(request, index)
        return index

    return make


@pytest.fixture
def fake_pypi_shell(fake_pypi_indexes: FakeIndexes, fake_pypi_settings: Settings) -> Shell:
    """A shell with a clean home, in which pypi.org is `fake_pypi` and test.pypi.org is `fake_testpypi`."""
    try:
        return fake_pypi_indexes.shell(strict=fake_pypi_settings.strict, pass_env=fake_pypi_settings.pass_env)
    except UsageError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def fake_pypi_venv(fake_pypi_shell: Shell, tmp_path: Path) -> VirtualEnvironment:
    """A new virtual environment whose pip and uv use only the fake indexes."""
    from fake_pypi.clients.venv import VirtualEnvironment

    return VirtualEnvironment(tmp_path / "venv", fake_pypi_shell)


@pytest.fixture
def fake_pypi_packages(tmp_path: Path) -> PackageBuilders:
    """Builders of wheels, sdists and projects: `.wheel("hello", "1.0")`, `.project("hello")`."""
    from fake_pypi.pytest_plugin.package_builders import PackageBuilders

    return PackageBuilders(tmp_path)


def _marker_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("fake_pypi"))):
        if marker.args:
            raise pytest.UsageError("the marker fake_pypi has keyword arguments only: packages=[…], without=[…], …")
        settings.update(marker.kwargs)
    return settings


def _date(as_of: str | date | None) -> str | None:
    """Return the date of the marker or the settings. Raises `pytest.UsageError` if it cannot be used."""
    if as_of is None:
        return None
    from fake_pypi.rules.rules_by_date import rule_date

    try:
        return rule_date(as_of)
    except UsageError as error:
        raise pytest.UsageError(f"the marker fake_pypi: {error}") from None


def _apply_marker(indexes: FakeIndexes, settings: dict[str, Any]) -> None:
    """Add the marker's faults to both indexes and its packages to PyPI, and set its flags and limits on both."""
    _add_faults(indexes, settings.pop("faults", ()))
    packages: list[Package | str | Path] = list(settings.pop("packages", ()))
    if packages:
        from fake_pypi.pytest_plugin.package_builders import as_package

        indexes.pypi.add(*(as_package(package) for package in packages))
    for name, value in settings.items():
        for index in indexes.all:
            for holder in (index.flags, index.limits):
                if hasattr(type(holder), name) or name.replace("_", "-") in getattr(holder, "KNOWN", ()):
                    setattr(holder, name, value)
                    break
            else:
                raise pytest.UsageError(f"the marker fake_pypi has no setting {name!r}: it is no flag and no limit")


def _add_faults(indexes: FakeIndexes, faults: str | Iterable[str]) -> None:
    """Add the marker's faults to both indexes. Raises `pytest.UsageError` for one that cannot be read."""
    for fault in (faults,) if isinstance(faults, str) else faults:
        for index in indexes.all:
            try:
                index.faults.add(fault)
            except UsageError as error:
                raise pytest.UsageError(f"the marker fake_pypi: {error}") from None


def _prepare(request: pytest.FixtureRequest, index: FakePyPI) -> None:
    rule_set = request.config.hook.pytest_fake_pypi_rules(rule_set=index.rules, config=request.config)
    if rule_set is not None:
        index.rules = rule_set
    remember_index(request.node, index)
    _add_reporter(request, lambda: {"rejected": [str(rejection) for rejection in index.rejections]})
    _add_reporter(request, lambda: {"faults": [f"{index.site.title}: {fault}" for fault in index.faults.report]})
    request.config.hook.pytest_fake_pypi_ready(pypi=index, request=request)


def raise_errors(item: pytest.Item) -> None:
    """Raise the first exception in the servers of a test's indexes."""
    _raise_first([error for take in item.stash.get(ERRORS, []) for error in take()])


def _raise_first(errors: list[BaseException]) -> None:
    if errors:
        raise errors[0]


def _close(index: FakePyPI) -> None:
    index.close()
    _raise_first(index.errors.take())


def _add_reporter(request: pytest.FixtureRequest, reporter: Reporter) -> None:
    request.node.stash.setdefault(REPORTERS, []).append(reporter)
