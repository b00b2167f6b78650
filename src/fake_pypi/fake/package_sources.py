"""The package sources of an index, in the order of their priority."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.temporary import new_folder

if TYPE_CHECKING:
    from fake_pypi.packages.package_source import PackageSource


def sources_for(
    *,
    installed: bool = False,
    wheelhouse: str | Path | Iterable[str | Path] = (),
    upstream: str | None = None,
    without: Iterable[str] = (),
) -> tuple[PackageSource, ...]:
    """Return the sources: the running environment, then folders, then a real index if `upstream` names one.

    `without` are normalized names that are not taken from the environment: the project under rehearsal.
    """
    folders = [wheelhouse] if isinstance(wheelhouse, (str, Path)) else list(wheelhouse)
    sources: list[PackageSource] = []
    if installed:
        from fake_pypi.packages.installed_packages import InstalledPackages

        sources.append(InstalledPackages(repacked_wheels(), without=frozenset(without)))
    if folders:
        from fake_pypi.packages.wheelhouse_packages import WheelhousePackages

        sources.extend(WheelhousePackages(Path(folder)) for folder in folders)
    if upstream is not None:
        from fake_pypi.fake.upstream import UpstreamPackages

        sources.append(UpstreamPackages(upstream, repacked_wheels()))
    return tuple(sources)


@cache
def repacked_wheels() -> Path:
    """Return the folder of the wheels that this process re-packed; it is removed when the process ends."""
    return new_folder("wheels")
