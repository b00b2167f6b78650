"""The part of an index's public face that fills it: from scenario files, from requirements, by strangers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.fake.lifecycle import Lifecycle
from fake_pypi.fake.sources import sources_for

if TYPE_CHECKING:
    from fake_pypi.packages.scenario import Scenario

STRANGER = "stranger"


class Supply(Lifecycle):
    """More than one package at a time."""

    def add_scenario(self, path: str | Path) -> Scenario:
        """Put the packages of a scenario file (TOML) there, yanked where it says so; return what it says.

        >>> pypi.add_scenario("diamond.toml").description           # doctest: +SKIP
        'two projects want different versions of a third'

        What cannot be understood is a `InvalidScenario`, and then nothing is added.
        """
        from fake_pypi.packages.scenario import load_scenario

        scenario = load_scenario(path)
        with self.index.db.transaction():
            self.add(*scenario.packages)
            for release in scenario.releases:
                if release.yanked:
                    reason = release.yanked if isinstance(release.yanked, str) else ""
                    self.yank(release.project, release.version, reason)
        return scenario

    def add_requirements(self, path: str | Path) -> list[str]:
        """Put all that a requirements file needs there, from the running environment; return the file names.

        What is not installed here is a `RequirementsNotInstalled`, and then nothing is added.
        """
        from fake_pypi.packages.requirements import load_requirements

        packages = load_requirements(path, sources_for(installed=True))
        self.add(*packages)
        return [package.filename for package in packages]

    def squat(self, name: str, version: str = "99.0") -> None:
        """Let a stranger own a project of that name, with one release: what dependency confusion is made of.

        >>> testpypi.squat("my-internal-helper")                    # doctest: +SKIP
        """
        from fake_pypi.fake.seeding import seed
        from fake_pypi.packages.wheel import wheel

        owner = self.index.accounts.get(STRANGER) or self.index.accounts.add(STRANGER)
        seed(self.instance, wheel(name, version, summary="Not what you were looking for"), owner)
