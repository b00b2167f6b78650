"""What the environment resolves is enough for pip."""

from __future__ import annotations

from pathlib import Path

from fake_pypi.packages.installed_packages import InstalledPackages
from fake_pypi.packages.requirements import resolve
from tests.e2e.packages.pip import install


def test_what_the_environment_resolves_is_enough_for_pip(tmp_path: Path) -> None:
    resolved = resolve(["hatchling", "twine"], [InstalledPackages(tmp_path / "cache")])
    assert resolved.missing == ()
    for package in resolved.packages:
        package.write_to(tmp_path / "links")
    install(tmp_path / "site", "--find-links", tmp_path / "links", "hatchling", "twine")
    assert (tmp_path / "site" / "twine" / "__init__.py").is_file()
