"""Read the fake_pypi keys of a project's pytest configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fake_pypi.errors import UsageError

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
        for file in (parent / name for name in CONFIGURATION_FILES):
            configuration = _read(file) if file.is_file() else None
            if configuration is not None:
                return {
                    key: _as_text(key, value, parent) for key, value in configuration.items() if key.startswith(PREFIX)
                }
    return {}


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
