"""Endpoints about projects, their releases, files and roles, and packages that are added without an upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fake_pypi.errors import NotFound
from fake_pypi.fake.control.account_endpoints import SITE
from fake_pypi.fake.control.pairs import index_of
from fake_pypi.fake.projects import File, Project, Release
from fake_pypi.fake.pypi import FakePyPI
from fake_pypi.index.projects import Role, Status
from fake_pypi.packages.package import Package
from fake_pypi.packages.sdist import sdist
from fake_pypi.packages.wheel import wheel
from fake_pypi.web.control.endpoints import EndpointTable
from fake_pypi.web.control.json_values import Bounds, Name, Text

ENDPOINTS = EndpointTable()
PROJECT = f"{SITE}/projects/{{project}}"
RELEASE = f"{PROJECT}/releases/{{version}}"

Days = Annotated[float, Bounds(minimum=-1e6, maximum=1e6)]
Filename = Annotated[str, Bounds(pattern="[^/\\\\\\u0000-\\u001f]+", longest=255)]
OrganizationRole = Literal["owner", "billing manager", "manager", "member"]


@dataclass(frozen=True)
class ProjectNames:
    """The names of projects."""

    names: list[str]


@dataclass(frozen=True)
class FileSummary:
    """A file of the index, with the name of its project and its version."""

    project: str
    version: str
    file: File


@dataclass(frozen=True)
class AddedFiles:
    """The names of files that were added."""

    filenames: Sequence[str]


@dataclass(frozen=True)
class Pruned:
    """The releases that were deleted."""

    releases: list[str]


def _project(pypi: FakePyPI, name: str) -> Project:
    project = pypi.projects.get(name)
    if project is None:
        raise NotFound("project", name, [row.name for row in pypi.index.projects.all()])
    return project


@ENDPOINTS.add("GET", f"{SITE}/projects", subject=index_of)
def list_projects(pypi: FakePyPI) -> ProjectNames:
    """List the names of the projects."""
    return ProjectNames([row.name for row in pypi.index.projects.all()])


@ENDPOINTS.add("POST", f"{SITE}/projects", subject=index_of, status=201)
def add_project(pypi: FakePyPI, *, name: Name, owner: str | None = None) -> Project:
    """Register a project without a release; it belongs to the default user if no owner is named."""
    if pypi.projects.get(name) is None:
        pypi.projects.add(name, owner=owner)
    return _project(pypi, name)


@ENDPOINTS.add("GET", PROJECT, subject=index_of)
def show_project(pypi: FakePyPI, *, project: str) -> Project:
    """Show a project with its releases, files and roles."""
    return _project(pypi, project)


@ENDPOINTS.add("PATCH", PROJECT, subject=index_of)
def change_project(pypi: FakePyPI, *, project: str, status: Status) -> Project:
    """Change the status of a project: archive it, quarantine it, make it active again."""
    pypi.set_status(project, status)
    return _project(pypi, project)


@ENDPOINTS.add("DELETE", PROJECT, subject=index_of, status=204)
def delete_project(pypi: FakePyPI, *, project: str, user: str | None = None) -> None:
    """Delete a project. The names of its files cannot be used again.

    With `user`, that user deletes it on the web site, with its own permissions.
    """
    pypi.delete(project, user=user)


@ENDPOINTS.add("GET", RELEASE, subject=index_of)
def show_release(pypi: FakePyPI, *, project: str, version: str) -> Release:
    """Show a release with its files."""
    releases = _project(pypi, project).releases
    if version not in releases:
        raise NotFound("release", version, releases)
    return releases[version]


@ENDPOINTS.add("PATCH", RELEASE, subject=index_of)
def change_release(pypi: FakePyPI, *, project: str, version: str, status: Status) -> Project:
    """Change the status of a release."""
    pypi.set_status(project, status, version=version)
    return _project(pypi, project)


@ENDPOINTS.add("DELETE", RELEASE, subject=index_of, status=204)
def delete_release(pypi: FakePyPI, *, project: str, version: str, user: str | None = None) -> None:
    """Delete a release. The names of its files cannot be used again."""
    pypi.delete(project, version, user=user)


@ENDPOINTS.add("POST", f"{RELEASE}/yank", subject=index_of)
def yank_release(pypi: FakePyPI, *, project: str, version: str, reason: str = "", user: str | None = None) -> Project:
    """Yank a release: installers ignore it unless its exact version is wanted.

    With `user`, that user yanks it on the web site, with its own permissions.
    """
    pypi.yank(project, version, reason, user=user)
    return _project(pypi, project)


@ENDPOINTS.add("POST", f"{RELEASE}/unyank", subject=index_of)
def unyank_release(pypi: FakePyPI, *, project: str, version: str, user: str | None = None) -> Project:
    """Unyank a release."""
    pypi.unyank(project, version, user=user)
    return _project(pypi, project)


@ENDPOINTS.add("POST", f"{RELEASE}/backdate", subject=index_of)
def backdate_release(pypi: FakePyPI, *, project: str, version: str, days: Days) -> Project:
    """Set the creation of a release back by some days."""
    pypi.backdate(project, version, days=days)
    return _project(pypi, project)


@ENDPOINTS.add("GET", f"{SITE}/files/{{filename}}", subject=index_of)
def show_file(pypi: FakePyPI, *, filename: str) -> FileSummary:
    """Show a file, with its project and version."""
    row = pypi.index.releases.file(filename)
    project = None if row is None else pypi.index.projects.by_id(row.project)
    if row is None or project is None:
        raise NotFound("file", filename, pypi.index.releases.filenames())
    releases = _project(pypi, project.name).releases.values()
    return next(
        FileSummary(project.name, release.version, file)
        for release in releases
        for file in release.files
        if file.filename == row.filename
    )


@ENDPOINTS.add("DELETE", f"{SITE}/files/{{filename}}", subject=index_of, status=204)
def delete_file(pypi: FakePyPI, *, filename: str, user: str | None = None) -> None:
    """Delete a file. Its name cannot be used again."""
    pypi.delete(filename=filename, user=user)


@ENDPOINTS.add("PUT", f"{PROJECT}/roles/{{member}}", subject=index_of)
def set_role(pypi: FakePyPI, *, project: str, member: str, role: Role, user: str | None = None) -> Project:
    """Give a user a role in a project, or change it."""
    name = pypi.users.resolve(member).name
    if name in _project(pypi, project).roles:
        pypi.change_role(project, member, role, user=user)
    else:
        pypi.projects.add(project, owner=member, role=role)
    return _project(pypi, project)


@ENDPOINTS.add("DELETE", f"{PROJECT}/roles/{{member}}", subject=index_of, status=204)
def remove_role(pypi: FakePyPI, *, project: str, member: str, user: str | None = None) -> None:
    """Remove the role of a user in a project."""
    pypi.remove_role(project, member, user=user)


@ENDPOINTS.add("POST", f"{SITE}/organizations", subject=index_of, status=201)
def add_organization(
    pypi: FakePyPI,
    *,
    name: Name,
    project: str,
    active: bool = True,
    type: Literal["Community", "Company"] = "Community",
    members: dict[str, OrganizationRole] | None = None,
) -> Project:
    """Make an organization the owner of a project. `members` are users with their role."""
    pypi.add_organization(name, project=project, active=active, type=type, members=members)
    return _project(pypi, project)


@ENDPOINTS.add("POST", f"{SITE}/prune", subject=index_of)
def prune_releases(pypi: FakePyPI, *, older_than: Days) -> Pruned:
    """Delete the releases that are older than that many days, as TestPyPI does at times."""
    return Pruned(pypi.prune(older_than=older_than))


@ENDPOINTS.add("POST", f"{SITE}/packages", subject=index_of, status=201)
def make_package(
    pypi: FakePyPI,
    *,
    name: Name,
    version: Text = "1.0",
    format: Literal["wheel", "sdist"] = "wheel",
    requires_python: Text | None = None,
    dependencies: list[Text] | None = None,
) -> AddedFiles:
    """Make a package and add it as if it had been uploaded: no rule is checked."""
    make = {"wheel": wheel, "sdist": sdist}[format]
    package = make(name, version, requires_python=requires_python, dependencies=tuple(dependencies or ()))
    pypi.seeding.add(package)
    return AddedFiles([package.filename])


@ENDPOINTS.add("PUT", f"{SITE}/packages/{{filename}}", subject=index_of, status=201)
def add_file(pypi: FakePyPI, *, filename: Filename, content: Path) -> AddedFiles:
    """Add a wheel or an sdist, whose bytes are the body, as if it had been uploaded: no rule is checked."""
    pypi.seeding.add(Package(filename, source=content))
    return AddedFiles([filename])


@ENDPOINTS.add("POST", f"{SITE}/scenario", subject=index_of, status=201)
def add_scenario(pypi: FakePyPI, *, toml: Annotated[str, Bounds(longest=1_000_000)]) -> AddedFiles:
    """Add the packages of a scenario, given as the text of its TOML file, with their yanks."""
    scenario = pypi.seeding.add_scenario_text(toml)
    return AddedFiles([package.filename for package in scenario.packages])


@ENDPOINTS.add("POST", f"{SITE}/squat", subject=index_of, status=201)
def squat_project(pypi: FakePyPI, *, name: Name, version: Text = "99.0") -> Project:
    """Add a project of that name with one release that belongs to another user, as in dependency confusion."""
    pypi.seeding.squat(name, version)
    return _project(pypi, name)
