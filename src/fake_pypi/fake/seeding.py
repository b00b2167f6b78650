"""Add packages to a fake index without an upload: files, scenario files, requirements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import UsageError
from fake_pypi.fake.package_sources import sources_for
from fake_pypi.operations import releases, users
from fake_pypi.operations.actor import ADMINISTRATOR
from fake_pypi.packages.package import Package

if TYPE_CHECKING:
    from fake_pypi.fake.rules_of_day import RulesOfDay
    from fake_pypi.fake.users import FakeUsers
    from fake_pypi.index import Index
    from fake_pypi.operations.file_storage import FileStorage
    from fake_pypi.packages.scenario import Scenario

Dist = Package | Path | str
OTHER_USER = "other-user"
"""The name of the user who owns squatted projects."""


class Seeding:
    """Packages added as if an authorized user had uploaded them: no rule is checked.

    A project that is new belongs to the default user, who can upload to it.
    """

    def __init__(self, index: Index, users: FakeUsers, files: FileStorage, rules: RulesOfDay) -> None:
        self._index = index
        self._users = users
        self._files = files
        self._rules = rules

    def add(self, *dists: Dist) -> None:
        """Add files: built packages, paths of files, or folders of them."""
        from fake_pypi.operations.seeding import seed

        with self._index.db.transaction():
            for package in packages_in(dists):
                seed(self._index, ADMINISTRATOR, package, self._users.default, files=self._files)

    def add_scenario(self, path: str | Path) -> Scenario:
        """Add the packages of a scenario file (TOML), with their yanks, and follow its date; return the scenario.

        >>> pypi.add_scenario("diamond.toml").description           # doctest: +SKIP
        'two projects want different versions of a third'

        A file that cannot be understood raises `InvalidScenario`, and then nothing is added.
        """
        from fake_pypi.packages.scenario import load_scenario

        return self._add(load_scenario(path))

    def add_scenario_text(self, text: str) -> Scenario:
        """Add the packages of a scenario, given as the text of its file. Raises `InvalidScenario`."""
        from fake_pypi.packages.scenario import parse_scenario

        return self._add(parse_scenario(text))

    def _add(self, scenario: Scenario) -> Scenario:
        if scenario.as_of:
            self._rules.choose(scenario.as_of)
        with self._index.db.transaction():
            self.add(*scenario.packages)
            for release in scenario.releases:
                if release.yanked:
                    reason = release.yanked if isinstance(release.yanked, str) else ""
                    releases.yank(self._index, ADMINISTRATOR, release.project, release.version, reason)
        return scenario

    def add_requirements(self, path: str | Path) -> list[str]:
        """Add everything that a requirements file needs, from the running environment; return the file names.

        A requirement that is not installed raises `RequirementsNotInstalled`, and then nothing is added.
        """
        from fake_pypi.packages.requirements import load_requirements

        packages = load_requirements(path, sources_for(installed=True))
        self.add(*packages)
        return [package.filename for package in packages]

    def squat(self, name: str, version: str = "99.0") -> None:
        """Add a project of that name with one release that belongs to another user, as in dependency confusion.

        >>> testpypi.squat("my-internal-helper")                    # doctest: +SKIP
        """
        from fake_pypi.operations.seeding import seed
        from fake_pypi.packages.wheel import wheel

        owner = users.get_or_add(self._index, ADMINISTRATOR, OTHER_USER)
        package = wheel(name, version, summary="Not what you were looking for")
        seed(self._index, ADMINISTRATOR, package, owner, files=self._files)


def packages_in(dists: tuple[Dist, ...]) -> list[Package]:
    """Return the packages of paths, folders and packages; a folder without any raises `UsageError`."""
    packages: list[Package] = []
    for dist in dists:
        if isinstance(dist, Package):
            packages.append(dist)
        elif Path(dist).is_dir():
            packages.extend(_in_folder(Path(dist)))
        elif Path(dist).is_file():
            packages.append(Package.at(Path(dist)))
        else:
            raise UsageError(f"there is no file {str(dist)!r}", "name a wheel, an sdist or a folder of them")
    return packages


def _in_folder(folder: Path) -> list[Package]:
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".whl", ".tar.gz", ".zip")))
    if not files:
        raise UsageError(f"there is no wheel and no sdist in {str(folder)!r}", "build the project first")
    return [Package.at(path) for path in files]
