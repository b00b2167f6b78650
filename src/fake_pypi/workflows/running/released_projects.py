"""The projects of a repository, and the tag with which their release is rehearsed by default."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.source_project import SourceProject
from fake_pypi.workflows.running.origin_repository import repository_root, tags_of

NOT_PUBLISHED = frozenset({"tests", "test", "testing", "docs", "doc", "examples", "example", "benchmarks", "fixtures"})
"""Folders whose projects are not published."""


def default_tag(file: Path) -> str:
    """Return the tag with which a workflow is rehearsed by default.

    That is the newest tag of its repository; without one, "v" and the version in pyproject.toml, or "v1.0.0".
    """
    root = repository_root(file)
    tags = tags_of(root)
    if tags:
        return tags[0]
    with contextlib.suppress(UsageError):
        version = SourceProject.at(root).table.get("project", {}).get("version")
        if isinstance(version, str):
            return f"v{version}"
    return "v1.0.0"


def project_names(root: Path) -> list[str]:
    """Return the names of the projects in a repository, that of its top folder first."""
    files = [root / "pyproject.toml", root / "setup.py"]
    for pattern in ("*/pyproject.toml", "*/*/pyproject.toml"):
        files += [file for file in sorted(root.glob(pattern)) if not _is_unpublished(file.relative_to(root))]
    names = [name for file in files if file.is_file() for name in _name_in(file)]
    return list(dict.fromkeys(names))


def _is_unpublished(file: Path) -> bool:
    return any(part in NOT_PUBLISHED or part.startswith(".") for part in file.parts[:-1])


def _name_in(file: Path) -> list[str]:
    with contextlib.suppress(UsageError):
        name = SourceProject.at(file).name
        if name:
            return [name]
    setup = file.with_name("setup.py")
    if setup.is_file():
        match = re.search(r"\bname\s*=\s*[\"']([\w.-]+)[\"']", setup.read_text(encoding="utf-8", errors="replace"))
        return [match[1]] if match else []
    return []
