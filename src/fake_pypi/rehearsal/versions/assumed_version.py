"""Give the copy of a project the version of the rehearsed release: the requested one, or that of the next release."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fake_pypi.rehearsal.failure import StepFailed
from fake_pypi.rehearsal.versions.declared_version import declaration_of
from fake_pypi.rehearsal.versions.git_copy import GitCopy
from fake_pypi.rehearsal.versions.version_tags import FIRST_VERSION, TagStyle, VersionTag, next_version
from fake_pypi.rehearsal.versions.version_tools import ProjectFiles, VersionTool, version_tool_of

TO_NAME_A_VERSION = "to rehearse another version: `--release-version VERSION`"
TO_FETCH_TAGS = "with actions/checkout, `fetch-depth: 0` fetches the tags"


@dataclass(frozen=True)
class AssumedVersion:
    """The version that the copy of a project was given.

    `reason` is for the summary. `variables` belong to every command that builds. `override` are variables of the
    version tool that may be used instead of a tag.
    """

    version: str
    reason: str
    variables: dict[str, str] = field(default_factory=dict)
    override: dict[str, str] = field(default_factory=dict)

    def is_version_of(self, version: str) -> bool:
        """Return whether a built file has this version, however it is spelled."""
        from packaging.version import InvalidVersion, Version

        try:
            return Version(version) == Version(self.version)
        except InvalidVersion:
            return False

    def overridden(self) -> AssumedVersion:
        """Return the same version, set by variables because the version tool did not take it from the tag."""
        name = next(iter(self.override))
        return replace(
            self,
            variables=self.override,
            override={},
            reason=f"{self.reason}; set by {name}, because the tag was not used",
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.reason}"


def assume_version(
    copy: Path, *, top: Path, table: dict[str, Any], name: str | None, requested: str | None
) -> AssumedVersion | None:
    """Give the copy of a project the requested version, or, if its version comes from a tag, that of the next release.

    `top` is the folder that contains the copy. Return None if the project keeps its version: it is declared in a
    file, or the current commit is tagged. Raise `StepFailed` if a requested version cannot be applied.
    """
    project = ProjectFiles(copy, table)
    tool = version_tool_of(project)
    if tool is None:
        return None if requested is None else _change_declaration(project, requested)
    git = GitCopy(copy, top)
    if git.is_repository:
        return _tag(git, TagStyle.of_project(name, project), tool, name, requested)
    if requested is None and (copy / "PKG-INFO").is_file():
        return None  # an unpacked sdist: the version tool reads the version from PKG-INFO
    version = requested or FIRST_VERSION
    variables = tool.overriding_variables(name, version)
    if not variables:
        if requested is None:
            return None
        raise StepFailed(
            f"the version {requested} cannot be set: {tool.name} reads it from a tag, and there is no git repository",
            advice=["rehearse in a git checkout of the project"],
        )
    reason = (
        f"set by {next(iter(variables))}, because {tool.name} reads the version from git and there is no repository"
    )
    return AssumedVersion(version, _with_hint(reason, requested), variables)


def _with_hint(reason: str, requested: str | None) -> str:
    return f"as requested, {reason}" if requested else f"{reason} ({TO_NAME_A_VERSION})"


def _change_declaration(project: ProjectFiles, version: str) -> AssumedVersion:
    declaration = declaration_of(project)
    if declaration is None:
        raise StepFailed(
            f"the version cannot be changed to {version}: no file of the project declares it as plain text",
            advice=["change the version in the project, and rehearse without --release-version"],
        )
    place = f"{declaration.file.relative_to(project.root).as_posix()}:{declaration.line}"
    reason = f"as requested, instead of {declaration.version} ({place}, changed in the copy only)"
    declaration.change(version)
    return AssumedVersion(version, reason)


def _tag(
    git: GitCopy, style: TagStyle, tool: VersionTool, name: str | None, requested: str | None
) -> AssumedVersion | None:
    """Tag the copy, unless its commit has the right tag already and no file is changed."""
    from packaging.version import Version

    tags, changed = style.of(git.tags), git.has_changes
    last = max(tags, key=lambda tag: tag.version, default=None)
    current = style.of(git.tags_of_head)
    if current and not changed and (requested is None or Version(requested) in {tag.version for tag in current}):
        return None
    version = Version(requested) if requested else next_version(last.version) if last else Version(FIRST_VERSION)
    tag = style.write(version, last)
    try:
        git.commit_and_tag(tag)
        if tool.counts_untracked:
            git.ignore_untracked()
    except (OSError, subprocess.CalledProcessError) as error:
        output = getattr(error, "stderr", None) or str(error)
        raise StepFailed(f"the copy of the project cannot be tagged {tag}", output=output, command="git tag") from None
    if requested:
        reason = f"as requested, tagged {tag} in the copy ({tool.name})"
    else:
        reason = (
            f"assumed, tagged {tag} in the copy ({tool.name}), because {_cause(git, last, current, changed=changed)}; "
            f"{TO_NAME_A_VERSION}"
        )
    return AssumedVersion(str(version), reason, override=tool.overriding_variables(name, str(version)))


def _cause(git: GitCopy, last: VersionTag | None, current: list[VersionTag], *, changed: bool) -> str:
    """Return why the version of the checkout is not that of a release."""
    if current and changed:
        return f"files are changed since the tag {max(current, key=lambda tag: tag.version)}"
    if last:
        return f"the commit has no tag; the last one is {last}"
    if git.is_shallow:
        return f"this is a shallow clone without tags ({TO_FETCH_TAGS})"
    return "the repository has no tag of a version"
