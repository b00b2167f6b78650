"""Where other people's distributions come from, in the order in which they are asked."""

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
    """Return the sources: the running environment, then folders, then (only when asked) a real index.

    `without` are normalized names that the environment does not offer: the project under rehearsal.
    """
    folders = [wheelhouse] if isinstance(wheelhouse, (str, Path)) else list(wheelhouse)
    found: list[PackageSource] = []
    if installed:
        from fake_pypi.packages.installed_packages import InstalledPackages

        found.append(InstalledPackages(repacked_wheels(), without=frozenset(without)))
    if folders:
        from fake_pypi.packages.wheelhouse_packages import WheelhousePackages

        found.extend(WheelhousePackages(Path(folder)) for folder in folders)
    if upstream is not None:
        from fake_pypi.fake.upstream import UpstreamPackages

        found.append(UpstreamPackages(upstream, repacked_wheels()))
    return tuple(found)


@cache
def repacked_wheels() -> Path:
    """Return the folder where this process keeps what it re-packed; it goes when the process ends."""
    return new_folder("wheels")
