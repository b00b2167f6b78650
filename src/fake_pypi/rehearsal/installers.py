"""The command lines and messages of pip and uv, which install the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fake_pypi.settings import InstallerName


@dataclass(frozen=True)
class Installer:
    """A tool that installs releases.

    >>> INSTALLERS["uv"].install_command
    'uv pip install'

    `from_testpypi` are the options of an installation from TestPyPI with requirements from PyPI, `dry_run` those that
    show what would be installed. `not_found` is the message for a release that cannot be installed by its name.
    `cache_variable` names the variable of the cache, which is shared by installations if `shares_cache`.
    """

    install_command: str
    check_command: str
    from_testpypi: str
    dry_run: str
    not_found: str
    cache_variable: str
    shares_cache: bool


BOTH_INDEXES = "--index-url https://test.pypi.org/simple/ --extra-index-url https://pypi.org/simple/"

INSTALLERS: Mapping[InstallerName, Installer] = {
    "pip": Installer(
        install_command="pip install",
        check_command="pip check",
        from_testpypi=BOTH_INDEXES,
        dry_run="--dry-run --no-deps --ignore-installed",
        not_found="No matching distribution found",
        cache_variable="PIP_CACHE_DIR",
        shares_cache=True,
    ),
    "uv": Installer(
        install_command="uv pip install",
        check_command="uv pip check",
        # Else uv takes a project from the first index that has any release of it.
        from_testpypi=f"{BOTH_INDEXES} --index-strategy unsafe-best-match",
        dry_run="--dry-run --no-deps --reinstall",
        not_found="No solution found",
        cache_variable="UV_CACHE_DIR",
        # uv would not ask PyPI again for a project that was not there yet.
        shares_cache=False,
    ),
}
