"""Open the indexes of a session on its sockets: PyPI and TestPyPI, or another server in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.sites import ALL_SITES, Site, other_server_named
from fake_pypi.web.data_folder import make_root_of_pair, reported_errors, restrict, restricted

if TYPE_CHECKING:
    from datetime import date

    from fake_pypi.packages.package_source import PackageSource
    from fake_pypi.serving.server import Server

OPTIONS_OF_PYPI = {
    "without": "has no rules",
    "as_of": "has no rules of PyPI",
    "wheelhouse": "has no fallback packages",
    "upstream": "has no fallback packages",
    "testpypi_port": "has one address",
}
"""The options that do not fit another server, with the reasons."""


def checked_server(name: str | None, **options: object) -> Site | None:
    """Return the server of that name, None for None, which is PyPI with TestPyPI.

    Raises `UsageError` for an unknown name, and for an option in `OPTIONS_OF_PYPI` that is given for another server.
    """
    if name is None:
        return None
    site = other_server_named(name)
    for option, value in options.items():
        if value:
            raise UsageError(f"{site.title} {OPTIONS_OF_PYPI[option]}", f"leave {option} out")
    return site


def open_indexes(
    servers: Mapping[str, Server],
    *,
    data: str | Path | None,
    without: Sequence[str],
    as_of: str | date | None,
    sources: Sequence[PackageSource],
) -> tuple[dict[str, FakePyPI], list[str]]:
    """Open an index on each socket, and return them by the names of their sites, with notices about the folder above.

    The rules `without` are left out; the others are those of the day `as_of`. `sources` are for sites that have
    fallback packages. Raises `UsageError` for a folder that belongs to something else or is in use.
    """
    if data is not None:
        make_root_of_pair(Path(data), frozenset(ALL_SITES))
    opened: dict[str, FakePyPI] = {}
    notices = []
    try:
        for name, server in servers.items():
            site, folder = ALL_SITES[name], None if data is None else Path(data) / name
            own_sources = sources if site.has_fallback_packages else ()
            opened[name] = FakePyPI(site, data=folder, without=without, as_of=as_of, sources=own_sources, server=server)
        if data is not None:
            with reported_errors(Path(data)):
                if restrict(Path(data)):
                    notices.append(restricted(Path(data)))
    except BaseException:
        for index in opened.values():
            index.close()
        raise
    return opened, notices
