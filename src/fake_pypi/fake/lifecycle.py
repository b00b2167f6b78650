"""The part of an index's public face that is about releases: added, uploaded, yanked, deleted, archived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fake_pypi.errors import NotFound, UsageError
from fake_pypi.fake.project import Project
from fake_pypi.fake.standing import Standing
from fake_pypi.packages.package import Package

if TYPE_CHECKING:
    from fake_pypi.index.projects import ProjectRow, Status
    from fake_pypi.web.propagation import Propagation

DAY = 86_400  # seconds
Dist = Package | Path | str


class Lifecycle(Standing):
    """Releases, from the first file to the last."""

    def project(self, name: str) -> Project | None:
        """Return a project as it is now, or None."""
        return Project.of(self.index, name)

    def add(self, *dists: Dist) -> None:
        """Put files there without asking the rules: built packages, files, or folders full of them.

        A project that is new belongs to the default user, who may go on uploading to it.
        """
        from fake_pypi.fake.seeding import seed

        with self.index.db.transaction():
            for package in packages_in(dists):
                seed(self.instance, package, self.user)

    def yank(self, project: str, version: str, reason: str = "") -> None:
        """Yank a release: installers pass it over unless it is asked for exactly."""
        self.index.releases.yank(self.index.projects[project], version, reason)

    def unyank(self, project: str, version: str) -> None:
        """Take a yank back."""
        self.index.releases.unyank(self.index.projects[project], version)

    def delete(self, project: str | None = None, version: str | None = None, *, filename: str | None = None) -> None:
        """Delete a file, a release, or a whole project. The file names can never be used again.

        A `filename` alone is enough; what is not there is a `NotFound` that names what is.
        """
        if filename is not None:
            owner = self._owner_of(filename) if project is None else self.index.projects[project]
            self.instance.discard(self.index.releases.delete_file(owner, filename).path)
            return
        if project is None:
            raise UsageError("nothing was named to delete", "name a project, a release or a filename")
        row = self.index.projects[project]
        with self.index.db.transaction():
            if version is None:
                gone = self.index.releases.delete_all(row)
                self.index.projects.delete(project)
            else:
                gone = self.index.releases.delete(row, version)
        for file in gone:
            self.instance.discard(file.path)

    def set_status(self, project: str, status: Status, *, version: str | None = None) -> None:
        """Archive, quarantine or re-activate a project, or one release of it."""
        if version is None:
            self.index.projects.set_status(project, status)
        else:
            self.index.releases.set_status(self.index.projects[project], version, status)

    @property
    def propagation(self) -> Propagation:
        """How late changes show: `pypi.propagation.delay("simple", seconds=60)`."""
        return self.instance.propagation

    def prune(self, *, older_than: float) -> list[str]:
        """Delete the releases that are older than so many days, as TestPyPI does now and then; return what went.

        >>> testpypi.prune(older_than=180)                          # doctest: +SKIP
        ['hello 1.0']
        """
        latest = self.index.clock.timestamp() - older_than * DAY
        gone: list[str] = []
        for project in self.index.projects.all():
            for release in self.index.releases.of(project):
                if release.created < latest:
                    self.delete(project.name, release.version)
                    gone.append(f"{project.name} {release.version}")
        return gone

    def backdate(self, project: str, version: str, *, days: float) -> None:
        """Let a release have been made so many days earlier; nothing else moves."""
        self.index.releases.make_older(self.index.projects[project], version, days)

    def _owner_of(self, filename: str) -> ProjectRow:
        file = self.index.releases.file(filename)
        owner = None if file is None else self.index.projects.by_id(file.project)
        if owner is None:
            raise NotFound("file", filename, self.index.releases.filenames())
        return owner


def packages_in(dists: tuple[Dist, ...]) -> list[Package]:
    """Return the packages behind paths, folders and packages; a folder without any is a `UsageError`."""
    found: list[Package] = []
    for dist in dists:
        if isinstance(dist, Package):
            found.append(dist)
        elif Path(dist).is_dir():
            found.extend(_in_folder(Path(dist)))
        elif Path(dist).is_file():
            found.append(Package.at(Path(dist)))
        else:
            raise UsageError(f"there is no file {str(dist)!r}", "name a wheel, an sdist or a folder of them")
    return found


def _in_folder(folder: Path) -> list[Package]:
    files = sorted(each for each in folder.iterdir() if each.name.endswith((".whl", ".tar.gz", ".zip")))
    if not files:
        raise UsageError(f"there is no wheel and no sdist in {str(folder)!r}", "build the project first")
    return [Package.at(each) for each in files]
