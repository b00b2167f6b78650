"""The projects of one repository: which are released, in which order, and which are not."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.declared_requirements import DeclaredRequirements, table_at, texts_in
from fake_pypi.rehearsal.release_order import ReleaseOrder
from fake_pypi.rehearsal.source_project import FILES, SourceProject, read_pyproject
from fake_pypi.rehearsal.workspace_members import has_project_file, member_folders, undeclared_members


@dataclass(frozen=True)
class UnpublishedProject:
    """A project or folder that is not released, and why.

    `name` is the normalized name of the project; None if there is none.
    """

    folder: Path
    reason: str
    name: str | None = None


@dataclass(frozen=True)
class Monorepo:
    """The projects of a repository.

    >>> [project.name for project in Monorepo.at(Path("examples/uv-workspace")).projects]       # doctest: +SKIP
    ['harbour-core', 'harbour-cli']

    `groups` are the projects that depend on each other, in order of release; `cycles` are names, the last of which is
    the first again.
    """

    groups: tuple[tuple[SourceProject, ...], ...]
    unpublished: tuple[UnpublishedProject, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def at(cls, root: Path) -> Monorepo | None:
        """Return the projects of a root folder; None if it is no repository of several projects.

        Raise a `UsageError` if a pyproject.toml cannot be read.
        """
        root = root.absolute()
        released, unpublished = _sorted_out([root] if has_project_file(root) else [], needs_build_system=True)
        members = member_folders(root)
        if not members and not released:
            members = undeclared_members(root)
        if not members:
            return None
        unpublished = [other for other in unpublished if other.reason != NO_PROJECT]
        has_virtual_members = bool(table_at(_pyproject(root), "tool", "uv", "workspace"))
        of_members, others = _sorted_out(members, needs_build_system=has_virtual_members)
        return cls.of([*released, *of_members], [*unpublished, *others])

    @classmethod
    def named(cls, paths: Sequence[str | Path]) -> Monorepo:
        """Return the projects that paths name: folders of projects, roots with several projects, and patterns.

        Of several paths, those that are no project are listed as unpublished; a single path has to be one. Raise a
        `UsageError` if no project is left.
        """
        folders = [folder for path in paths for folder in _expanded(path)]
        if len(folders) == 1:
            return cls._single(folders[0])
        parts = []
        for folder in map(_folder, folders):
            if not folder.exists():
                raise UsageError(f"there is no folder {str(folder)!r}", "give the folders of projects")
            parts.append(cls.at(folder) or cls.of(*_sorted_out([folder], needs_build_system=False)))
        return cls.joined(parts).with_projects()

    @classmethod
    def _single(cls, path: Path) -> Monorepo:
        monorepo = cls.at(_folder(path))
        return cls.of([SourceProject.at(path)]) if monorepo is None else monorepo.with_projects()

    def with_projects(self) -> Monorepo:
        """Return the same; raise a `UsageError` if none of the projects is released."""
        if not self.groups:
            named = "; ".join(f"{other.folder.name}: {other.reason}" for other in self.unpublished)
            raise UsageError(f"none of these is a project to release ({named})", "give the folders of projects")
        return self

    @classmethod
    def of(cls, projects: Iterable[SourceProject], unpublished: Iterable[UnpublishedProject] = ()) -> Monorepo:
        """Sort projects by their requirements. Raise a `UsageError` if two have the same name."""
        by_name: dict[str, SourceProject] = {}
        for project in {project.file: project for project in projects}.values():
            name = project.name or str(project.root)
            if name in by_name:
                raise UsageError(
                    f"{str(by_name[name].file)!r} and {str(project.file)!r} both have the name {name}",
                    "PyPI has one project of a name: rename one, or name the folders to rehearse",
                )
            by_name[name] = project
        order = ReleaseOrder.of({name: DeclaredRequirements.of(project) for name, project in by_name.items()})
        groups = tuple(tuple(by_name[name] for name in group) for group in order.groups)
        others = {other.folder: other for other in unpublished}
        return cls(groups, tuple(others.values()), order.cycles)

    @classmethod
    def joined(cls, monorepos: Iterable[Monorepo]) -> Monorepo:
        """Return the projects of several repositories, sorted anew."""
        parts = list(monorepos)
        projects = [project for part in parts for project in part.projects]
        return cls.of(projects, [other for part in parts for other in part.unpublished])

    @property
    def projects(self) -> tuple[SourceProject, ...]:
        """The projects that are released, in order."""
        return tuple(project for group in self.groups for project in group)


def project_files(paths: Sequence[str | Path]) -> tuple[list[Path], Path]:
    """Return the files that name the projects at paths to pytest, and the folder to which their ids are relative.

    Raise a `UsageError` if there is no project to release.
    """
    monorepo = Monorepo.named(paths)
    folders = [_folder(folder) for path in paths for folder in _expanded(path)]
    if len(folders) == 1:
        root = folders[0]
    else:
        current = Path.cwd()
        inside = all(project.root.is_relative_to(current) for project in monorepo.projects)
        root = current if inside else Path(os.path.commonpath([project.root for project in monorepo.projects]))
    files = []
    for folder in folders:
        several = None if has_project_file(folder) else Monorepo.at(folder)
        members = (
            [*(project.root for project in several.projects), *(other.folder for other in several.unpublished)]
            if several
            else []
        )
        files += [file for each in [folder, *members] if (file := _first_file(each))]
    return list(dict.fromkeys(files)), root


def _first_file(folder: Path) -> Path | None:
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


NO_PROJECT = "its pyproject.toml has no [project] and no [build-system]"
NO_BUILD_SYSTEM = "it has no [build-system], so it is not built as a package"
PRIVATE = "Private ::"
"""How the classifiers begin with which PyPI rejects a release."""


def _reason_not_to_publish(project: SourceProject) -> str | None:
    """Return why a project is not published, if its pyproject.toml says so."""
    tools = table_at(project.table, "tool")
    classifiers = [
        *texts_in(table_at(project.table, "project").get("classifiers")),
        *texts_in(table_at(tools, "poetry").get("classifiers")),
        *texts_in(table_at(tools, "flit", "metadata").get("classifiers")),
    ]
    private = next((classifier for classifier in classifiers if classifier.startswith(PRIVATE)), None)
    if private:
        return f"it has the classifier {private!r}"
    for tool, key in (("uv", "package"), ("poetry", "package-mode"), ("pdm", "distribution")):
        if table_at(tools, tool).get(key) is False:
            return f"it has `{key} = false` in [tool.{tool}]"
    return None


def _sorted_out(
    folders: Iterable[Path], *, needs_build_system: bool
) -> tuple[list[SourceProject], list[UnpublishedProject]]:
    """Return the projects in folders that are released, and the other folders with the reason."""
    projects, others = [], []
    for folder in folders:
        if not has_project_file(folder):
            others.append(UnpublishedProject(folder, f"it has neither {' nor '.join(FILES)}"))
            continue
        if not _describes_project(folder):
            others.append(UnpublishedProject(folder, NO_PROJECT))
            continue
        project = SourceProject.at(folder)
        reason = _reason_not_to_publish(project)
        if reason is None and needs_build_system and not _is_package(project):
            reason = NO_BUILD_SYSTEM
        if reason is None:
            projects.append(project)
        else:
            others.append(UnpublishedProject(folder, reason, project.name))
    return projects, others


def _describes_project(folder: Path) -> bool:
    return SourceProject(folder / FILES[0], _pyproject(folder)).can_be_built


def _is_package(project: SourceProject) -> bool:
    """Return whether tools build a project as a package; one with [project] alone may only be run in its folder."""
    uv = table_at(project.table, "tool", "uv")
    poetry = table_at(project.table, "tool", "poetry")
    return bool("build-system" in project.table or poetry or uv.get("package") is True or project.has_setup_file)


def _pyproject(folder: Path) -> dict[str, object]:
    file = folder / FILES[0]
    return read_pyproject(file) if file.is_file() else {}


def _folder(path: Path) -> Path:
    return path.parent if path.name in FILES and path.is_file() else path


def _expanded(path: str | Path) -> list[Path]:
    """Return the paths that match a pattern, which the shells of Windows pass on; any other path as it is."""
    if not glob.has_magic(str(path)) or Path(path).exists():
        return [Path(path).absolute()]
    matches = [Path(match).absolute() for match in sorted(glob.glob(str(path)))]  # noqa: PTH207 - may be absolute
    if not matches:
        raise UsageError(f"nothing matches {str(path)!r}", "give the folders of projects")
    return matches
