"""Read the fake_pypi keys of a project's pytest configuration."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError
from fake_pypi.rehearsal.project_tools.named_tools import check_named_tools
from fake_pypi.settings import Settings

CONFIGURATION_FILES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
"""The files in which pytest looks for its configuration, in order, in a folder and then in its parents."""
PREFIX = "fake_pypi"
WORDS = {"fake_pypi_extra": "extras", "fake_pypi_skip_module": "skipped_modules"}
FLAGS = {"fake_pypi_repair_wheels", "fake_pypi_check_reproducible", "fake_pypi_scripts"}
TEXTS = {"fake_pypi_publisher", "fake_pypi_builder", "fake_pypi_build", "fake_pypi_release_version"}
"""The keys that may differ between projects that are released together; those of `WORDS` with the field of each."""
PATHS = {
    "fake_pypi_project",
    "fake_pypi_wheelhouse",
    "fake_pypi_dist",
    "fake_pypi_har",
    "fake_pypi_readme",
    "fake_pypi_report",
    "fake_pypi_workflow",
}
"""Keys whose values are paths relative to the configuration file."""


def project_settings(folder: Path) -> dict[str, str]:
    """Return the keys of this plugin from the configuration that pytest would read for `folder`.

    Values are strings for `pytest --override-ini`, with absolute paths. A file that pytest cannot read is ignored,
    unless it contains a key of this plugin: then raise a `UsageError`.
    """
    for parent in (folder, *folder.parents):
        settings = own_settings(parent)
        if settings is not None:
            return settings
    return {}


def own_settings(folder: Path) -> dict[str, str] | None:
    """Return the keys of this plugin from the pytest configuration in a folder; None if there is no configuration."""
    for file in (folder / name for name in CONFIGURATION_FILES):
        configuration = _read(file) if file.is_file() else None
        if configuration is not None:
            return {key: _as_text(key, value, folder) for key, value in configuration.items() if key.startswith(PREFIX)}
    return None


def with_own_settings(settings: Settings, folder: Path, *, overridden: Collection[str] = ()) -> Settings:
    """Return settings with the keys of a project that is released with others, from the configuration in its folder.

    `overridden` are the keys that the command line sets. Keys that concern all projects are left out, such as those of
    wheelhouses. Raises `UsageError` for a value that is not possible.
    """
    changes: dict[str, Any] = {}
    for key, text in (own_settings(folder) or {}).items():
        field = key.removeprefix(f"{PREFIX}_")
        if key in overridden:
            continue
        if key in WORDS:
            changes[WORDS[key]] = tuple(re.findall(r"[^,\s]+", text))
        elif key in FLAGS:
            changes[field] = text.lower() in {"1", "yes", "true", "on"}
        elif key in TEXTS:
            changes[field] = text or None
    if not changes:
        return settings
    changed = replace(settings, **changes).checked()
    check_named_tools(changed)
    return changed


def _read(file: Path) -> dict[str, Any] | None:
    """Return the pytest configuration of one file, or None if it has none."""
    import pytest
    from _pytest.config.findpaths import load_config_dict_from_file

    try:
        configuration = load_config_dict_from_file(file)
    except (pytest.UsageError, pytest.fail.Exception, ValueError, OSError) as error:  # ValueError: not UTF-8
        if PREFIX.encode() not in file.read_bytes():
            return None
        raise UsageError(
            f"the pytest settings in {str(file)!r} cannot be read: {_last_line(error)}", "correct the file"
        ) from None
    if configuration is None:
        return None
    # pytest 9 wraps each value in an object with its origin.
    return {key: getattr(value, "value", value) for key, value in configuration.items()}


def _as_text(key: str, value: object, folder: Path) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    lines = [str(item) for item in value] if isinstance(value, list) else str(value).strip().splitlines()
    if key in PATHS:
        lines = [str(folder / line.strip()) for line in lines if line.strip()]
    return "\n".join(lines)


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1]
