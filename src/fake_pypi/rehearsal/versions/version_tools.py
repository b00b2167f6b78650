"""Tools that take a project's version from its git tags: how a project declares each, and its overriding variable."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Table = dict[str, Any]


@dataclass(frozen=True)
class ProjectFiles:
    """The files of a project in which a version tool is declared; `table` is the content of pyproject.toml."""

    root: Path
    table: Table

    def tool(self, *keys: str) -> Any:
        """Return a value below [tool]; an empty table if it is missing."""
        value: Any = self.table.get("tool", {})
        for key in keys:
            value = value.get(key, {}) if isinstance(value, dict) else {}
        return value

    @property
    def build_requires(self) -> set[str]:
        """The normalized names of the build requirements."""
        listed = self.table.get("build-system", {}).get("requires", [])
        names = (re.split(r"[^A-Za-z0-9._-]", str(item).strip(), maxsplit=1)[0] for item in listed)
        return {re.sub(r"[-_.]+", "-", name).lower() for name in names}

    @property
    def backend(self) -> str:
        """The name of the build backend; "" if none is declared."""
        return str(self.table.get("build-system", {}).get("build-backend", ""))

    def text(self, name: str) -> str:
        """Return the content of a file; "" if it is missing or not UTF-8."""
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def setup_cfg(self, section: str, key: str) -> str:
        """Return a value of setup.cfg; "" if it is missing."""
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(self.text("setup.cfg"))
        except configparser.Error:
            return ""
        return parser.get(section, key, fallback="")


@dataclass(frozen=True)
class VersionTool:
    """A tool that takes the version from a tag.

    `is_used` tells whether a project uses it. `variables` override the version, in the tool's documented way:
    `{version}` is replaced, and `{NAME}` by the project's name in capital letters with underscores.
    """

    name: str
    is_used: Callable[[ProjectFiles], bool]
    variables: Mapping[str, str] = field(default_factory=dict)
    counts_untracked: bool = False
    """Whether a file that git does not track makes a local version, such as the .egg-info folder of the build."""

    def overriding_variables(self, project: str | None, version: str) -> dict[str, str]:
        """Return the variables that make the tool use a version without a tag; empty if it has none."""
        name = re.sub(r"[-_.]+", "_", project or "").upper()
        return {
            variable.format(NAME=name): value.format(version=version)
            for variable, value in self.variables.items()
            if name or "{NAME}" not in variable
        }


SETUPTOOLS_SCM = {"SETUPTOOLS_SCM_PRETEND_VERSION_FOR_{NAME}": "{version}"}


def _uses_setuptools_scm(project: ProjectFiles) -> bool:
    if "use_scm_version" in project.text("setup.py") or "use_scm_version" in project.text("setup.cfg"):
        return True
    if "setuptools-scm" not in project.build_requires:
        return False
    dynamic = "version" in project.table.get("project", {}).get("dynamic", [])
    elsewhere = bool(project.tool("setuptools", "dynamic", "version"))
    return dynamic and not elsewhere and not project.tool("hatch", "version")


def _hatch_source(name: str) -> Callable[[ProjectFiles], bool]:
    return lambda project: bool(project.tool("hatch", "version", "source") == name)


VERSION_TOOLS: tuple[VersionTool, ...] = (
    VersionTool("hatch-vcs", _hatch_source("vcs"), SETUPTOOLS_SCM),
    VersionTool(
        "uv-dynamic-versioning",
        _hatch_source("uv-dynamic-versioning"),
        {"UV_DYNAMIC_VERSIONING_BYPASS": "{version}"},
    ),
    VersionTool(
        "versioningit",
        lambda project: bool(
            project.tool("versioningit")
            or project.tool("hatch", "version", "source") == "versioningit"
            or ("versioningit" in project.build_requires)
        ),
    ),
    VersionTool(
        "pdm-backend",
        lambda project: bool(project.tool("pdm", "version", "source") == "scm"),
        {"PDM_BUILD_SCM_VERSION": "{version}"},
    ),
    VersionTool(
        "poetry-dynamic-versioning",
        lambda project: project.tool("poetry-dynamic-versioning", "enable") is True,
        {"POETRY_DYNAMIC_VERSIONING_BYPASS": "{version}"},
    ),
    VersionTool(
        "versioneer",
        lambda project: bool(
            project.tool("versioneer") or (project.text("versioneer.py") and project.setup_cfg("versioneer", "vcs"))
        ),
    ),
    VersionTool(
        "setuptools-git-versioning",
        lambda project: bool(
            project.tool("setuptools-git-versioning", "enabled") is True
            or "setuptools_git_versioning" in project.text("setup.py")
        ),
        counts_untracked=True,
    ),
    VersionTool(
        "pbr",
        lambda project: bool(
            re.search(r"\bpbr\s*=\s*True", project.text("setup.py")) or project.backend == "pbr.build"
        ),
        {"PBR_VERSION": "{version}"},
    ),
    VersionTool("flit-scm", lambda project: project.backend.startswith("flit_scm"), SETUPTOOLS_SCM),
    VersionTool(
        "scikit-build-core",
        lambda project: "setuptools_scm" in str(project.tool("scikit-build", "metadata", "version", "provider")),
        SETUPTOOLS_SCM,
    ),
    VersionTool("setuptools-scm", _uses_setuptools_scm, SETUPTOOLS_SCM),
    VersionTool("dunamai", lambda project: "dunamai" in project.build_requires),
)
"""The tools, in the order in which they are looked for."""


def version_tool_of(project: ProjectFiles) -> VersionTool | None:
    """Return the tool that takes the version of a project from its tags; None if the version is declared in a file."""
    return next((tool for tool in VERSION_TOOLS if tool.is_used(project)), None)
