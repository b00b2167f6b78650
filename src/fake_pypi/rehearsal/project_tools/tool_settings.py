"""Find lock files, and tables of pyproject.toml that only the tool itself reads, not its build backend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fake_pypi.rehearsal.project_tools.evidence import Evidence, folders_up_to_checkout, relative_name

LOCK_FILES = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock"}
SETTINGS_FILES = {"uv": "uv.toml", "poetry": "poetry.toml", "pdm": "pdm.toml", "hatch": "hatch.toml"}
KEYS_OF_TOOL: dict[str, tuple[str, ...]] = {
    "uv": (
        "publish-url",
        "index",
        "workspace",
        "sources",
        "dev-dependencies",
        "default-groups",
        "required-version",
        "constraint-dependencies",
        "override-dependencies",
        "package",
        "managed",
        "exclude-newer",
        "environments",
        "conflicts",
    ),
    "poetry": ("name", "dependencies", "group", "dev-dependencies", "source", "requires-poetry", "requires-plugins"),
    "pdm": ("dev-dependencies", "scripts", "resolution", "source", "options", "plugins", "distribution"),
    "hatch": ("envs", "env", "publish"),
    "flit": ("metadata",),
}
"""Keys below [tool.NAME] that a build backend does not need: the table alone may configure only the backend."""
BACKENDS = {
    "uv_build": "uv",
    "poetry": "poetry",
    "hatchling": "hatch",
    "flit": "flit",
    "pdm": "pdm",
    "maturin": "maturin",
}
"""Beginnings of the names of build backends, and the tool of the same makers."""
GENERAL_BACKENDS = ("hatch", "maturin")
"""Tools whose backend alone is no evidence: many projects with it publish otherwise; `maturin upload` is deprecated."""


def settings_evidence(project: Path, table: dict[str, Any]) -> list[Evidence]:
    """Return the evidence in lock files and tables, strongest first.

    An upload address or a publishing table comes first, then lock files, then other tables and settings files. Within
    these, the tool of the project's build backend comes first.
    """
    backend = tool_of_backend(table)
    groups = (_publishing_tables(project, table), _lock_files(project), [*_tables(project, table), *_files(project)])
    return [evidence for group in groups for evidence in sorted(group, key=lambda found: found.tool != backend)]


def tool_of_backend(table: dict[str, Any]) -> str | None:
    """Return the tool whose makers also make the project's build backend; None for setuptools and others.

    >>> tool_of_backend({"build-system": {"build-backend": "poetry.core.masonry.api"}})
    'poetry'
    """
    backend = table.get("build-system", {}).get("build-backend", "")
    return next((tool for prefix, tool in BACKENDS.items() if str(backend).startswith(prefix)), None)


def backend_evidence(project: Path, table: dict[str, Any]) -> Evidence | None:
    """Return the build backend as evidence for the tool of the same makers; None if it is no evidence."""
    tool = tool_of_backend(table)
    if tool is None or tool in GENERAL_BACKENDS:
        return None
    return _in_pyproject(project, tool, r"^\s*build-backend", str(table["build-system"]["build-backend"]))


def _publishing_tables(project: Path, table: dict[str, Any]) -> Iterator[Evidence]:
    uv = tool_table(table, "uv")
    if "publish-url" in uv or any("publish-url" in index for index in uv_indexes(table)):
        yield _in_pyproject(project, "uv", r"^\s*publish-url\s*=", "publish-url")
    if "publish" in tool_table(table, "hatch"):
        yield _in_pyproject(project, "hatch", r"^\[tool\.hatch\.publish", "[tool.hatch.publish]")


def _lock_files(project: Path) -> Iterator[Evidence]:
    for tool, name in LOCK_FILES.items():
        for folder in folders_up_to_checkout(project):
            if (folder / name).is_file():
                yield Evidence(tool, name, relative_name(folder / name, project))
                break


def _tables(project: Path, table: dict[str, Any]) -> Iterator[Evidence]:
    for tool, keys in KEYS_OF_TOOL.items():
        for key in keys:
            if key in tool_table(table, tool):
                pattern = rf"^\[+tool\.{tool}\.{re.escape(key)}\b|^\[tool\.{tool}\]"
                yield _in_pyproject(project, tool, pattern, f"tool.{tool}.{key}")
                break
    if table.get("build-system", {}).get("build-backend") == "flit.buildapi":
        yield _in_pyproject(project, "flit", r"^build-backend", "flit.buildapi")


def _files(project: Path) -> Iterator[Evidence]:
    for tool, name in SETTINGS_FILES.items():
        if (project / name).is_file():
            yield Evidence(tool, name, name)


def _in_pyproject(project: Path, tool: str, pattern: str, text: str) -> Evidence:
    content = (project / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(pattern, content, re.MULTILINE)
    return Evidence(tool, text, "pyproject.toml", content.count("\n", 0, match.start()) + 1 if match else 1)


def tool_table(table: dict[str, Any], name: str) -> dict[str, Any]:
    """Return [tool.NAME] of a pyproject.toml; empty if it is missing or no table."""
    found = table.get("tool", {}).get(name, {})
    return found if isinstance(found, dict) else {}


def uv_indexes(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of [[tool.uv.index]]."""
    indexes = tool_table(table, "uv").get("index", [])
    return [index for index in indexes if isinstance(index, dict)] if isinstance(indexes, list) else []
