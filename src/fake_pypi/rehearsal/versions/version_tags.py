"""Tags that name versions: read them, and write the one of the next release in the style of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.version import Version

    from fake_pypi.rehearsal.versions.version_tools import ProjectFiles

FIRST_VERSION = "0.1.0"
"""The version that is assumed for a project without tags."""
WORD_BEFORE_VERSION = re.compile(r"(?P<lead>(?:.*[-_/@=])?)(?:v|V|ver|version|rel|release|r)?[-_.]?")
WORDS = {"", "v", "ver", "version", "rel", "release", "r"}
DESCRIBE_MATCH = re.compile(r"--match[=\s]+[\"']?([^\s\"',\]]+)")


@dataclass(frozen=True)
class VersionTag:
    """A tag that consists of a prefix and a version.

    >>> VersionTag.read("demo-v1.2.0")
    VersionTag(prefix='demo-v', version=<Version('1.2.0')>)
    """

    prefix: str
    version: Version

    @classmethod
    def read(cls, text: str) -> VersionTag | None:
        """Return the prefix and the version of a tag; None if it names no version."""
        from packaging.version import InvalidVersion, Version

        for match in re.finditer(r"(?<!\d)\d", text):
            prefix = text[: match.start()]
            if prefix and not WORD_BEFORE_VERSION.fullmatch(prefix):
                continue
            try:
                return cls(prefix, Version(text[match.start() :]))
            except InvalidVersion:
                continue
        return None

    def __str__(self) -> str:
        return f"{self.prefix}{self.version}"


@dataclass(frozen=True)
class TagStyle:
    """Which tags belong to a project: by patterns in the settings of its version tool, or by a prefix.

    >>> TagStyle("demo").of(["v1.0", "other-v2.0", "demo-v1.1", "nightly"])
    [VersionTag(prefix='demo-v', version=<Version('1.1')>)]
    """

    project: str
    regex: str = ""
    glob: str = ""
    prefix: str | None = None

    @classmethod
    def of_project(cls, name: str | None, project: ProjectFiles) -> TagStyle:
        """Return the style that the settings of a project's version tool require."""
        tables = [
            project.tool("setuptools_scm"),
            project.tool("setuptools-scm"),
            project.tool("hatch", "version"),
            project.tool("hatch", "version", "raw-options"),
            project.tool("pdm", "version"),
        ]
        settings: dict[str, Any] = {
            key: value for table in tables if isinstance(table, dict) for key, value in table.items()
        }
        describe = settings.get("git_describe_command") or settings.get("scm", {}).get("git", {}).get(
            "describe_command"
        )
        describe = " ".join(describe) if isinstance(describe, list) else str(describe or "")
        match = DESCRIBE_MATCH.search(describe)
        versioneer = project.tool("versioneer", "tag_prefix") or project.setup_cfg("versioneer", "tag_prefix")
        has_versioneer = bool(project.tool("versioneer") or project.setup_cfg("versioneer", "vcs"))
        return cls(
            name or "",
            regex=str(settings.get("tag_regex") or settings.get("tag-pattern") or ""),
            glob=match[1] if match else str(settings.get("tag_filter") or ""),
            prefix=str(versioneer or "").strip("'\"") if has_versioneer else None,
        )

    def of(self, tags: Sequence[str]) -> list[VersionTag]:
        """Return the version tags of the project among `tags`: those with its name if there are any."""
        versions = [tag for text in tags if self.accepts(text) and (tag := VersionTag.read(text))]
        if self.regex or self.glob or self.prefix is not None:
            return versions
        named = [tag for tag in versions if self.project and _lead(tag.prefix) == self.project]
        return named or [tag for tag in versions if _lead(tag.prefix) in WORDS]

    def accepts(self, text: str) -> bool:
        """Return whether the settings of the version tool accept a tag."""
        if self.prefix is not None and not re.fullmatch(re.escape(self.prefix) + r"\d.*", text):
            return False
        if self.glob and not fnmatchcase(text, self.glob):
            return False
        try:
            return not self.regex or re.match(self.regex, text) is not None
        except re.error:
            return True

    def write(self, version: Version, last: VersionTag | None) -> str:
        """Return the tag of a version: in the style of the last tag, or the first common style that is accepted."""
        prefixes = [last.prefix] if last else []
        name = self.project
        prefixes += ["v", "", f"{name}-v", f"{name}-", f"{name}/v", f"{name}/", f"{name}@", "release-"]
        tags = [f"{prefix}{version}" for prefix in prefixes]
        if self.prefix is not None:
            tags.insert(0, f"{self.prefix}{version}")
        return next((tag for tag in tags if self.accepts(tag)), tags[0])


def next_version(version: Version) -> Version:
    """Return the smallest release after a version, as version tools guess it.

    >>> from packaging.version import Version
    >>> [str(next_version(Version(text))) for text in ("1.4", "2.0.3", "3.0rc1", "1.0.post2", "1.0.dev3")]
    ['1.5', '2.0.4', '3.0rc2', '1.0.post3', '1.0']
    """
    from packaging.version import Version

    epoch = f"{version.epoch}!" if version.epoch else ""
    numbers = list(version.release)
    release = ".".join(map(str, numbers))
    if version.dev is not None:
        return Version(version.public.partition(".dev")[0])
    if version.post is not None:
        return Version(f"{epoch}{release}.post{version.post + 1}")
    if version.pre is not None:
        letter, number = version.pre
        return Version(f"{epoch}{release}{letter}{number + 1}")
    numbers[-1] += 1
    return Version(epoch + ".".join(map(str, numbers)))


def _lead(prefix: str) -> str:
    """Return what precedes the version in a tag, normalized: the name of a project, or a word such as "v"."""
    match = WORD_BEFORE_VERSION.fullmatch(prefix)
    lead = (match["lead"] if match else prefix).strip("-_/@=")
    return re.sub(r"[-_.]+", "-", lead).lower()
